"""What an editor is to know of a clip before it is rendered."""

from __future__ import annotations

from ...core.media.info import MediaInfo
from ..media_clock import NEAR, exact_rate
from ..state import METADATA_KEY, written_clock
from .clips import Clip, label, quoted
from .effects import effects_on, plain
from .media_time import lacking, media_clock, stated_clock
from .references import is_render, noted_source, source_key


def notes_on(clip: Clip, media: MediaInfo) -> tuple[str, ...]:
    """Of a clip with an effect that can be used.

    Args:
        media: what the clip's source says of itself.
    """
    told = (_other_source(clip), _interpretation(clip, media), _unsettled_keys(clip, media), lacking(clip, media))
    return tuple(note for note in told if note)


def _other_source(clip: Clip) -> str | None:
    references, key = clip.media_references(), source_key(clip)
    for render_key, render in references.items():
        noted = noted_source(render) if is_render(render_key, render) else None
        if noted is not None and noted in references and noted != key:
            return f"{label(clip)}: {quoted(key)} plays and is rendered; its last render was of {quoted(noted)}"
    return None


def _interpretation(clip: Clip, media: MediaInfo) -> str | None:
    rate = media_clock(clip, media).rate
    if exact_rate(rate) == exact_rate(float(media.rate)):
        return None
    return (
        f"{label(clip)}: the edit plays its media's {float(media.rate):g} frames a second at {rate:g}; "
        "so it is to play the render, which has as many"
    )


def _unsettled_keys(clip: Clip, media: MediaInfo) -> str | None:
    """Where the media's clock is another than that of the keys, and nobody can tell what that means."""
    written = written_clock(plain(effects_on(clip)[0])["metadata"][METADATA_KEY])
    stated = stated_clock(clip)
    now = (stated or media_clock(clip, media)).at(written.rate)
    if abs(now.start - written.start) < NEAR or (stated is None and written.length is None):
        return None
    read = written.continued(now)
    # Without the timeline's word they are read by their own clock, whatever the file says.
    if read is written or (stated is not None and read is not None):
        return None
    return (
        f"{label(clip)}: its media begins at {now.start:.10g}, and at {written.start:.10g} when its keys were set; "
        "they stay on the frames by number: see whether they fit"
    )
