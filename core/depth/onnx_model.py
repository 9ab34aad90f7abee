"""Depth networks exported to ONNX."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from ..errors import MediaNotFound, WeightsError
from ..frames import FrameSource, Image
from ..media.limits import MAX_SIDE
from .extra import extra
from .source import Quantity

SHORT_SIDE = 518
"""Px that a network of free input size sees, as Depth Anything was trained."""

MULTIPLE = 14
"""Of what the sides then are; 14 is the patch of DINOv2."""

_MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
_DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class OnnxSource:
    """`DisparitySource` of an ONNX network on each frame: pictures in, normalised as ImageNet's; one map each out.

    The size and layout of its input, (N, 3, H, W) or (N, H, W, 3), are read from the model.

    Raises:
        LibraryMissing: onnxruntime.
        MediaNotFound, WeightsError: no such file; no ONNX, or none that takes pictures.
    """

    per_frame = True
    notes: tuple[str, ...] = ()
    size: tuple[int, int] | None = None

    def __init__(self, frames: FrameSource, path: Path, quantity: Quantity, batch: int) -> None:
        with extra("onnx"):
            import onnxruntime
        if not path.is_file():
            raise MediaNotFound(f"{path}: there is no such file; give an .onnx network")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
        providers = [name for name in wanted if name in onnxruntime.get_available_providers()]
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=providers)
        except Exception as error:  # onnxruntime has a class for every way to fail, and no root
            raise WeightsError(f"{path}: no ONNX network, or a damaged one; export it again") from error
        self.quantity = quantity
        self._path = path
        self._frames = frames
        self._read_input()
        self._batch = self._fixed_batch() if isinstance(self._session.get_inputs()[0].shape[0], int) else batch
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.record: Mapping[str, str] = {"kind": "onnx", "model": str(path), "sha256": digest}

    def _read_input(self) -> None:
        inputs = self._session.get_inputs()
        first = inputs[0]
        pictures = len(inputs) == 1 and len(first.shape) == 4 and 3 in (first.shape[1], first.shape[3])
        if not pictures or first.type not in _TYPES:
            raise WeightsError(
                f"{self._path}: takes {', '.join(f'{each.type} {each.shape}' for each in inputs)}, not pictures "
                "(N, 3, H, W); export the network with one picture input"
            )
        self._name, self._type = first.name, _TYPES[first.type]
        self._channels_last = first.shape[1] != 3
        height, width = first.shape[1:3] if self._channels_last else first.shape[2:4]
        scale = SHORT_SIDE / min(self._frames.width, self._frames.height)
        self._height = height if isinstance(height, int) else _rounded(self._frames.height * scale)
        self._width = width if isinstance(width, int) else _rounded(self._frames.width * scale)
        if not (0 < self._height <= MAX_SIDE and 0 < self._width <= MAX_SIDE):
            raise WeightsError(f"{self._path}: takes {self._width}x{self._height} pictures; export it at a usual size")

    def _fixed_batch(self) -> int:
        count = self._session.get_inputs()[0].shape[0]
        if count != 1:
            raise WeightsError(f"{self._path}: takes {count} pictures at once; export it for one, or for any number")
        return 1

    def __len__(self) -> int:
        return len(self._frames)

    def maps(self, start: int) -> Iterator[Image]:
        for first in range(start, len(self), self._batch):
            batch = [self._frames.read(index) for index in range(first, min(first + self._batch, len(self)))]
            yield from self._predicted(batch)

    def _predicted(self, batch: list[Image]) -> Image:
        pictures = torch.from_numpy(np.stack(batch)).permute(0, 3, 1, 2)
        seen = functional.interpolate(pictures, (self._height, self._width), mode="bicubic", antialias=True)
        seen = (seen.clamp(0, 1) - _MEAN) / _DEVIATION
        if self._channels_last:
            seen = seen.permute(0, 2, 3, 1)
        try:
            output: object = self._session.run(None, {self._name: seen.numpy().astype(self._type)})[0]
        except Exception as error:  # as above
            reason = str(error).split("\n")[0]
            raise WeightsError(f"{self._path}: fails on {self._width}x{self._height} pictures ({reason})") from error
        if not isinstance(output, np.ndarray) or output.dtype.kind not in "fiu":
            raise WeightsError(f"{self._path}: gives no numbers first, but must give maps; export a depth network")
        maps = output
        if output.ndim == 4 and 1 in (output.shape[1], output.shape[3]):
            maps = output[:, 0] if output.shape[1] == 1 else output[..., 0]
        if maps.ndim != 3 or len(maps) != len(batch) or min(maps.shape[1:]) < 2:
            raise WeightsError(f"{self._path}: gives {output.shape}, not maps (N, H, W); export a depth network")
        return maps.astype(np.float32)

    def close(self) -> None:
        del self._session


def _rounded(side: float) -> int:
    return max(1, round(side / MULTIPLE)) * MULTIPLE
