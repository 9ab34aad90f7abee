import numpy as np
from focuspuller.ui.defocus_overlay import IN_FOCUS_RADIUS, defocus_overlay

FRAME = np.full((1, 5, 3), 0.5, np.float32)


def test_front_is_warm_behind_is_cold_and_focus_is_clear() -> None:
    s = np.array([[20, 3, 0, -3, -20]], np.float32)
    front, near, focus, far, behind = defocus_overlay(FRAME, s, 20)[0]
    assert front[0] - front[2] > near[0] - near[2] > 0
    assert behind[2] - behind[0] > far[2] - far[0] > 0
    np.testing.assert_array_equal(focus, FRAME[0, 0])


def test_the_hue_grows_with_the_radius_and_no_further_than_full() -> None:
    frame = np.full((1, 100, 3), 0.5, np.float32)
    s = np.linspace(IN_FOCUS_RADIUS, 40, 100, dtype=np.float32)[None]
    warmth = np.diff(np.ptp(defocus_overlay(frame, s, 20)[0], axis=-1))
    assert (warmth >= -1e-6).all()
    assert abs(warmth[-40:]).max() < 1e-6
