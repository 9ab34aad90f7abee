import math
from collections.abc import Sequence

import numpy as np
import pytest
from focuspuller.ui.panel.curves.axis import Axis
from focuspuller.ui.panel.curves.marks import Mark, distance_marks, frame_marks, stop_marks


def labels(marks: Sequence[Mark]) -> list[str]:
    return [mark.label for mark in sorted(marks) if mark.label]


def axis(start: float, end: float, length: float = 200.0) -> Axis:
    return Axis(start, end, 30.0, length, -1e9, 1e9, 1e-9)


VIEWS = [(-0.1, 3.4), (0.0, 20.0), (0.5, 0.52), (0.0, 0.01), (19.9, 19.91), (-0.05, 0.4), (1.0, 1.3), (-2.0, -1.0)]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("length", [60.0, 200.0, 1500.0])
def test_distances_stand_where_they_belong_and_apart(view: tuple[float, float], length: float) -> None:
    scale = axis(*view, length)
    marks = distance_marks(scale, 22.0, 6.0)
    pixels = np.sort([scale.pixel(mark.level) for mark in marks])
    assert (np.diff(pixels) >= 6.0 - 1e-9).all()
    engraved = np.sort([scale.pixel(mark.level) for mark in marks if mark.label])
    assert (np.diff(engraved) >= 22.0 - 1e-9).all()
    for mark in marks:
        assert view[0] - 1e-9 <= mark.level <= view[1] + 1e-9
        if mark.label:
            assert mark.level == (0 if mark.label == "∞" else pytest.approx(1 / float(mark.label)))


@pytest.mark.parametrize("view", [view for view in VIEWS if view[1] > 0])
def test_every_zoom_has_distances_to_read(view: tuple[float, float]) -> None:
    assert len(labels(distance_marks(axis(*view), 22.0, 6.0))) >= 3


def test_infinity_ends_the_ring() -> None:
    shown = labels(distance_marks(axis(-0.1, 3.4, 400.0), 22.0, 6.0))
    assert shown[0] == "∞"
    assert {"1", "2", "0.5"} <= set(shown)
    assert "∞" not in labels(distance_marks(axis(0.2, 3.4), 22.0, 6.0))


def test_full_stops_are_engraved_as_on_a_lens() -> None:
    assert labels(stop_marks(axis(8.1, -0.1, 300.0), 20.0, 6.0)) == [
        *("1", "1.4", "2", "2.8", "4", "5.6", "8", "11", "16")
    ]


def test_thirds_and_finer_stops_come_with_the_zoom() -> None:
    assert labels(stop_marks(axis(2.0, 4.0), 20.0, 6.0)) == ["2", "2.2", "2.5", "2.8", "3.2", "3.5", "4"]
    closer = stop_marks(axis(2.9, 3.1), 20.0, 6.0)
    assert "2.8" in labels(closer)
    for mark in closer:
        assert not mark.label or float(mark.label) == pytest.approx(math.exp2(mark.level / 2), rel=0.02)


def test_frames_are_whole_and_in_round_steps() -> None:
    for last, step in ((10, 1), (100, 10), (100_000, 10_000)):
        shown = [int(label) for label in labels(frame_marks(axis(0.0, float(last), 800.0), 60.0, 6.0))]
        assert set(np.diff(shown)) == {step}
    assert all(mark.level.is_integer() for mark in frame_marks(axis(-3.0, 5.0, 800.0), 60.0, 6.0))
