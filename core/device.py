"""Where tensors are worked on: the GPU when there is one."""

from __future__ import annotations

import torch


def best_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
