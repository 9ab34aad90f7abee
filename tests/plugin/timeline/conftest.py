"""Small edits for the timeline's tests."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.media.info import MediaInfo
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key
from focuspuller.plugin.scale import Scale
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import Document, add_render, apply, clips, find, media_path, media_range

MakeClip = Callable[..., Any]
MakeDocument = Callable[..., Document]
MakeState = Callable[..., EffectState]


def span(start: float, duration: float, rate: float = 24) -> Any:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(duration, rate))


def movie(frames: int, rate: Fraction) -> MediaInfo:
    return MediaInfo(Path("a.mov"), 64, 36, rate, 1 / rate, tuple(range(frames)), "h264", "yuv420p", 8)


@pytest.fixture
def make_clip() -> MakeClip:
    def make(
        name: str = "shot",
        used: tuple[float, ...] | None = (10, 20),
        available: tuple[float, ...] | None = (0, 100),
        url: str = "a.mov",
        warps: tuple[float, ...] = (),
    ) -> Any:
        reference = otio.schema.ExternalReference(url, span(*available) if available else None)
        clip = otio.schema.Clip(name, reference, span(*used) if used else None)
        clip.effects.extend(otio.schema.LinearTimeWarp(time_scalar=warp) for warp in warps)
        return clip

    return make


@pytest.fixture
def make_document(tmp_path: Path) -> MakeDocument:
    def make(*items: Any, path: Path = tmp_path / "edit.otio") -> Document:
        timeline = otio.schema.Timeline("edit")
        track = otio.schema.Track("V1")
        timeline.tracks.append(track)
        track.extend(items)
        return Document(timeline, path)

    return make


@pytest.fixture
def make_state() -> MakeState:
    def make(disparity: str | None = None) -> EffectState:
        return EffectState(
            new_uuid(),
            Lens(),
            Curve(Scale.DIOPTRES, 2.0, (Key(10, 1.2), Key(29, math.inf))),
            Curve(Scale.STOPS, 2.0),
            DisparityReference(disparity, DisparityReading()) if disparity else None,
        )

    return make


@pytest.fixture
def edit(make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path) -> Document:
    """Three clips with the effect, all rendered: of a movie, of another of that name, and of a sequence."""
    for name, data in (
        ("in/media/a b.mov", "first"),
        ("in/other/a b.mov", "second"),
        ("in/plates/s.1001.exr", "plate"),
        ("in/plates/s.1002.exr", "plate"),
        ("in/plates/s.1000.exr", "before"),
        ("in/d.0001.png", "beside"),
        ("in/disparity/d.0001.png", "disparity"),
        ("renders/r.mov", "render"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data)
    sequence = otio.schema.ImageSequenceReference(
        "plates",
        "s.",
        ".exr",
        start_frame=1001,
        frame_zero_padding=4,
        rate=24,
        available_range=make_clip().source_range,
    )
    items = [
        make_clip("one", url="media/a%20b.mov"),
        make_clip("two", url="other/a b.mov"),
        otio.schema.Clip("three", sequence),
    ]
    document: Document = make_document(*items, path=tmp_path / "in" / "edit.otio")
    for clip in clips(document):
        apply(clip, make_state("disparity/d.%04d.png"))
        add_render(clip, tmp_path / "renders" / "r.mov", media_range(clip))
    return document


def contents(document: Document, clip: Any) -> tuple[str, str, str]:
    """What the clip's source, disparity and render hold."""
    state = find(clip)
    assert state is not None
    assert state.disparity is not None
    paths = (
        media_path(document, clip),
        document.locate(state.disparity.url, "disparity"),
        document.locate(clip.media_references()["focuspuller_render"].target_url, "render"),
    )
    files = (path if path.is_file() else next(path.parent.iterdir()) for path in paths)
    source, disparity, render = (file.read_text() for file in files)
    return source, disparity, render
