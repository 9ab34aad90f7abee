import random

import pytest
from focuspuller.ui.panel.view_transform import KEPT, LARGEST, ViewTransform

WIDE = ViewTransform((960, 540), (800.0, 600.0))


def test_fitting_shows_all_of_the_picture_in_the_middle() -> None:
    assert WIDE.to_widget((0, 0)) == pytest.approx((0, 75))
    assert WIDE.to_widget((960, 540)) == pytest.approx((800, 525))
    assert WIDE.resized((480, 2000), 1.0).acting_scale == pytest.approx(0.5)


def test_there_and_back() -> None:
    choose = random.Random(1)
    view = ViewTransform((1920, 1080), (640.0, 480.0), aspect=1.4587, ratio=2.0)
    for _ in range(200):
        view = view.zoomed(choose.uniform(0.5, 2), (choose.uniform(0, 640), choose.uniform(0, 480)))
        view = view.panned(choose.uniform(-300, 300), choose.uniform(-300, 300))
        point = choose.uniform(0, 640), choose.uniform(0, 480)
        assert view.to_widget(view.to_picture(point)) == pytest.approx(point)


def test_zooming_holds_what_is_under_the_cursor() -> None:
    cursor = (200.0, 250.0)
    held = WIDE.to_picture(cursor)
    view = WIDE
    for factor in (1.25, 1.25, 3.0, 0.7):
        view = view.zoomed(factor, cursor)
        assert view.to_picture(cursor) == pytest.approx(held)


def test_a_hundred_percent_is_one_pixel_on_the_screen() -> None:
    view = ViewTransform((960, 540), (800.0, 600.0), ratio=2.0).at_zoom(1.0, (0, 0))
    assert view.acting_scale == 0.5
    assert view.resized((800, 600), 1.0).zoom == 1.0


def test_pixels_that_are_not_square_are_shown_as_they_are_meant() -> None:
    view = ViewTransform((720, 576), (1024.0, 576.0), aspect=64 / 45)
    assert view.acting_scale == pytest.approx(1.0)
    assert view.to_widget((720, 576)) == pytest.approx((1024, 576))


def test_zoom_has_ends() -> None:
    assert WIDE.zoomed(1e9, (1, 1)).zoom == LARGEST
    assert WIDE.zoomed(1e-9, (1, 1)).zoom > 0


def test_the_picture_never_leaves() -> None:
    for dx, dy in ((1e6, 1e6), (-1e6, -1e6), (1e6, -1e6)):
        view = WIDE.zoomed(2, (400, 300)).panned(dx, dy)
        left, top = view.to_widget((0, 0))
        right, bottom = view.to_widget((960, 540))
        assert left <= 800 - KEPT + 1e-6
        assert top <= 600 - KEPT + 1e-6
        assert right >= KEPT - 1e-6
        assert bottom >= KEPT - 1e-6


def test_the_pixel_under_the_cursor() -> None:
    view = WIDE.at_zoom(1.0, (0, 0)).fitted().at_zoom(4.0, (400, 300))
    assert view.pixel_at((400, 300)) == (480, 270)
    assert view.pixel_at((403.9, 300)) == (480, 270)
    assert view.pixel_at((404.1, 300)) == (481, 270)
    assert WIDE.pixel_at((400, 10)) is None


def test_another_clip_of_the_same_shape_keeps_the_zoom() -> None:
    zoomed = WIDE.zoomed(3, (10, 10))
    assert zoomed.showing((960, 540), 1.0) == zoomed
    assert zoomed.showing((1920, 1080), 1.0).fits
