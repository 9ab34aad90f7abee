import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.depth.model import ModelSource
from focuspuller.core.depth.source import Quantity
from focuspuller.core.errors import UsageError, WeightsError

from tests import clips
from tests.core.depth import tiny
from tests.core.sources import Pictures

pytestmark = pytest.mark.skipif(importlib.util.find_spec("transformers") is None, reason="needs transformers")

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.depth_anything(tmp_path_factory.mktemp("model"))


def source(model: Path, quantity: Quantity | None = None, batch: int | None = None) -> ModelSource:
    return ModelSource(Pictures(clips.textured(3)), str(model), quantity=quantity, device=CPU, batch=batch)


def test_maps_are_the_networks_own_numbers(folder: Path) -> None:
    """Raw, at its own resolution and not a picture of 8 bits."""
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    first, frame = next(source(folder).maps(0)), clips.textured(3)[0]
    network = AutoModelForDepthEstimation.from_pretrained(folder)
    inputs = AutoImageProcessor.from_pretrained(folder)(
        images=np.round(frame * 255).astype(np.uint8), return_tensors="pt"
    )
    with torch.inference_mode():
        expected = network(**inputs).predicted_depth[0].numpy()
    assert first.shape == expected.shape
    np.testing.assert_allclose(first, expected, rtol=1e-4)


def test_batches_and_resumed_runs_see_the_same(folder: Path) -> None:
    one_by_one = [*source(folder, batch=1).maps(0)]
    together = [*source(folder, batch=2).maps(0)]
    np.testing.assert_allclose(one_by_one, together, rtol=1e-3)
    np.testing.assert_array_equal(next(source(folder, batch=1).maps(2)), one_by_one[2])


def test_common_models_say_what_they_predict(folder: Path, tmp_path: Path) -> None:
    metric = source(tiny.depth_anything(tmp_path / "metric", "metric"))
    midas = source(tiny.dpt(tmp_path / "dpt"))
    assert source(folder).quantity is Quantity.DISPARITY
    assert metric.quantity is Quantity.METRIC
    assert midas.quantity is Quantity.DISPARITY
    assert source(folder, Quantity.DEPTH).quantity is Quantity.DEPTH
    assert min(image.min() for image in metric.maps(0)) > 0
    assert [image.shape for image in midas.maps(2)] == [(32, 32)]
    hashes = {each.record["sha256"] for each in (source(folder), metric, midas)}
    assert len(hashes) == 3
    assert source(folder).record["sha256"] in hashes
    assert all(len(digest) == hashlib.sha256().digest_size * 2 for digest in hashes)


@pytest.mark.parametrize("name", ["gone/away/model", "./gone"])
def test_no_such_folder_is_said_and_not_looked_up(name: str) -> None:
    with pytest.raises(WeightsError, match="no such folder"):
        source(Path(name))


def test_code_in_a_model_is_refused_without_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(question: str) -> str:
        asked.append(question)
        return "n"

    monkeypatch.setattr("builtins.input", refuse)
    code = {"AutoConfig": "own.Own", "AutoModelForDepthEstimation": "own.Own"}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "own", "auto_map": code}))
    (tmp_path / "own.py").write_text("")
    with pytest.raises(WeightsError, match="no depth model"):
        source(tmp_path)
    assert not asked


def test_what_is_no_depth_model_is_said(tmp_path: Path, folder: Path) -> None:
    from transformers import Dinov2Config, Dinov2Model

    Dinov2Model(Dinov2Config(hidden_size=8, num_hidden_layers=1, num_attention_heads=1)).save_pretrained(tmp_path / "a")
    with pytest.raises(WeightsError, match="no depth model"):
        source(tmp_path / "a")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="no depth model"):
        source(tmp_path / "empty")
    for file in folder.iterdir():
        (tmp_path / "empty" / file.name).write_bytes(
            file.read_bytes()[: 2000 if file.suffix == ".safetensors" else None]
        )
    with pytest.raises(WeightsError, match="cannot be loaded"):
        source(tmp_path / "empty")


def test_an_unknown_network_must_say_what_it_predicts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from focuspuller.core.depth import model

    class Config:
        model_type = "novel"

    with pytest.raises(UsageError, match="--model-output"):
        model._quantity_of("x/y", Config())
