import pytest
from focuspuller.ui.panel.curves.axis import Axis

UP = Axis(0.0, 10.0, 50.0, 200.0, -5.0, 15.0, 0.5)
DOWN = Axis(10.0, 0.0, 50.0, 200.0, -5.0, 15.0, 0.5)


@pytest.mark.parametrize("axis", [UP, DOWN])
def test_pixels_and_values_are_each_others_inverse(axis: Axis) -> None:
    for value in (-3.0, 0.0, 2.5, 10.0, 99.0):
        assert axis.value(axis.pixel(value)) == pytest.approx(value)
    assert axis.pixel(axis.start) == 50
    assert axis.pixel(axis.end) == 250


@pytest.mark.parametrize("axis", [UP, DOWN])
@pytest.mark.parametrize("factor", [0.5, 0.9, 1.3])
def test_zooming_keeps_what_is_under_the_pointer(axis: Axis, factor: float) -> None:
    zoomed = axis.zoomed(90.0, factor)
    assert zoomed.value(90.0) == pytest.approx(axis.value(90.0))
    assert zoomed.per_pixel == pytest.approx(axis.per_pixel * factor)


@pytest.mark.parametrize("axis", [UP, DOWN])
def test_zooming_ends_at_the_narrowest_and_at_everything(axis: Axis) -> None:
    assert abs(axis.zoomed(90.0, 1e-9).end - axis.zoomed(90.0, 1e-9).start) == pytest.approx(0.5)
    out = axis.zoomed(90.0, 1e9)
    assert sorted((out.start, out.end)) == pytest.approx([-5.0, 15.0])


@pytest.mark.parametrize("axis", [UP, DOWN])
def test_panning_takes_the_values_along_up_to_the_bounds(axis: Axis) -> None:
    assert axis.panned(20.0).pixel(4.0) == pytest.approx(axis.pixel(4.0) + 20)
    for far in (1e6, -1e6):
        panned = axis.panned(far)
        assert abs(panned.end - panned.start) == pytest.approx(10)
        assert min(panned.start, panned.end) >= -5 - 1e-9
        assert max(panned.start, panned.end) <= 15 + 1e-9


@pytest.mark.parametrize("axis", [UP, DOWN])
def test_fitting_leaves_the_margins_and_keeps_the_direction(axis: Axis) -> None:
    fitted = axis.fitted(2.0, 6.0, 60.0, 20.0)
    assert sorted((fitted.pixel(2.0), fitted.pixel(6.0))) == pytest.approx([110.0, 230.0])
    assert (fitted.end > fitted.start) == (axis.end > axis.start)
    point = axis.fitted(3.0, 3.0, 20.0, 20.0)
    assert abs(point.end - point.start) == pytest.approx(0.5)
