"""Weights on disk: the network's tensors, and in the header what it is and what made it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch

from ..errors import WeightsError
from . import tensorfile
from .configuration import Configuration
from .fusion import Fusion
from .model import VBR

METADATA_KEY = "focuspuller"

STORED = torch.bfloat16
"""Convolutions run in it anyway where that is faster; half the bytes, the same pictures to 90 dB (measured)."""

MAX_CHANNELS = 512
MAX_RADIUS = 4096.0


def save(model: VBR, path: Path, provenance: Mapping[str, object]) -> None:
    """Write the weights, rounded to `STORED`.

    Args:
        provenance: what made them (command, seed, data recipe, metrics, ...), JSON values.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    said = {"configuration": dataclasses.asdict(model.configuration), "provenance": dict(provenance)}
    # One key: safetensors writes several in any order, and the same weights should be the same bytes.
    stored = {name: tensor.to(STORED) for name, tensor in model.state_dict().items()}
    tensorfile.write(path, stored, {METADATA_KEY: json.dumps(said, allow_nan=False)})


def load(path: Path, expected: Configuration | None = None) -> VBR:
    """The network the file describes, on the CPU, ready to render.

    Args:
        expected: the configuration it must have; None takes any.

    Raises:
        WeightsError: missing, not safetensors, truncated, not finite, or another configuration.
    """
    configuration = read_configuration(path)
    if expected not in (None, configuration):
        raise WeightsError(f"{path} holds {configuration}, not {expected}; use weights made for it")
    with torch.device("meta"):
        model = VBR(configuration)
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    stored = tensorfile.read(path, shapes, STORED)
    model.load_state_dict({name: tensor.float() for name, tensor in stored.items()}, assign=True)
    return model.eval().requires_grad_(False)


def read_configuration(path: Path) -> Configuration:
    """What the weights in the file are for.

    Raises:
        WeightsError: missing, not safetensors, or no configuration of ours.
    """
    said = _said(path, "configuration")
    match said:
        case {
            "prior": bool(prior),
            "fusion": str(fusion),
            "channels": int(channels),
            "deep_channels": int(deep),
            "max_radius": float(radius),
        }:
            if (
                len(said) == 5
                and fusion in list(Fusion)
                and not any(isinstance(count, bool) or not 1 <= count <= MAX_CHANNELS for count in (channels, deep))
                and math.isfinite(radius)
                and 1 <= radius <= MAX_RADIUS
            ):
                return Configuration(prior, Fusion(fusion), channels, deep, radius)
    raise WeightsError(f"{path} has a configuration that is not ours; give weights that focuspuller wrote")


def digest(path: Path) -> str:
    """Tells one weights file from another.

    Raises:
        WeightsError: missing, or not to be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as failure:
        raise WeightsError(f"{path} cannot be read: {failure.strerror}; check its path") from failure


def read_provenance(path: Path) -> dict[str, object]:
    """What made the weights: text to show, never to act on.

    Raises:
        WeightsError: missing, not safetensors, or no provenance of ours.
    """
    return _said(path, "provenance")


def _said(path: Path, key: str) -> dict[str, object]:
    try:
        said = json.loads(tensorfile.read_metadata(path).get(METADATA_KEY, "null"))
    except (ValueError, RecursionError):
        said = None
    if not (isinstance(said, dict) and isinstance(said.get(key), dict)):
        raise WeightsError(f"{path} does not say its {key}; give weights that focuspuller wrote")
    part: dict[str, object] = said[key]
    return part
