"""Named tensors on disk, in safetensors: written whole or not at all, checked before anything is allocated."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from ..errors import WeightsError
from ..media.partial import write_whole
from ..media.regular import open_regular

MAX_HEADER = 1 << 20
"""Bytes; ours take some twenty thousand."""

LENGTH_FIELD = 8


def write(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Put the file in place once it is whole; what was there before stays until then.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, dict(metadata))
    write_whole(path, content)


def read_metadata(path: Path) -> dict[str, str]:
    """The header's metadata.

    Raises:
        WeightsError: missing, or not safetensors.
    """
    return _metadata(_header(path), path)


CODES = {torch.float32: "F32", torch.bfloat16: "BF16"}
"""What safetensors calls the types that we write."""


def read(path: Path, shapes: Mapping[str, torch.Size], dtype: torch.dtype) -> dict[str, Tensor]:
    """The tensors, when they are of that type, finite, and exactly those of `shapes`.

    Raises:
        WeightsError: anything else, before memory is taken for it.
    """
    header = _header(path)
    header.pop("__metadata__", None)
    for name in sorted(header.keys() ^ shapes.keys()):
        raise WeightsError(
            f"{path}: tensor {name[:80]!r} is {'unexpected' if name in header else 'missing'}; "
            "it was made for another network, use a file made for this one"
        )
    for name, shape in shapes.items():
        entry = header[name]
        if not (isinstance(entry, dict) and entry.get("dtype") == CODES[dtype] and entry.get("shape") == list(shape)):
            raise WeightsError(
                f"{path}: tensor {name!r} is not {CODES[dtype]} {tuple(shape)}; "
                "it was made for another network, use a file made for this one"
            )
    data = dtype.itemsize * sum(math.prod(shape) for shape in shapes.values())
    if path.stat().st_size != _header_end(path) + data:
        raise WeightsError(f"{path} is truncated or has bytes to spare; copy or download it again")
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except SafetensorError as failure:
        raise WeightsError(f"{path} is damaged ({failure}); copy or download it again") from failure
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise WeightsError(f"{path}: tensor {name!r} has NaN or infinite values; use an earlier checkpoint")
    return tensors


def _header_end(path: Path) -> int:
    with open_regular(path) as file:
        return LENGTH_FIELD + int.from_bytes(file.read(LENGTH_FIELD), "little")


def _header(path: Path) -> dict[str, object]:
    try:
        with open_regular(path) as file:
            length = int.from_bytes(file.read(LENGTH_FIELD), "little")
            size = os.fstat(file.fileno()).st_size
            if not 2 <= length <= min(MAX_HEADER, size - LENGTH_FIELD):
                raise WeightsError(f"{path} is not a safetensors file, or is truncated; copy or download it again")
            text = file.read(length)
    except OSError as failure:
        raise WeightsError(f"{path} cannot be read: {failure.strerror}; check its path") from failure
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise WeightsError(f"{path} is not a safetensors file; give weights that focuspuller wrote") from failure
    if not isinstance(header, dict):
        raise WeightsError(f"{path} is not a safetensors file; give weights that focuspuller wrote")
    return header


def _metadata(header: dict[str, object], path: Path) -> dict[str, str]:
    metadata = header.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise WeightsError(f"{path} has no readable metadata; give weights that focuspuller wrote")
    return metadata
