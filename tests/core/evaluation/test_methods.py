import dataclasses
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.errors import UsageError, WeightsError
from focuspuller.core.evaluation import methods
from focuspuller.core.evaluation.methods import CLASSICAL, LEARNED, Given, method
from focuspuller.core.svb.corrupt import blurred
from focuspuller.core.vbr import weights
from focuspuller.core.vbr.configuration import PAPER, PRIOR
from focuspuller.core.vbr.model import VBR
from focuspuller.core.vbr.network import load_network
from focuspuller.core.vbr.unet import Features, VideoUNet

from tests.core.hidden.scenes import BACK, passing
from tests.core.vbr.networks import network as listening

CPU = torch.device("cpu")


def clip() -> Given:
    g = torch.Generator().manual_seed(0)
    frames, disparity = torch.rand(3, 3, 24, 32, generator=g), torch.rand(3, 1, 24, 32, generator=g)
    return Given(frames, disparity, torch.full((3, 1, 1, 1), 8.0), torch.full((3, 1, 1, 1), 0.5))


@pytest.mark.parametrize("name", CLASSICAL)
def test_classical_methods_render_videos_and_leave_sharp_ones_alone(name: str) -> None:
    given = clip()
    render = method(name, {}, CPU)
    assert render(given).shape == given.frames.shape
    assert torch.allclose(render(given._replace(blur=0 * given.blur)), given.frames, atol=1e-4)


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_not_shipped_says_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(methods, "SHIPPED", tmp_path)
    with pytest.raises(WeightsError, match=rf"--weights {name}=FILE.*focuspuller train"):
        method(name, {}, CPU)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"layered.*vbr-no-fusion.*NAME=FILE"):
        method("bokehme", {}, CPU)
    with pytest.raises(UsageError, match="needs no weights"):
        method("layered", {"layered": Path("x")}, CPU)


def test_weights_make_any_name_a_method_but_a_known_name_takes_its_own_network_only(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    weights.save(listening(prior=False, channels=4), path, {})
    given = clip()
    network = load_network(path, CPU)
    with network.computing():
        expected = network.model(given.frames[None], given.defocus[None], 1.0)[0]
    assert torch.allclose(method("mine", {"mine": path}, CPU)(given), expected, atol=0.01 if network.half else 1e-5)
    method("vbr", {"vbr": path}, CPU)
    for name in ("vbr-paper", "vbr-no-fusion"):
        with pytest.raises(WeightsError, match="use weights made for it"):
            method(name, {name: path}, CPU)


def test_features_of_three_frames_are_held_however_long_the_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.safetensors"
    torch.manual_seed(0)
    weights.save(VBR(dataclasses.replace(PAPER, channels=4, deep_channels=8)).eval(), path, {})
    made: list[weakref.ref[torch.Tensor]] = []
    held = []
    encode = VideoUNet.encode

    def counting(self: VideoUNet, *given: torch.Tensor) -> Features:
        features = encode(self, *given)
        made.append(weakref.ref(features.halves))
        held.append(sum(len(halves) for halves in (ref() for ref in made) if halves is not None))
        return features

    monkeypatch.setattr(VideoUNet, "encode", counting)
    long = Given(*(torch.cat([tensor, tensor, tensor]) for tensor in clip()))
    method("mine", {"mine": path}, CPU)(long)
    assert held == [1, 2, *[3] * 7]


def test_shipped_weights_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "SHIPPED", tmp_path)
    weights.save(VBR(dataclasses.replace(PRIOR, channels=4, deep_channels=8)).eval(), tmp_path / "vbr.safetensors", {})
    for name in ("vbr", "vbr-no-outlines", "vbr-no-reveal"):
        method(name, {}, CPU)


def test_what_is_hidden_shows_in_vbr_and_not_without(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    torch.manual_seed(0)
    weights.save(VBR(dataclasses.replace(PRIOR, channels=4, deep_channels=8)).eval(), path, {})
    frames, maps = passing(3)
    given = Given(
        torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2),
        torch.from_numpy(np.stack(maps)).unsqueeze(1),
        torch.full((3, 1, 1, 1), 10.0),
        torch.full((3, 1, 1, 1), BACK),
    )
    alone = given._replace(**{name: tensor[1:2] for name, tensor in given._asdict().items()})
    told, untold = (method(name, {name: path}, CPU) for name in ("vbr", "vbr-no-reveal"))
    assert (told(given) - untold(given)).abs().max() > 0.05
    assert torch.allclose(told(alone), untold(alone), atol=1e-6)


def test_firm_edges_show_in_vbr_where_disparity_is_soft(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    torch.manual_seed(0)
    weights.save(VBR(dataclasses.replace(PRIOR, channels=4, deep_channels=8)).eval(), path, {})
    frames, maps = passing(2)
    hard = Given(
        torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2),
        torch.from_numpy(np.stack(maps)).unsqueeze(1),
        torch.full((2, 1, 1, 1), 10.0),
        torch.full((2, 1, 1, 1), BACK),
    )
    firm, as_given = (method(name, {name: path}, CPU) for name in ("vbr", "vbr-no-outlines"))
    assert torch.equal(firm(hard), as_given(hard))
    edges_soft = hard._replace(disparity=blurred(hard.disparity, 2.0))
    assert (firm(edges_soft) - as_given(edges_soft)).abs().max() > 0.05


def test_what_only_renders_otherwise_takes_the_weights_that_vbr_is_given(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    torch.manual_seed(0)
    weights.save(VBR(dataclasses.replace(PAPER, channels=4, deep_channels=8)).eval(), path, {})
    expected = method("vbr", {"vbr": path}, CPU)(clip())
    for name in ("vbr-no-outlines", "vbr-no-reveal"):
        assert torch.equal(method(name, {"vbr": path}, CPU)(clip()), expected)
        with pytest.raises(WeightsError, match="gone"):
            method(name, {"vbr": path, name: tmp_path / "gone"}, CPU)


def test_large_blur_goes_through_the_refiner(tmp_path: Path) -> None:
    """One scale for the whole video, from its largest radius."""
    path = tmp_path / "w.safetensors"
    weights.save(listening(prior=False, channels=4), path, {})
    given = clip()
    given.disparity[1, 0, 5, 5] = 0.5 - 96 / 8
    network = load_network(path, CPU)
    with network.computing():
        expected = network.model(given.frames[None], given.defocus[None], 0.5)[0]
    assert torch.allclose(method("mine", {"mine": path}, CPU)(given), expected, atol=0.01 if network.half else 1e-5)
