"""The tracer against closed forms and against a plain ray-by-ray loop."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
import torch
from focuspuller.core.errors import ParameterError
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.trace import (
    GAMMA,
    Layer,
    View,
    aperture_points,
    linear_texels,
    points_for,
    trace,
    trace_disparity,
)

VIEW = View(40, 48)
PINHOLE = Defocus(0.0, 0.0)


def flat(texels: Image, disparity: float, left: float = 0.0, top: float = 0.0) -> Layer:
    return Layer(texels, np.array([[1.0, 0, -left], [0, 1, -top]]), (disparity, 0.0, 0.0))


def noise(rng: np.random.Generator, height: int, width: int) -> Image:
    return linear_texels(rng.random((height, width, 3), np.float32))


def cutout(rng: np.random.Generator, size: int) -> Image:
    rgba = rng.random((size, size, 4), np.float32)
    rgba[[0, -1]] = 0
    rgba[:, [0, -1]] = 0
    return linear_texels(rgba)


def linear(image: Image) -> Image:
    decoded: Image = image**GAMMA
    return decoded


def by_rays(layers: list[Layer], defocus: Defocus, view: View, points: int) -> Image:
    """Each ray on its own, d found by fixed-point iteration: none of the tracer's algebra."""
    picture = np.zeros((view.height, view.width, 3))
    for y in range(view.height):
        for x in range(view.width):
            pixel = np.array([x + view.left, y + view.top], float)
            for u in aperture_points(points):
                clear = 1.0
                for layer in layers:
                    d0, *gradient = layer.plane
                    at = pixel
                    for _ in range(20):
                        d = d0 + np.dot(gradient, at)
                        at = pixel + defocus.blur * (d - defocus.focus_disparity) * u
                    rgba = look_up(layer.texels, *(layer.to_texel @ [*at, 1.0]))
                    picture[y, x] += clear * rgba[:3]
                    clear *= 1 - rgba[3]
    display: Image = ((picture / points) ** (1 / GAMMA)).astype(np.float32)
    return display


def look_up(texels: Image, x: float, y: float) -> np.ndarray:
    height, width = texels.shape[:2]
    x, y = min(max(x, 0), width - 1), min(max(y, 0), height - 1)
    i, j = min(int(x), width - 2), min(int(y), height - 2)
    fx, fy = x - i, y - j
    upper = texels[j, i] * (1 - fx) + texels[j, i + 1] * fx
    lower = texels[j + 1, i] * (1 - fx) + texels[j + 1, i + 1] * fx
    mixed: np.ndarray = upper * (1 - fy) + lower * fy
    return mixed


def test_a_plane_in_focus_is_the_identity() -> None:
    picture = np.random.default_rng(0).random((40, 48, 3), np.float32)
    layer = flat(linear_texels(picture), 0.37)
    assert np.abs(trace([layer], Defocus(50.0, 0.37), VIEW, 160) - picture).max() < 1e-5
    assert np.abs(trace([layer], PINHOLE, VIEW, 1) - picture).max() < 1e-5


@pytest.mark.parametrize(("blur", "disparity", "focus"), [(30.0, 0.8, 0.5), (40.0, 0.1, 0.4), (10.0, 0.9, 0.1)])
def test_a_point_becomes_a_disc_of_radius_k_d_minus_df_and_unit_energy(
    blur: float, disparity: float, focus: float
) -> None:
    view, radius = View(61, 61), blur * abs(disparity - focus)
    point = np.zeros((61, 61, 3), np.float32)
    point[30, 30] = 1
    light = linear(trace([flat(linear_texels(point), disparity)], Defocus(blur, focus), view, 2000))[..., 0]
    y, x = np.mgrid[-30:31, -30:31]
    away = np.hypot(x, y)
    assert light.sum() == pytest.approx(1, abs=2e-3)
    assert light[away > radius + math.sqrt(2)].max() == 0
    assert light[away < radius - 2].min() > 0
    # A disc's second moment is radius²/2; the point itself, one texel wide, adds 1/6 a side.
    assert (light * away**2).sum() == pytest.approx(radius**2 / 2 + 1 / 3, rel=0.01)


def test_a_half_plane_edge_matches_the_analytic_disc_integral() -> None:
    view, radius, edge = View(8, 64), 12.0, 31.5
    wall = np.zeros((8, 164, 3), np.float32)
    wall[:, 82:] = 1
    seen = linear(trace([flat(linear_texels(wall), 0.5, left=-50)], Defocus(24.0, 0.0), view, 400))[4, :, 0]
    # Share of a unit disc on the near side of a chord at signed distance s from its centre.
    s = np.clip((np.arange(64) - edge) / radius, -1, 1)
    expected = 0.5 + (s * np.sqrt(1 - s * s) + np.arcsin(s)) / math.pi
    assert np.abs(seen - expected).max() < 1e-2


def test_two_layers_occlude_as_rays_do() -> None:
    rng = np.random.default_rng(1)
    layers = [flat(cutout(rng, 12), 0.9, 5.3, 4.1), flat(noise(rng, 40, 40), 0.2, -10, -12)]
    view, defocus = View(14, 16), Defocus(9.0, 0.5)
    assert np.abs(trace(layers, defocus, view, 12) - by_rays(layers, defocus, view, 12)).max() < 1e-3


def test_tilted_turned_scaled_planes_match_rays_within_a_view_off_the_origin() -> None:
    rng = np.random.default_rng(2)
    turned = np.array([[0.9, 0.5, -3.0], [-0.4, 1.1, 2.0]])
    layers = [
        Layer(cutout(rng, 20), turned, (0.7, 0.01, -0.008)),
        Layer(noise(rng, 50, 50), np.array([[1.0, 0, 12], [0, 1.0, 11]]), (0.1, 0.004, 0.006)),
    ]
    view, defocus = View(13, 14, top=3, left=5), Defocus(14.0, 0.45)
    assert np.abs(trace(layers, defocus, view, 12) - by_rays(layers, defocus, view, 12)).max() < 1e-3


def test_the_gpu_path_gives_the_numbers_of_the_cpu_path() -> None:
    pytest.importorskip("triton")
    device = torch.device("cpu" if os.environ.get("TRITON_INTERPRET") else "cuda")
    rng = np.random.default_rng(3)
    layers = [
        Layer(cutout(rng, 24), np.array([[0.9, 0.5, -3.0], [-0.4, 1.1, 2.0]]), (0.8, 0.003, 0.002)),
        flat(noise(rng, 70, 70), 0.1, -15, -15),
    ]
    view, defocus = View(23, 20, top=2, left=4), Defocus(20.0, 0.4)
    there = trace(layers, defocus, view, 30, device)
    assert np.abs(trace(layers, defocus, view, 30) - there).max() < 1e-4


def test_a_view_is_a_crop() -> None:
    rng = np.random.default_rng(4)
    layers = [flat(cutout(rng, 20), 0.9, 8.2, 9.9), flat(noise(rng, 80, 80), 0.2, -15, -15)]
    whole = trace(layers, Defocus(12.0, 0.3), VIEW, 40)
    part = trace(layers, Defocus(12.0, 0.3), View(10, 12, top=7, left=20), 40)
    assert np.abs(whole[7:17, 20:32] - part).max() < 1e-5
    assert np.array_equal(
        trace_disparity(layers, VIEW)[7:17, 20:32], trace_disparity(layers, View(10, 12, top=7, left=20))
    )


def test_disparity_is_that_of_the_first_surface_half_opaque() -> None:
    def pane(alpha: float) -> Image:
        return linear_texels(np.full((60, 60, 4), (0.5, 0.5, 0.5, alpha), np.float32))

    back = Layer(pane(1.0), np.array([[1.0, 0, 0], [0, 1, 0]]), (0.1, 0.002, 0.001))
    y, x = np.mgrid[:40, :48]
    ramp = 0.1 + 0.002 * x + 0.001 * y
    assert np.allclose(trace_disparity([flat(pane(0.4), 0.9), back], VIEW), ramp, atol=1e-6)
    assert np.allclose(trace_disparity([flat(pane(0.6), 0.9), back], VIEW), 0.9, atol=1e-6)
    # Two veils of 0.4 leave 0.36 of the light: the second is the surface.
    assert np.allclose(trace_disparity([flat(pane(0.4), 0.9), flat(pane(0.4), 0.6), back], VIEW), 0.6, atol=1e-6)


def test_light_mixes_linearly() -> None:
    half = np.zeros((60, 90, 3), np.float32)
    half[:, 45:] = 1
    blurred = trace([flat(linear_texels(half), 1.0, -20, -10)], Defocus(8.0, 0.0), VIEW, 400)
    assert blurred[20, 24:26, 0].mean() == pytest.approx(0.5 ** (1 / 2.2), abs=0.05)


def test_a_plane_through_the_lens_is_refused() -> None:
    steep = Layer(np.ones((4, 4, 4), np.float32), np.eye(2, 3), (0.5, 0.05, 0.0))
    with pytest.raises(ParameterError, match="tilt it less"):
        trace([steep], Defocus(20.0, 0.5), VIEW, 10)


def test_aperture_points_cover_the_disc_evenly() -> None:
    points = aperture_points(160)
    radius = np.hypot(*points.T)
    assert radius.max() < 1
    assert (radius**2).mean() == pytest.approx(0.5, abs=1e-6)
    assert np.abs(points.mean(axis=0)).max() < 0.01


def test_larger_discs_take_more_points_within_bounds() -> None:
    assert points_for(0.0, 160) == 160
    assert points_for(24.0, 160) == math.ceil(math.pi * 24**2 / 6)
    assert points_for(1e6, 160) == 640
