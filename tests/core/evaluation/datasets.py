"""A data set on disk, small enough for a test: a square in focus before a background that is box-blurred."""

from pathlib import Path

import numpy as np
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.dataset import Video, VideoFrame, open_dataset, write_video

SIZE, FRAMES = 32, 3


def dataset(folder: Path, videos: int = 2, size: int = SIZE, frames: int = FRAMES) -> list[Video]:
    folder.mkdir()
    for number in range(videos):
        rng = np.random.default_rng(number)
        write_video(folder / f"{number:05d}", [_moment(rng, size) for _ in range(frames)], 2.2, "toy")
    return open_dataset(folder)


def _moment(rng: np.random.Generator, size: int) -> VideoFrame:
    frame = rng.random((size, size, 3), np.float32)
    shifted = [np.roll(frame, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    disparity = np.zeros((size, size), np.float32)
    inside = slice(size // 4, size // 2)
    disparity[inside, inside] = 1
    bokeh = np.where(disparity[..., None] > 0, frame, np.mean(shifted, axis=0))
    return VideoFrame(frame, bokeh, disparity, Defocus(1.5, 1.0))
