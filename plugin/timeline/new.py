"""Timelines that are not on disk yet: empty, or of one piece of media."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from ...core.media.numbering import numbering_of
from ...core.media.open import open_frames
from .document import Document
from .location import check_name
from .uneven import length_of


def new_document(path: Path) -> Document:
    """An empty timeline, not on disk yet."""
    return Document(otio.schema.Timeline(name=path.stem), path)


def document_of_movie(movie: Path, length: float, rate: float, start: float = 0.0) -> Document:
    """A timeline of one clip, named as the movie and standing beside it: all of its frames, in its own time.

    Args:
        movie: or an image sequence, as `sequence_files` takes it.
        length: frames of that rate that it plays for; see `length_of`.
        rate: frames per second.
        start: the frame number that its timecode gives its first frame.
    """
    check_name(Path(movie.name))
    used = otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate))
    reference = _pictures(movie, rate) or otio.schema.ExternalReference(target_url=movie.name.replace("%", "%25"))
    reference.available_range = used
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    track.append(otio.schema.Clip(name=movie.stem, media_reference=reference, source_range=used))
    timeline = otio.schema.Timeline(name=movie.stem)
    timeline.tracks.append(track)
    return Document(timeline, movie)


def document_of_media(media: Path, rate: Fraction | None) -> Document:
    """As `document_of_movie`, of media that say themselves how long they are.

    Args:
        rate: frames a second of media that are pictures in files of their own, which seldom say.

    Raises:
        MediaError: they cannot be read.
    """
    with closing(open_frames(media, rate)) as frames:
        info = frames.info
    return document_of_movie(media, length_of(info), float(info.rate))


def _pictures(path: Path, rate: float) -> Any:
    """A reference to an image sequence, relative to the folder that the path is in; None to a movie or one picture."""
    named = numbering_of(path)
    if named is None:
        return None
    return otio.schema.ImageSequenceReference(
        target_url_base="" if named.folder == path.parent else f"{path.name}/",
        name_prefix=named.prefix,
        name_suffix=named.suffix,
        start_frame=named.first,
        rate=rate,
        frame_zero_padding=named.digits,
    )
