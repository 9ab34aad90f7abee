"""OpenCV's optical flow and stereo matching, served over a pipe by a process of its own.

OpenCV and PyAV each carry an FFmpeg and must not share a process. Run as a script: it imports nothing of focuspuller.
A message is a line of JSON, {"call", "shapes", …}, and then 8-bit pictures; an answer is a line with the shapes
of float32 arrays, and then those.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

import cv2
import numpy as np

UNMATCHED = -10000.0
"""Disparity of pixels without a match."""

BLOCK = 3
"""Px across of what is matched."""

SPECKLE = 50
"""Px, less than which go for a mismatch where they agree with nothing around them."""


def flow(first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
    """Motion in px, (H, W, 2): what is at p in the first picture is at p + motion in the second; and the way back."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setUseSpatialPropagation(True)
    return [search.calc(first, second, None), search.calc(second, first, None)]


def stereo(left: np.ndarray, right: np.ndarray, lowest: int, count: int) -> list[np.ndarray]:
    """Disparity (H, W) in px, x_left - x_right, of both pictures (H, W, 3), searched from `lowest` over `count` px."""
    window = left.shape[2] * BLOCK**2
    matcher = cv2.StereoSGBM_create(
        minDisparity=lowest,
        numDisparities=count,
        blockSize=BLOCK,
        P1=8 * window,
        P2=16 * window,
        uniquenessRatio=5,
        speckleWindowSize=SPECKLE,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )

    def matched(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        # What is searched for beyond the border must be there to be found.
        pad = max(0, lowest + count), max(0, -lowest)
        one, other = (cv2.copyMakeBorder(eye, 0, 0, *pad, cv2.BORDER_REPLICATE) for eye in (one, other))
        found = matcher.compute(one, other)[:, pad[0] : one.shape[1] - pad[1]]
        return np.where(found >= 16 * lowest, found / 16, UNMATCHED).astype(np.float32)

    mirrored = matched(np.ascontiguousarray(right[:, ::-1]), np.ascontiguousarray(left[:, ::-1]))
    return [matched(left, right), np.ascontiguousarray(mirrored[:, ::-1])]


def serve(asked: BinaryIO, answered: BinaryIO) -> None:
    while line := asked.readline():
        message = json.loads(line)
        pictures = [_read(asked, shape) for shape in message["shapes"]]
        first, second = pictures
        if message["call"] == "flow":
            _answer(answered, flow(first, second))
        else:
            _answer(answered, stereo(first, second, message["lowest"], message["count"]))


def _read(asked: BinaryIO, shape: Sequence[int]) -> np.ndarray:
    return np.frombuffer(asked.read(int(np.prod(shape))), np.uint8).reshape(shape)


def _answer(answered: BinaryIO, arrays: Sequence[np.ndarray]) -> None:
    answered.write(json.dumps([array.shape for array in arrays]).encode() + b"\n")
    for array in arrays:
        answered.write(array.astype(np.float32, copy=False).tobytes())
    answered.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the asker's to end this process, by closing the pipe
    cv2.setNumThreads(1)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
