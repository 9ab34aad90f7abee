"""OpenCV at arm's length: a process of its own, and the pipe to it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..errors import LibraryMissing, RenderError
from ..frames import Image

Bytes = NDArray[np.uint8]


class OpenCV:
    """Flow and stereo matching by `opencv_worker`; a context manager that ends the process.

    Raises:
        LibraryMissing
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("cv2") is None:
            raise LibraryMissing("OpenCV is not installed; run: pip install 'focuspuller[stereo]'")
        worker = Path(__file__).with_name("opencv_worker.py")
        # -P: a script's folder is no place to import from.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def flow(self, first: Bytes, second: Bytes) -> tuple[Image, Image]:
        """Motion (H, W, 2) in px from the first picture, in grey, to the second, and from the second to the first."""
        there, back = self._ask({"call": "flow"}, first, second)
        return there, back

    def stereo(self, left: Bytes, right: Bytes, lowest: int, count: int) -> tuple[Image, Image]:
        """Disparity (H, W), x_left - x_right in px, of each picture (H, W, 3); far below `lowest` where none is found.

        Args:
            lowest: where the search begins.
            count: how many px it goes on, a multiple of 16.
        """
        of_left, of_right = self._ask({"call": "stereo", "lowest": lowest, "count": count}, left, right)
        return of_left, of_right

    def _ask(self, message: dict[str, object], *pictures: Bytes) -> list[Image]:
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        try:
            asked.write(json.dumps({**message, "shapes": [picture.shape for picture in pictures]}).encode() + b"\n")
            for picture in pictures:
                asked.write(picture.tobytes())
            asked.flush()
            shapes = json.loads(answered.readline())
            return [
                np.frombuffer(answered.read(4 * int(np.prod(shape))), np.float32).reshape(shape).copy()
                for shape in shapes
            ]
        except (OSError, ValueError) as error:
            raise RenderError("OpenCV's process died, perhaps for want of memory; use --resume") from error

    def close(self) -> None:
        """End the process, whatever it is at."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):  # it may be gone with a question half asked
                    pipe.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grey(frame: Image) -> Bytes:
    """A frame (H, W, 3) as flow looks at it."""
    return in_bytes(frame @ np.array([0.299, 0.587, 0.114], np.float32))


def in_bytes(picture: Image) -> Bytes:
    """A picture in 8 bits, cut off at black and at white."""
    return np.round(255 * picture.clip(0, 1)).astype(np.uint8)
