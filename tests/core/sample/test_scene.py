import numpy as np
import pytest
from focuspuller.core.optics import Lens, disparity_at
from focuspuller.core.sample import raycast, scene
from focuspuller.core.sample.raycast import TABLE_HEIGHT, WALL
from focuspuller.core.sample.scene import render_sample

WIDTH, HEIGHT = 16, 9

COMPILED = ("cast", "_nearest", "_capsule", "_shade", "_dot", "_texture", "_noise")


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Casts rays in plain Python: compiling takes ten seconds, a picture this small less than one."""
    for name in COMPILED:
        monkeypatch.setattr(raycast, name, getattr(raycast, name).py_func)
    monkeypatch.setattr(raycast, "SAMPLES", 1)
    monkeypatch.setattr(scene, "cast", raycast.cast)


@pytest.mark.usefixtures("uncompiled")
def test_disparity_is_that_of_the_geometry() -> None:
    lens = Lens()
    frame, disparity = render_sample(1.5, WIDTH, HEIGHT, lens)
    assert frame.shape == (HEIGHT, WIDTH, 3)
    assert disparity.shape == (HEIGHT, WIDTH)
    assert 0 <= frame.min() < frame.max() <= 1
    # The wall stands at one distance; the table, seen from 0.24 m above it, recedes as one over the row.
    assert disparity[0, WIDTH * 3 // 4] == np.float32(disparity_at(WALL, lens))
    slope = (HEIGHT - 0.5 - HEIGHT / 2) * 36 / lens.focal_length / WIDTH
    at_bottom = (0.02 - TABLE_HEIGHT) / slope
    assert abs(np.median(disparity[-1]) - disparity_at(at_bottom, lens)) < 0.03


@pytest.mark.usefixtures("uncompiled")
def test_it_moves_and_is_the_same_every_time() -> None:
    first, later, again = (render_sample(t, WIDTH, HEIGHT, Lens())[0] for t in (0.0, 2.0, 0.0))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - later).mean() > 0.01


@pytest.mark.usefixtures("uncompiled")
def test_disparity_follows_the_lens() -> None:
    _, wide = render_sample(0.0, WIDTH, HEIGHT, Lens(near=0.5, far=20))
    _, plain = render_sample(0.0, WIDTH, HEIGHT, Lens())
    dioptres = 1 / 20 + wide * (1 / 0.5 - 1 / 20)
    np.testing.assert_allclose(dioptres, plain / 0.8, atol=1e-5)


@pytest.mark.slow
def test_compiled_it_draws_the_same(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_frame, compiled_disparity = render_sample(1.5, WIDTH, HEIGHT, Lens())
    samples = raycast.SAMPLES
    request.getfixturevalue("uncompiled")
    monkeypatch.setattr(raycast, "SAMPLES", samples)
    frame, disparity = render_sample(1.5, WIDTH, HEIGHT, Lens())
    np.testing.assert_allclose(compiled_disparity, disparity, atol=1e-5)
    np.testing.assert_allclose(compiled_frame, frame, atol=1e-3)
