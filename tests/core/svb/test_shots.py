from __future__ import annotations

import numpy as np
from focuspuller.core.svb.scene import Scene
from focuspuller.core.svb.shots import LARGEST_RADIUS, MODES, Shot, random_shot

TARGETS = np.linspace(0.9, 0.1, 5)[:, None] + np.linspace(0, 0.02, 16)[None, :]
SCENE = Scene(256, 256, [[]] * 16, TARGETS, (0.05, 0.95))


def shots(count: int = 120) -> list[Shot]:
    rng = np.random.default_rng(0)
    return [random_shot(rng, SCENE) for _ in range(count)]


def curves(shot: Shot) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lens.blur for lens in shot.lens]), np.array([lens.focus_disparity for lens in shot.lens])


def test_all_three_techniques_come_up() -> None:
    counts = [sum(shot.mode == mode for shot in shots()) for mode in MODES]
    assert min(counts) > 20


def test_an_aperture_ramp_holds_a_target_and_opens_or_closes() -> None:
    for shot in shots():
        if shot.mode == "aperture-ramp":
            blur, focus = curves(shot)
            assert any(np.allclose(focus, target) for target in TARGETS)
            steps = np.diff(blur)
            assert (steps >= -1e-9).all() or (steps <= 1e-9).all()
            assert np.ptp(blur) >= 0.45 * blur.max()


def test_a_focus_pull_holds_the_aperture_and_goes_between_targets() -> None:
    for shot in shots():
        if shot.mode == "focus-pull":
            blur, focus = curves(shot)
            assert np.ptp(blur) < 1e-9
            assert any(np.isclose(focus[0], target[0]) for target in TARGETS)
            assert any(np.isclose(focus[-1], target[-1]) for target in TARGETS)


def test_a_sweep_goes_all_the_way() -> None:
    for shot in shots():
        if shot.mode == "focus-sweep":
            blur, focus = curves(shot)
            assert np.ptp(blur) < 1e-9
            assert sorted((focus[0], focus[-1])) == [0.05, 0.95]
            assert np.allclose(np.diff(focus), np.diff(focus)[0])


def test_blur_spans_from_hardly_any_to_beyond_one_pass_of_the_network() -> None:
    radii = []
    for shot in shots():
        blur, focus = curves(shot)
        radii.append((blur * np.maximum(abs(0.95 - focus), abs(focus - 0.05))).max())
    assert max(radii) <= LARGEST_RADIUS + 1e-6
    assert max(radii) > 30
    assert min(radii) < 4
    assert 0.7 < np.mean(np.array(radii) <= 26) < 0.95
