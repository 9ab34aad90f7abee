import errno
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import OutputUnwritable, WeightsError
from focuspuller.core.vbr import weights
from focuspuller.core.vbr.configuration import Configuration
from focuspuller.core.vbr.fusion import Fusion

from tests.core.vbr.networks import clip, network

PROVENANCE = {"command": "focuspuller train", "seed": 3, "metrics": {"psnr": 36.5}}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "vbr.safetensors"
    weights.save(network(prior=False), path, PROVENANCE)
    return path


def rewritten(path: Path, change: Callable[[dict[str, dict[str, object]]], None]) -> Path:
    """The same file under a header that says something else."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])
    return path


@pytest.mark.parametrize("prior", [True, False])
@pytest.mark.parametrize("fusion", list(Fusion))
def test_round_trip(tmp_path: Path, prior: bool, fusion: Fusion) -> None:
    model = network(prior, fusion).bfloat16().float()
    path = tmp_path / "vbr.safetensors"
    weights.save(model, path, PROVENANCE)
    loaded = weights.load(path, expected=model.configuration)
    loaded.prior = model.prior
    assert loaded.configuration == model.configuration
    assert weights.read_provenance(path) == PROVENANCE
    frames, defocus = clip(2, 16, 24)
    assert torch.equal(loaded(frames[None], defocus[None], 0.5), model(frames[None], defocus[None], 0.5))
    assert not list(tmp_path.glob(".*"))


def test_same_weights_same_bytes(saved: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.safetensors"
    weights.save(weights.load(saved), again, PROVENANCE)
    assert again.read_bytes() == saved.read_bytes()


def test_another_configuration_is_refused(saved: Path) -> None:
    with pytest.raises(WeightsError, match="not Configuration"):
        weights.load(saved, expected=Configuration(prior=True, channels=8))


@pytest.mark.parametrize("kept", [0, 4, 8, 100, -1, -4000])
def test_truncated(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(WeightsError):
        weights.load(saved)


def test_bytes_to_spare(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes() + b"\0" * 16)
    with pytest.raises(WeightsError, match="spare"):
        weights.load(saved)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_finite(tmp_path: Path, value: float) -> None:
    model = network(prior=False)
    next(model.refiner.parameters()).data[0, 0, 0, 0] = value
    weights.save(model, tmp_path / "w", PROVENANCE)
    with pytest.raises(WeightsError, match=r"refiner\.encoder.*NaN"):
        weights.load(tmp_path / "w")


def test_huge_shapes_are_refused_before_they_are_allocated(saved: Path) -> None:
    def lie(header: dict[str, dict[str, object]]) -> None:
        header["coarse.encoder.down.weight"]["shape"] = [1 << 30, 1 << 30, 3, 3]

    with pytest.raises(WeightsError, match=r"coarse\.encoder\.down\.weight"):
        weights.load(rewritten(saved, lie))


def test_overlapping_tensors_are_refused(saved: Path) -> None:
    def lie(header: dict[str, dict[str, object]]) -> None:
        header["coarse.encoder.down.weight"]["data_offsets"] = [0, 4]

    with pytest.raises(WeightsError, match="damaged"):
        weights.load(rewritten(saved, lie))


@pytest.mark.parametrize("name", ["coarse.encoder.down.weight", "another"])
def test_missing_and_unexpected_tensors_are_named(saved: Path, name: str) -> None:
    def lie(header: dict[str, dict[str, object]]) -> None:
        header["another"] = header.pop("coarse.encoder.down.weight")
        if name == "another":
            header["coarse.encoder.down.weight"] = header["another"]

    with pytest.raises(WeightsError, match="another network"):
        weights.load(rewritten(saved, lie))


@pytest.mark.parametrize(
    "said",
    [
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"prior": true}',
        '{"prior": true, "fusion": "deformable", "channels": 1000000000, "deep_channels": 8, "max_radius": 24.0}',
        '{"prior": true, "fusion": "deformable", "channels": true, "deep_channels": 8, "max_radius": 24.0}',
        '{"prior": 1, "fusion": "deformable", "channels": 8, "deep_channels": 8, "max_radius": 24.0}',
        '{"prior": true, "fusion": "pickle", "channels": 8, "deep_channels": 8, "max_radius": 24.0}',
        '{"prior": true, "fusion": "plain", "channels": 8, "deep_channels": 8, "max_radius": NaN}',
        '{"prior": true, "fusion": "plain", "channels": 8, "deep_channels": 8, "max_radius": 24.0, "more": 1}',
    ],
)
def test_configurations_that_are_not_ours(saved: Path, said: str) -> None:
    def lie(header: dict[str, dict[str, object]]) -> None:
        header["__metadata__"]["focuspuller"] = f'{{"configuration": {said}, "provenance": {{}}}}'

    with pytest.raises(WeightsError, match="configuration"):
        weights.load(rewritten(saved, lie))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95 a pickle",
        struct.pack("<Q", 1 << 62) + b"{}",
        struct.pack("<Q", 100_000) + b"[" * 100_000,
        struct.pack("<Q", 4) + b"\xff\xfe\xff\xfe",
        struct.pack("<Q", 4) + b"null",
        struct.pack("<Q", 20) + b'{"__metadata__": [] }',
    ],
)
def test_not_safetensors(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"w\.safetensors"):
        weights.load(path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="check its path"):
        weights.load(tmp_path / "absent")
    with pytest.raises(WeightsError):
        weights.load(tmp_path)


def test_a_full_disk_leaves_what_was_there(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputUnwritable, match="No space left"):
        weights.save(network(), saved, PROVENANCE)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_an_unwritable_place_is_named_and_left_clean(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(OutputUnwritable, match="choose a folder that exists"):
        weights.save(network(), saved / "inside" / "w", PROVENANCE)
    assert saved.read_bytes() == before
