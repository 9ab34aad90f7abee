import itertools
import math

import numpy as np
import pytest
from focuspuller.core.errors import OpticsError
from focuspuller.core.optics import (
    PINHOLE,
    SENSOR_WIDTH,
    Defocus,
    Lens,
    blur_per_disparity,
    defocus_map,
    defocus_of,
    disparity_at,
    distance_at,
    largest_radii,
    lens_settings_of,
    sharp_dioptres,
    sharpness_limits,
)

LENSES = [Lens(), Lens(35, 0.4, 12.0), Lens(135, 2.0, math.inf), Lens(24, 0.3, 5.0)]


def circle_of_confusion(z: float, focus: float, aperture: float, focal_length_mm: float) -> float:
    """Diameter on the sensor, metres, by similar triangles behind a thin lens: an independent derivation."""
    f = focal_length_mm / 1000
    image = 1 / (1 / f - 1 / z) if math.isfinite(z) else f
    sensor = 1 / (1 / f - 1 / focus) if math.isfinite(focus) else f
    return f / aperture * abs(image - sensor) / image


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("focus", [1.1, 3.0, math.inf])
@pytest.mark.parametrize("aperture", [1.4, 5.6, 16.0])
def test_the_defocus_map_is_the_thin_lens_circle_of_confusion(lens: Lens, focus: float, aperture: float) -> None:
    width = 1920
    defocus = defocus_of(aperture, focus, lens, width)
    for z in (lens.near, 1.7, 4.0, lens.far):
        disparity = np.full((1, 1), disparity_at(z, lens), np.float32)
        radius = circle_of_confusion(z, focus, aperture, lens.focal_length) / 2 * width / 0.036
        signed = defocus_map(disparity, defocus)[0, 0]
        assert abs(signed) == pytest.approx(radius, rel=2e-4, abs=1e-3)
        assert z == focus or radius == 0 or (signed > 0) == (z < focus)


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("distance", [0.9, 2.0, 11.0])
def test_distance_and_disparity_are_inverse(lens: Lens, distance: float) -> None:
    assert distance_at(disparity_at(distance, lens), lens) == pytest.approx(distance)


def test_infinity_is_an_ordinary_distance() -> None:
    lens = Lens(near=0.8, far=math.inf)
    assert disparity_at(math.inf, lens) == 0
    assert distance_at(0, lens) == math.inf
    assert disparity_at(lens.near, lens) == 1
    assert math.isfinite(blur_per_disparity(2, math.inf, lens, 1000))


@pytest.mark.parametrize("lens", LENSES)
def test_editor_settings_come_back_from_defocus(lens: Lens) -> None:
    aperture, focus = lens_settings_of(defocus_of(2.8, 1.9, lens, 1280), lens, 1280)
    assert (aperture, focus) == pytest.approx((2.8, 1.9))
    with pytest.raises(OpticsError, match="pinhole"):
        lens_settings_of(Defocus(0, 0.5), lens, 1280)


def test_the_iris_closes_to_a_pinhole_without_a_jump() -> None:
    stops = np.linspace(2 * math.log2(16), 2 * math.log2(PINHOLE), 200)
    blurs = [blur_per_disparity(2 ** (stop / 2), 2.0, Lens(), 1920) for stop in stops]
    assert all(a > b for a, b in itertools.pairwise(blurs))
    assert max(np.abs(np.diff(blurs))) < 0.06
    assert blurs[-1] == 0
    assert defocus_of(PINHOLE, 2.0, Lens(), 1920).is_identity


def test_max_radius_bounds_the_map() -> None:
    defocus = Defocus(30, 0.3)
    disparity = np.linspace(0, 1, 101, dtype=np.float32)[None]
    assert np.abs(defocus_map(disparity, defocus)).max() == pytest.approx(defocus.max_radius, rel=1e-6)


def test_sharp_dioptres_are_the_sharpness_limits_of_every_setting() -> None:
    circle, width = 0.03, 4096
    radius = circle / 2 * width / SENSOR_WIDTH
    for lens in LENSES:
        settings = list(itertools.product((0.7, 2.0, 16.0, 23.0, 30.0), (0.5, 3.0, math.inf)))
        apertures, distances = np.array(settings).T
        found = sharp_dioptres(apertures, distances, lens, circle)
        for (aperture, distance), *limits in zip(settings, *found, strict=True):
            expected = sharpness_limits(defocus_of(aperture, distance, lens, width), radius)
            for dioptres, disparity in zip(limits, expected, strict=True):
                assert dioptres == pytest.approx(1 / lens.far + disparity * lens.dioptre_range)


def test_a_pinhole_is_sharp_everywhere_and_nothing_is_inside_the_focal_length() -> None:
    far, near = sharp_dioptres(np.array([PINHOLE, 2.0, 2.0]), np.array([1.0, 0.05, 0.01]), Lens(50), 0.03)
    assert (far[0], near[0]) == (-math.inf, math.inf)
    assert np.isnan([far[1:], near[1:]]).all()


def test_sharpness_limits_hold_the_radius() -> None:
    defocus = Defocus(40, 0.5)
    for limit in sharpness_limits(defocus, 2.0):
        assert abs(defocus_map(np.array([[limit]], np.float32), defocus)).item() == pytest.approx(2, rel=1e-5)
    assert sharpness_limits(Defocus(0, 0.5), 2.0) == (-math.inf, math.inf)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Lens(focal_length=0),
        lambda: Lens(focal_length=math.nan),
        lambda: Lens(near=0),
        lambda: Lens(near=2, far=2),
        lambda: Lens(near=2, far=math.nan),
        lambda: defocus_of(0, 2, Lens(), 100),
        lambda: defocus_of(math.inf, 2, Lens(), 100),
        lambda: defocus_of(2, 0, Lens(), 100),
        lambda: defocus_of(2, 0.05, Lens(50), 100),
        lambda: defocus_of(2, math.nan, Lens(), 100),
        lambda: disparity_at(-1, Lens()),
    ],
)
def test_impossible_lenses_are_refused(broken: object) -> None:
    assert callable(broken)
    with pytest.raises(OpticsError):
        broken()


@pytest.mark.parametrize("lens", LENSES)
def test_the_largest_radii_of_many_frames_are_those_of_each(lens: Lens) -> None:
    apertures, distances = np.array(list(itertools.product([0.95, 4.0, 28.0, 32.0, 64.0], [0.3, 1.1, math.inf]))).T
    each = [defocus_of(a, d, lens, 1920).max_radius for a, d in zip(apertures, distances, strict=True)]
    np.testing.assert_allclose(largest_radii(apertures, distances, lens, 1920), np.array(each), rtol=1e-12)
    apertures, distances = np.array([[0.0, 2.0], [math.inf, 2.0], [2.0, lens.focal_length / 1000], [2.0, math.nan]]).T
    assert np.isnan(largest_radii(apertures, distances, lens, 1920)).all()
