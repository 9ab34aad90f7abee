"""What the curve editor's commands do to the selected keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ....core.errors import CurveError
from ....plugin.curve import Curve, Interpolation
from . import edits
from .drags import shifted
from .lanes import KeyPlace, Lane, Selection, frames_in, selected_keys
from .model import CurveModel
from .shortcuts import NUDGES, Command

NUDGE = {Lane.FOCUS: 0.01, Lane.APERTURE: 0.1}
"""Dioptres and stops of one step."""

ON_SELECTION = frozenset(
    {
        *(Command.DELETE, Command.COPY, Command.CUT, Command.CONSTANT, Command.LINEAR, Command.SMOOTH),
        *(Command.FLAT, Command.BREAK, Command.FRAME, *NUDGES),
    }
)
"""Commands for the selected keys."""

SHARED = frozenset({Command.CANCEL, Command.CONSTANT, Command.LINEAR, *NUDGES})
"""Where no key is selected, their keys are the window's: Esc ends a track, K and L play, arrows step the playhead."""


def can(model: CurveModel, command: Command) -> bool:
    """Whether a command is the curves' to take."""
    return command not in SHARED or bool(model.selection)


def applies(model: CurveModel, command: Command) -> bool:
    """Whether a command has anything to act on."""
    if command is Command.PASTE:
        return bool(model.clipboard.keys)
    return command not in ON_SELECTION or bool(model.selection)


def run(model: CurveModel, command: Command, gesture: str = "") -> None:
    """Do what a command says.

    Args:
        gesture: binds the steps of a held arrow together.
    """
    match command:
        case Command.INSERT:
            insert(model, model.lane, model.playhead, None)
        case Command.DELETE:
            _change(model, edits.without)
        case Command.COPY:
            _copy(model)
        case Command.CUT:
            _copy(model)
            _change(model, edits.without)
        case Command.PASTE:
            _paste(model)
        case Command.SELECT_ALL:
            model.selection = frozenset(
                KeyPlace(lane, key.frame) for lane in Lane for key in lane.curve(model.state).keys
            )
        case Command.CANCEL:
            model.selection = frozenset()
        case Command.CONSTANT:
            _change(model, lambda curve, frames: edits.interpolated(curve, frames, Interpolation.CONSTANT))
        case Command.LINEAR:
            _change(model, lambda curve, frames: edits.interpolated(curve, frames, Interpolation.LINEAR))
        case Command.SMOOTH:
            model.loose -= model.selection
            _change(model, lambda curve, frames: edits.interpolated(curve, frames, Interpolation.BEZIER))
        case Command.FLAT:
            _change(model, edits.levelled)
        case Command.BREAK:
            _break_or_join(model)
        case Command.PREVIOUS_KEY:
            _step(model, -1)
        case Command.NEXT_KEY:
            _step(model, 1)
        case Command.FOCUS_LANE:
            model.lane = Lane.FOCUS
        case Command.APERTURE_LANE:
            model.lane = Lane.APERTURE
        case Command.FRAME if model.selection:
            model.chart = model.chart.framing(model.state, model.selection)
        case Command.FRAME | Command.FRAME_ALL:
            model.chart = model.chart.framing_all(model.state, model.frames)
        case _:
            _nudge(model, *NUDGES[command], gesture)


def insert(model: CurveModel, lane: Lane, frame: float, value: float | None) -> None:
    """Set a key and select it; without a value the curve keeps its shape."""
    model.lane = lane
    curve = lane.curve(model.state)
    standing = edits.key_at(curve, frame)
    frame = standing.frame if standing else float(frame)
    model.commit(lane.with_curve(model.state, curve.insert(frame, value)), frozenset({KeyPlace(lane, frame)}))


def enter_frame(model: CurveModel, frame: int) -> None:
    """Take the one selected key to a frame.

    Raises:
        CurveError: it is none of the media's, or has a key already.
    """
    if model.selected_key is None:
        return
    (lane, at), _ = model.selected_key
    if frame not in model.frames:
        first, last = model.frames.start, model.frames.stop - 1
        raise CurveError(f"frame {frame} is not on the media; give one from {first} to {last}")
    moved = lane.curve(model.state).move(at, frame)
    model.commit(lane.with_curve(model.state, moved), frozenset({KeyPlace(lane, frame)}))


def enter_value(model: CurveModel, lane: Lane, value: float) -> None:
    """Give all selected keys of a lane a value."""
    curve = edits.at_value(lane.curve(model.state), frames_in(model.selection, lane), value)
    model.commit(lane.with_curve(model.state, curve), model.selection)


def _change(model: CurveModel, edit: Callable[[Curve, frozenset[float]], Curve]) -> None:
    state = model.state
    for lane in model.selected_lanes:
        state = lane.with_curve(state, edit(lane.curve(state), frames_in(model.selection, lane)))
    model.commit(state, model.selection)


def _copy(model: CurveModel) -> None:
    if model.selection:
        model.clipboard.keys = {
            lane: tuple(selected_keys(model.selection, model.state, lane)) for lane in model.selected_lanes
        }


def _paste(model: CurveModel) -> None:
    copied = model.clipboard.keys
    first = min((key.frame for keys in copied.values() for key in keys), default=0.0)
    by = model.playhead - first
    state, selection = model.state, Selection()
    for lane, keys in copied.items():
        landing = [replace(key, frame=key.frame + by) for key in keys]
        on_media = [key for key in landing if model.frames.start <= key.frame <= model.frames.stop - 1]
        state = lane.with_curve(state, edits.merged(lane.curve(state), on_media))
        selection |= {KeyPlace(lane, key.frame) for key in on_media}
    if selection:
        model.commit(state, selection)


def _break_or_join(model: CurveModel) -> None:
    """All joined when any is broken, else all broken."""
    selected = ((lane, key) for lane in Lane for key in selected_keys(model.selection, model.state, lane))
    if any(model.breaks(lane, key) for lane, key in selected):
        model.loose -= model.selection
        _change(model, edits.joined)
    else:
        model.loose |= model.selection
        _change(model, edits.pinned)


def _step(model: CurveModel, way: int) -> None:
    here = model.selected_key
    at = here[1].frame if here and here[0].lane is model.lane else model.playhead
    frames = [key.frame for key in model.lane.curve(model.state).keys if (key.frame - at) * way > 0]
    if frames:
        frame = min(frames, key=lambda frame: abs(frame - at))
        model.selection = frozenset({KeyPlace(model.lane, frame)})
        model.chart = model.chart.revealing(frame)
        model.seek(frame)


def _nudge(model: CurveModel, by_frames: float, down: float, gesture: str) -> None:
    lane = model.lane if model.lane in model.selected_lanes else model.selected_lanes[0]
    by_level = down * NUDGE[lane] * (1 if model.chart.levels[lane].per_pixel > 0 else -1)
    model.commit(*shifted(model.state, model.selection, model.frames, by_frames, by_level, lane), gesture)
