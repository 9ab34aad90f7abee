"""What a decoder hands over beside a picture's samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame

_NAMING = ("png", "apng")
"""Decoders that give an ICC profile its name, which PyAV frees a second time once it has listed it."""


def side_data_of(frame: VideoFrame, codec: str) -> Mapping[str, bytes] | None:
    """By FFmpeg's names of their kinds; None where PyAV cannot list them."""
    if codec in _NAMING:
        return None
    try:
        listed = cast("Iterable[SideData]", frame.side_data)  # its stub iterates over keys
        return {data.type.name: bytes(data) for data in listed}
    except ValueError:  # it lists none where it does not know the name of one
        return None
