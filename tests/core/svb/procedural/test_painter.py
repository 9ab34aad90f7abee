from __future__ import annotations

import math

import numpy as np
import pytest
from focuspuller.core.svb.procedural.painter import blank, paint_patches, paint_strokes
from focuspuller.core.svb.procedural.shapes import patches, polygon_profile, profiles, strokes

GRAIN = np.zeros((4, 4), np.float32)


def test_a_disc_covers_its_area() -> None:
    canvas = blank(80, 80)
    bank = profiles(np.random.default_rng(0))
    paint_patches(canvas, patches(1, x=40.3, y=39.6, radius=20, colour=[[1, 0.5, 0]]), bank, GRAIN)
    assert canvas[..., 3].sum() == pytest.approx(math.pi * 400, rel=0.01)
    assert canvas[..., 1].sum() == pytest.approx(0.5 * canvas[..., 3].sum(), rel=1e-5)


def test_a_polygon_covers_its_area_at_any_aspect_and_angle() -> None:
    triangle = polygon_profile(3)[None]
    for aspect, angle in [(1.0, 0.0), (0.5, 0.7), (1.6, 2.0)]:
        canvas = blank(120, 120)
        paint_patches(canvas, patches(1, x=60, y=60, radius=30, aspect=aspect, angle=angle), triangle, GRAIN)
        assert canvas[..., 3].sum() == pytest.approx(3 * math.sqrt(3) / 4 * 900 * aspect, rel=0.05)


def test_a_stroke_covers_its_capsule_and_a_thin_one_only_its_share() -> None:
    path = np.array([[20.0, 30.0], [70.0, 42.0]])
    length = math.hypot(50, 12)
    thick, thin = blank(80, 90), blank(80, 90)
    paint_strokes(thick, strokes(path, 6.0, (1, 1, 1)))
    paint_strokes(thin, strokes(path, 0.25, (1, 1, 1)))
    assert thick[..., 3].sum() == pytest.approx(length * 12 + math.pi * 36, rel=0.02)
    assert thin[..., 3].sum() == pytest.approx(length * 0.5, rel=0.25)


def test_what_is_painted_later_lies_over_what_was_there() -> None:
    bank = profiles(np.random.default_rng(0))
    canvas = blank(20, 20)
    table = patches(2, x=10, y=10, radius=[8, 4], colour=[[1, 0, 0], [0, 1, 0]], opacity=[1, 0.5])
    paint_patches(canvas, table, bank, GRAIN)
    assert canvas[10, 10] == pytest.approx([0.5, 0.5, 0, 1])
    assert canvas[10, 4] == pytest.approx([1, 0, 0, 1])


def test_nothing_is_painted_off_the_canvas() -> None:
    canvas = blank(16, 16)
    paint_patches(canvas, patches(1, x=-50, y=400, radius=10), profiles(np.random.default_rng(0)), GRAIN)
    paint_strokes(canvas, strokes(np.array([[-90.0, -90.0], [-40.0, -60.0]]), 5.0, (1, 1, 1)))
    assert not canvas.any()
