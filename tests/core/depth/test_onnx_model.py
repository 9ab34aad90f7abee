from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from focuspuller.core.depth.onnx_model import OnnxSource
from focuspuller.core.depth.source import Quantity
from focuspuller.core.errors import MediaNotFound, WeightsError

from tests import clips
from tests.core.sources import Pictures

pytest.importorskip("onnxruntime")
onnx = pytest.importorskip("onnx")

TensorProto, helper, numpy_helper = onnx.TensorProto, onnx.helper, onnx.numpy_helper

MEAN, DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)


def network(path: Path, shape: list[object], kind: int = TensorProto.FLOAT, axis: int = 1, keep: int = 0) -> Path:
    """One whose map is the mean of the three channels it is shown."""
    node = helper.make_node("ReduceMean", ["picture", "axis"], ["map"], keepdims=keep)
    graph = helper.make_graph(
        [node],
        "tiny",
        [helper.make_tensor_value_info("picture", kind, shape)],
        [helper.make_tensor_value_info("map", kind, None)],
        [numpy_helper.from_array(np.array([axis]), "axis")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    return path


def source(path: Path, batch: int = 1) -> OnnxSource:
    return OnnxSource(Pictures(clips.textured(3)), path, Quantity.DISPARITY, batch)


def expected() -> np.ndarray:
    return np.stack([((frame - MEAN) / DEVIATION).mean(axis=2) for frame in clips.textured(3)])


@pytest.mark.parametrize("keep", [0, 1])
@pytest.mark.parametrize("first", [1, "N", None])
def test_pictures_go_in_as_they_were_trained_and_maps_come_out(tmp_path: Path, keep: int, first: object) -> None:
    path = network(tmp_path / "a.onnx", [first, 3, clips.HEIGHT, clips.WIDTH], keep=keep)
    found = source(path, batch=1 if first == 1 else 2)
    np.testing.assert_allclose([*found.maps(0)], expected(), atol=1e-3)
    np.testing.assert_allclose([*found.maps(2)], expected()[2:], atol=1e-3)
    assert len(found.record["sha256"]) == 64


def test_input_geometry_is_the_models(tmp_path: Path) -> None:
    fixed = source(network(tmp_path / "a.onnx", [1, 3, 28, 42]))
    last = source(network(tmp_path / "b.onnx", [1, clips.HEIGHT, clips.WIDTH, 3], axis=3))
    free = source(network(tmp_path / "c.onnx", ["n", 3, "h", "w"]))
    half = source(network(tmp_path / "d.onnx", [1, 3, clips.HEIGHT, clips.WIDTH], TensorProto.FLOAT16))
    assert next(fixed.maps(0)).shape == (28, 42)
    np.testing.assert_allclose(next(last.maps(0)), expected()[0], atol=1e-3)
    np.testing.assert_allclose(next(half.maps(0)), expected()[0], atol=1e-2)
    height, width = next(free.maps(0)).shape
    assert height == 518
    assert width % 14 == 0
    assert width / height == pytest.approx(clips.WIDTH / clips.HEIGHT, rel=0.02)


def test_what_takes_no_pictures_or_gives_no_maps_is_refused(tmp_path: Path) -> None:
    shapes: list[list[object]] = [[1, 3, 28], [1, 3], [1, 1, 28, 28], [2, 3, 28, 28], [1, 3, 0, 28], [1, 3, 28, 10**6]]
    for shape in shapes:
        with pytest.raises(WeightsError):
            source(network(tmp_path / "a.onnx", shape))
    with pytest.raises(WeightsError):
        source(network(tmp_path / "b.onnx", [1, 3, 28, 28], TensorProto.DOUBLE))
    flat = source(network(tmp_path / "c.onnx", [1, 3, 28, 28], axis=0))
    with pytest.raises(WeightsError, match="not maps"):
        next(flat.maps(0))
    listed = source(network(tmp_path / "e.onnx", [1, 3, 28, 28]))
    listed._session = SimpleNamespace(run=lambda *_: [[np.zeros((28, 28))]])  # a sequence, as ONNX has too
    with pytest.raises(WeightsError, match="no numbers"):
        next(listed.maps(0))
    (tmp_path / "d.onnx").write_bytes(b"no network")
    with pytest.raises(WeightsError, match="no ONNX network"):
        source(tmp_path / "d.onnx")
    with pytest.raises(MediaNotFound):
        source(tmp_path / "gone.onnx")


def test_an_export_of_torchs_is_read(tmp_path: Path) -> None:
    layer = torch.nn.Sequential(torch.nn.Conv2d(3, 1, 3, padding=1), torch.nn.Flatten(0, 1))
    with pytest.deprecated_call():  # its successor needs one library more
        torch.onnx.export(layer, (torch.zeros(1, 3, 28, 28),), str(tmp_path / "a.onnx"), dynamo=False)
    assert next(source(tmp_path / "a.onnx").maps(0)).shape == (28, 28)
