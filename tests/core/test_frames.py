import numpy as np
import pytest
from focuspuller.core.errors import DisparityNotFinite
from focuspuller.core.frames import finite_disparity


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
def test_one_bad_value_names_the_clip_and_the_frame(poison: float) -> None:
    disparity = np.full((4, 5), 0.5, np.float32)
    assert finite_disparity(disparity, "depth.exr", 7) is disparity
    disparity[2, 3] = poison
    with pytest.raises(DisparityNotFinite, match=r"depth\.exr: frame 7 has 1 "):
        finite_disparity(disparity, "depth.exr", 7)


def test_large_finite_values_are_finite() -> None:
    assert finite_disparity(np.full((9, 9), 3e38, np.float32), "x", 0).shape == (9, 9)
