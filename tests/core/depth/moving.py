"""A small synthetic shot with exact disparity, and disparity as an estimator would deliver it."""

import numpy as np
import torch
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.corrupt import Corruption, corrupt
from focuspuller.core.svb.scene import random_scene
from focuspuller.core.svb.trace import View, trace, trace_disparity


def shot(seed: int, size: int, frames: int) -> tuple[list[Image], list[Image], list[Image]]:
    """Frames, exact disparity, and that with scale drift of ±10 %, blur, growth and elastic noise (Table 2's IV)."""
    rng = np.random.default_rng(seed)
    view, pinhole = View(size, size), Defocus(0.0, 0.0)
    scene = random_scene(rng, ProceduralAssets(), size, size, frames, 4)
    pictures = [trace(layers, pinhole, view, 1) for layers in scene.frames]
    exact = np.stack([trace_disparity(layers, view) for layers in scene.frames])
    estimated = corrupt(torch.from_numpy(exact)[:, None], Corruption.IV, rng)[:, 0].numpy()
    return pictures, [*exact], [*estimated]


def temporal_error(found: list[Image], exact: list[Image]) -> float:
    """Of the change from frame to frame, on average."""
    return float(np.abs(np.diff(np.stack(found), axis=0) - np.diff(np.stack(exact), axis=0)).mean())


def error(found: list[Image], exact: list[Image]) -> float:
    return float(np.abs(np.stack(found) - np.stack(exact)).mean())


def boundary_score(found: list[Image], exact: list[Image]) -> float:
    """F-score of neighbouring pixels that differ by more than 0.02, 0.05 and 0.1, after Depth Pro's measure."""
    scores = []
    for step in (0.02, 0.05, 0.1):
        hits = made = there = 0
        for one, other in zip(found, exact, strict=True):
            for axis in (0, 1):
                a, b = np.abs(np.diff(one, axis=axis)) > step, np.abs(np.diff(other, axis=axis)) > step
                hits, made, there = hits + int((a & b).sum()), made + int(a.sum()), there + int(b.sum())
        scores.append(2 * hits / max(made + there, 1))
    return float(np.mean(scores))
