from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.optics import disparity_at
from focuspuller.plugin.curve import Curve, Key, Scale
from PySide6.QtCore import Qt

from tests.ui.panel.projects import rack, timeline
from tests.ui.panel.windows import CONTROL, Desk, Hand, focus_of


def test_a_focus_nearer_than_the_lens_can_has_no_range(desk: Desk, tmp_path: Path) -> None:
    keys = Curve(Scale.DIOPTRES, 2.0, (Key(0, 0.05), Key(8, 2.0)))
    near = replace(rack(), focus_distance=keys)
    window = desk.open(timeline(tmp_path, [near]))
    window.project.seek(8)
    desk.settle(window)
    assert window.histogram.focus_range is not None
    window.project.seek(0)
    assert window.histogram.focus_range is None


def test_the_histogram_moves_the_focus_and_the_aperture(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, histogram, project = Hand(desk, window), window.histogram, window.project
    shown = histogram.focus_range
    assert shown is not None
    x = histogram.place_of(shown.plane)
    hand.drag(histogram, (x, 40), (histogram.place_of(0.3), 40))
    assert project.state is not None
    assert disparity_at(focus_of(window, 0), project.state.lens) == pytest.approx(0.3, abs=0.01)
    shown = histogram.focus_range
    assert shown is not None
    edge = histogram.place_of(shown.limits[1])
    hand.drag(histogram, (edge + 3, 40), (edge + 60, 40))
    assert project.state.aperture.value(0) > rack().aperture.value(0)
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert project.state == rack()
