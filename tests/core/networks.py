"""Networks that a renderer can load: small, of random weights, listening to everything they are given."""

from pathlib import Path

import torch
from focuspuller.core.renderer import Engine
from focuspuller.core.vbr import weights
from focuspuller.core.vbr.configuration import Configuration
from focuspuller.core.vbr.model import VBR

MAX_RADIUS = 8.0
"""px; small, so that small pictures take several passes."""


def small_engine(folder: Path, seed: int = 0) -> Engine:
    path = folder / f"{seed}.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = VBR(Configuration(channels=8, deep_channels=16, max_radius=MAX_RADIUS))
        for parameter in model.parameters():
            parameter.data += 0.01 * torch.randn_like(parameter)
    weights.save(model, path, {})
    return Engine(path, "cpu")
