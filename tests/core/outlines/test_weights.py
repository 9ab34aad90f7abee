from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import WeightsError
from focuspuller.core.outlines import weights
from focuspuller.core.vbr import weights as renderers
from focuspuller.core.vbr.weights import read_provenance

from tests.core.outlines.test_outliner import listening, pictures
from tests.core.vbr.networks import network


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "outlines.safetensors"
    weights.save(listening(), path, {"seed": 3})
    return path


def test_round_trip(saved: Path) -> None:
    model = listening().bfloat16().float()
    given = pictures(24, 32)
    assert torch.equal(weights.load(saved)(*given)[0], model(*given)[0])
    assert read_provenance(saved) == {"seed": 3}


@pytest.mark.parametrize("kept", [0, 8, 100, -1])
def test_truncated(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(WeightsError):
        weights.load(saved)


def test_not_finite(tmp_path: Path) -> None:
    model = listening()
    model.head.weight.data[0, 0, 0, 0] = float("nan")
    weights.save(model, tmp_path / "w", {})
    with pytest.raises(WeightsError, match=r"head\.weight.*NaN"):
        weights.load(tmp_path / "w")


def test_the_renderers_weights_are_no_outliners_nor_the_other_way_round(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "vbr.safetensors"
    renderers.save(network(), path, {})
    with pytest.raises(WeightsError, match="another network"):
        weights.load(path)
    with pytest.raises(WeightsError, match="configuration"):
        renderers.load(saved)
    with pytest.raises(WeightsError, match="check its path"):
        weights.load(tmp_path / "absent")
