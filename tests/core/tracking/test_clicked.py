"""The subject under a click, from one frame."""

import numpy as np
import pytest
from focuspuller.core.tracking.clicked import clicked
from focuspuller.core.tracking.template import Template
from focuspuller.core.tracking.view import View, reduced_view


def ring(radius: float, thickness: float, filled: bool = False) -> View:
    """Near, in the middle of a picture of 640x360."""
    rows, columns = np.mgrid[:360, :640].astype(np.float32)
    away = np.hypot(rows - 180, columns - 320)
    on = (away < radius) if filled else (np.abs(away - radius) < thickness / 2)
    return reduced_view(
        np.repeat(on[..., None], 3, axis=2).astype(np.float32), np.where(on, 0.8, 0.2).astype(np.float32)
    )


def test_a_surface_is_found_by_its_middle() -> None:
    subject = clicked(ring(20, 0, filled=True), (310.0, 172.0))
    assert subject.centre == pytest.approx((320, 180), abs=1.5)
    assert subject.nearness == pytest.approx(0.8)


@pytest.mark.parametrize(("radius", "thickness"), [(40, 5), (30, 5), (50, 5), (40, 6)])
def test_of_something_hollow_the_place_that_was_clicked_is_looked_at(radius: float, thickness: float) -> None:
    view = ring(radius, thickness)
    subject = clicked(view, (320.0 + radius, 180.0))
    assert subject.surface[round(subject.centre[1]), round(subject.centre[0])]
    assert Template(view, subject).mask.sum() > 10
