"""Two eyes: disparity by semi-global matching, kept where both eyes agree, and filled from what lies behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from ..errors import DisparityLengthMismatch, UsageError
from ..frames import Image
from ..media.open import Footage, open_frames
from .eyes import Agreement, agreement, filled, left_is_first
from .opencv import Bytes, OpenCV, in_bytes
from .source import Quantity

LAYOUTS = ("side-by-side", "top-bottom")

WIDEST = 0.25
"""Share of the picture's width that is searched to either side, at first."""

PROBES = 8
"""Frames from which the range and the order of the eyes are found."""

PROBE_SIDE = 480
"""Px of the long side at which that is."""

STEP = 16
"""What OpenCV counts disparities in."""

MARGIN = 0.1
"""Of the range found, added at both its ends."""


class StereoSource:
    """`DisparitySource` of a pair; its maps are the first eye's.

    Args:
        clip: the pair, or one of its eyes.
        layout: one of LAYOUTS, the left or upper half being the first eye; or the path of the second eye's clip.
        first: "left" or "right": which eye is the first; "auto" finds out, from what hides what.

    Raises:
        LibraryMissing: OpenCV.
        MediaNotFound, MediaUnreadable, UnsupportedFormat: the second eye's clip.
        DisparityLengthMismatch, UsageError: the eyes do not go together.
    """

    per_frame = True
    quantity = Quantity.DISPARITY

    def __init__(self, clip: Footage, layout: str, first: str) -> None:
        self._clip = clip
        self._layout = layout
        self._other = None if layout in LAYOUTS else open_frames(Path(layout))
        self.size: tuple[int, int] | None = None
        self.notes: tuple[str, ...] = ()
        try:
            self._check()
            self._opencv = OpenCV()
        except BaseException:
            self._close_other()
            raise
        try:
            self._lowest, self._count = self._range()
            self._swapped = self._is_swapped() if first == "auto" else first == "right"
        except BaseException:
            self.close()
            raise
        if self._swapped:
            self._lowest = -(self._lowest + self._count)  # as a mirror shows it
            if first == "auto":
                self.notes += ("the first eye looks like the right one; where that is wrong, say --first-eye left",)
        self.record: Mapping[str, str] = {
            "kind": "stereo",
            "model": "OpenCV StereoSGBM",
            "layout": layout,
            "first_eye": "right" if self._swapped else "left",
            "range": f"{self._lowest}..{self._lowest + self._count} px",
            "other": "" if self._other is None else self._other.fingerprint,
        }

    def _check(self) -> None:
        clip, other = self._clip, self._other
        if other is None:
            width, height = clip.width, clip.height
            if (width if self._layout == LAYOUTS[0] else height) % 2:
                raise UsageError(f"{clip.name} is {width}x{height}, which has no equal halves; is it {self._layout}?")
            self.size = (width // 2, height) if self._layout == LAYOUTS[0] else (width, height // 2)
            half = "left" if self._layout == LAYOUTS[0] else "upper"
            self.notes += (f"the disparity is that of the {half} half of {clip.name}; render it on that half alone",)
        elif len(other) != len(clip):
            raise DisparityLengthMismatch(f"{other.name} has {len(other)} frames, {clip.name} {len(clip)}; give a pair")
        elif (other.width, other.height) != (clip.width, clip.height):
            raise UsageError(
                f"{other.name} is {other.width}x{other.height}, {clip.name} {clip.width}x{clip.height}; give a pair"
            )

    def __len__(self) -> int:
        return len(self._clip)

    def maps(self, start: int) -> Iterator[Image]:
        for index in range(start, len(self)):
            first, second = self._eyes(index)
            # In a mirror the right eye is the left one.
            turn = -1 if self._swapped else 1
            one, other = (in_bytes(eye)[:, ::turn] for eye in (first, second))
            matched = self._opencv.stereo(one, other, self._lowest, self._count)
            yield np.ascontiguousarray(filled(agreement(*matched))[:, ::turn])

    def _eyes(self, index: int) -> tuple[Image, Image]:
        """The first eye's frame and the second's."""
        picture = self._clip.read(index)
        if self._other is not None:
            return picture, self._other.read(index)
        height, width = picture.shape[:2]
        if self._layout == LAYOUTS[0]:
            return picture[:, : width // 2], picture[:, width // 2 :]
        return picture[: height // 2], picture[height // 2 :]

    def _probes(self) -> Iterator[tuple[Image, Image]]:
        for index in sorted({round(i) for i in np.linspace(0, len(self) - 1, PROBES)}):
            yield self._eyes(index)

    def _range(self) -> tuple[int, int]:
        """Where disparities lie in this clip, px: the lowest, and how many from there, in OpenCV's steps."""
        found = []
        for first, second in self._probes():
            shrink = max(1, round(max(first.shape[:2]) / PROBE_SIDE))
            small, other = (_reduced(eye, shrink) for eye in (first, second))
            reach = STEP * max(1, round(WIDEST * small.shape[1] / STEP))
            match = agreement(*self._opencv.stereo(small, other, -reach, 2 * reach))
            found.append(match.disparity[match.sound] * shrink)
        values = np.concatenate(found)
        if values.size == 0:
            raise UsageError(f"{self._clip.name}: the two eyes show nothing alike; is it {self._layout}?")
        low, high = np.percentile(values, (0.5, 99.5))
        spare = 2 + MARGIN * (high - low)
        lowest = int(np.floor(low - spare))
        return lowest, STEP * int(np.ceil((high + spare - lowest) / STEP))

    def _is_swapped(self) -> bool:
        found: list[tuple[Image, Agreement]] = []
        for first, second in self._probes():
            matched = self._opencv.stereo(in_bytes(first), in_bytes(second), self._lowest, self._count)
            found.append((first, agreement(*matched)))
        return not left_is_first(found)

    def close(self) -> None:
        self._opencv.close()
        self._close_other()

    def _close_other(self) -> None:
        if self._other is not None:
            self._other.close()


def _reduced(picture: Image, factor: int) -> Bytes:
    """Means of factor x factor px."""
    height, width = (side // factor * factor for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor, -1)
    return in_bytes(blocks.mean(axis=(1, 3)))
