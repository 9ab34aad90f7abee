"""Whether a movie holds as much as its header says; FFmpeg ends without an error where a file was cut."""

from __future__ import annotations

import re
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from ..errors import MediaUnreadable
from . import matroska, riff
from .info import MediaInfo

_FRAMES_FORGIVEN = 3
"""Counts may include a picture that is never shown."""


def check_whole(path: Path, container: InputContainer, stream: VideoStream, info: MediaInfo) -> None:
    """Of Matroska, AVI and MXF; MP4 and MOV list their packets, which is checked when they are indexed.

    Raises:
        MediaUnreadable: the file has lost its end.
    """
    match container.format.name:
        case "matroska,webm":
            problem = _lost_time(path, stream, info)
        case "avi":
            # A capture that drops pictures holds less than it counts, too.
            problem = _lost_frames(stream.frames, info) if riff.is_cut_short(path) else None
        case "mxf":
            problem = _lost_frames(_edit_units(stream, info), info)
        case _:
            problem = None
    if problem:
        raise MediaUnreadable(
            f"{path} is cut short: it holds {problem}; copy the file again, or remux what is left of it"
        )


def _lost_time(path: Path, stream: VideoStream, info: MediaInfo) -> str | None:
    """Matroska notes how long each stream was when it was finished."""
    noted = re.fullmatch(r"(\d{1,6}):(\d\d):(\d\d\.\d+)", stream.metadata.get("DURATION", ""))
    if noted is None:
        return None
    stated = 3600 * int(noted[1]) + 60 * int(noted[2]) + float(noted[3])
    held = float(info.pts[-1] * info.time_base + 1 / info.rate)
    # A last picture may be held for long, of which a container says nothing.
    if stated - held > max(0.1, _FRAMES_FORGIVEN / float(info.rate)) and matroska.is_cut_short(path):
        return f"{held:.2f} of {stated:.2f} seconds"
    return None


def _lost_frames(stated: int, info: MediaInfo) -> str | None:
    lost = stated - info.frame_count > _FRAMES_FORGIVEN
    return f"{info.frame_count} of {stated} frames" if lost else None


def _edit_units(stream: VideoStream, info: MediaInfo) -> int:
    """How many frames MXF's header counts; none where what it counts are not frames."""
    return (stream.duration or 0) if stream.time_base == 1 / info.rate else 0
