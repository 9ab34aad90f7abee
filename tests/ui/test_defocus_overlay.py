import numpy as np
import pytest
from focuspuller.ui.defocus_overlay import defocus_overlay, for_screen, in_focus_radius, legend_colours, oklab
from numpy.typing import NDArray

WIDTH = 960
COLOUR_VISION = {
    "normal": np.eye(3),
    # Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritan": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}


def grey(width: int = WIDTH, level: float = 0.5) -> NDArray[np.float32]:
    return np.full((1, width, 3), level, np.float32)


def seen(rgb: NDArray[np.uint8], vision: str) -> NDArray[np.float64]:
    """In OKLab, as somebody with that colour vision sees it."""
    linear = (rgb / 255) ** 2.2 @ COLOUR_VISION[vision].T
    return oklab(np.clip(linear, 0, 1) ** (1 / 2.2))


def test_front_is_warm_behind_is_cold_and_focus_is_clear() -> None:
    frame = np.random.default_rng(0).random((1, WIDTH, 3), np.float32)
    s = np.zeros((1, WIDTH), np.float32)
    s[0, :100], s[0, 100:200] = 20, -20
    overlaid = defocus_overlay(frame, s, 20).astype(int)[0]
    assert (overlaid[:100, 0] > overlaid[:100, 2]).all()
    assert (overlaid[100:200, 2] > overlaid[100:200, 0]).all()
    np.testing.assert_array_equal(overlaid[200:], for_screen(frame)[0, 200:])


@pytest.mark.parametrize("sign", [1, -1])
def test_colour_begins_where_sharpness_ends_and_grows_evenly(sign: int) -> None:
    full = 20.0
    edge = in_focus_radius(WIDTH)
    s = sign * np.linspace(0, 1.2 * full, WIDTH, dtype=np.float32)[None]
    lab = oklab(defocus_overlay(grey(), s, full)[0] / 255)
    radius = abs(s[0])
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    assert (chroma[radius <= edge] < 1e-3).all()
    assert (chroma[radius > edge] > 0.02).all()
    # From there to the full colour every step of radius is as far as any other, and after it there is no more.
    inside = (radius > edge) & (radius < full)
    fitted = np.polynomial.Polynomial.fit(radius[inside], chroma[inside], 1)
    assert abs(chroma[inside] - fitted(radius[inside])).max() < 0.006  # what 8 bits round
    assert np.ptp(chroma[radius > full]) < 1e-9
    # Lightness stays that of the picture.
    assert np.ptp(lab[inside, 0]) < 0.01


@pytest.mark.parametrize("vision", COLOUR_VISION)
def test_front_and_behind_never_look_alike(vision: str) -> None:
    behind, front = (seen(colours, vision) for colours in legend_colours(32))
    apart = np.linalg.norm(behind[:, None] - front[None], axis=-1)
    assert apart.min() > 0.02  # a just noticeable difference
    assert apart[16:, 16:].min() > 0.08
    clear = seen(for_screen(grey(1))[0], vision)
    assert np.linalg.norm(front - clear, axis=-1).min() > 0.02
    assert np.linalg.norm(behind - clear, axis=-1).min() > 0.02


def test_the_picture_shows_through() -> None:
    s = np.full((1, WIDTH), 10, np.float32)
    lightness = [oklab(defocus_overlay(grey(level=g), s, 20)[0, 0] / 255)[0] for g in np.linspace(0, 1, 12)]
    assert (np.diff(lightness) > 0.01).all()


def test_sharpness_is_of_the_picture_not_of_its_pixels() -> None:
    assert in_focus_radius(3840) == pytest.approx(4 * in_focus_radius(960))


def test_a_pinhole_is_clear_all_over() -> None:
    frame = grey()
    np.testing.assert_array_equal(defocus_overlay(frame, np.zeros((1, WIDTH), np.float32), 0.0), for_screen(frame))


def test_highlights_show_as_white() -> None:
    s = np.full((1, WIDTH), 10, np.float32)
    np.testing.assert_array_equal(defocus_overlay(grey(level=9.0), s, 20), defocus_overlay(grey(level=1.0), s, 20))
