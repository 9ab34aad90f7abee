"""Small edits for the timeline's tests."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key
from focuspuller.plugin.scale import Scale
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import Document

MakeClip = Callable[..., Any]
MakeDocument = Callable[..., Document]
MakeState = Callable[..., EffectState]


def span(start: float, duration: float, rate: float = 24) -> Any:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(duration, rate))


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
