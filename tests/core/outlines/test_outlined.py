from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.frames import Image
from focuspuller.core.hidden.motion import LARGEST
from focuspuller.core.outlines import weights
from focuspuller.core.outlines.outlined import Outlines, load_outlines
from focuspuller.core.svb.corrupt import blurred, grown
from focuspuller.core.vbr.network import OUTLINES

from tests.core.hidden.scenes import passing
from tests.core.outlines.test_outliner import listening

CPU = torch.device("cpu")


@pytest.fixture
def outlines() -> Outlines:
    return Outlines(listening(), CPU, "listening")


def soft(disparity: Image, sigma: float = 2.0, growth: int = 0) -> Image:
    picture = blurred(torch.from_numpy(disparity)[None, None], sigma)
    given: Image = (grown(picture, growth) if growth else picture)[0, 0].numpy()
    return given


def scene() -> tuple[Image, Image]:
    frames, maps = passing(1)
    return frames[0], maps[0]


def test_hard_edges_stay_as_they_are(outlines: Outlines) -> None:
    frame, disparity = scene()
    np.testing.assert_array_equal(outlines.firm(frame, disparity), disparity)


def test_what_is_far_from_soft_edges_stays_as_it_is(outlines: Outlines) -> None:
    frame, disparity = scene()
    given = soft(disparity)
    firm = outlines.firm(frame, given)
    assert firm.dtype == np.float32
    assert np.abs(firm - given).max() > 0.01
    np.testing.assert_array_equal(firm[:, -20:], given[:, -20:])
    assert given.min() <= firm.min() <= firm.max() <= given.max()


def test_a_read_only_frame_and_disparity_will_do(outlines: Outlines) -> None:
    frame, disparity = scene()
    given = soft(disparity)
    expected = outlines.firm(frame, given)
    frame.flags.writeable = given.flags.writeable = False
    np.testing.assert_array_equal(outlines.firm(frame, given), expected)


def test_large_frames_are_looked_at_small_and_keep_their_size(outlines: Outlines) -> None:
    frame, disparity = scene()
    size = (64, LARGEST + 41)
    times = (1, size[1] // frame.shape[1] + 1)
    wide, far = np.tile(frame, (*times, 1))[: size[0], : size[1]], np.tile(disparity, times)[: size[0], : size[1]]
    given = soft(far, 4.0)
    firm = outlines.firm(wide, given)
    assert firm.shape == size
    assert np.abs(firm - given).max() > 0.01


@pytest.mark.skipif(not OUTLINES.exists(), reason="none ship")
@pytest.mark.parametrize("growth", [-2, 0, 2])
def test_what_ships_finds_the_outlines_that_the_frame_shows(growth: int) -> None:
    frame, disparity = scene()
    given = soft(disparity, growth=growth)
    firm = load_outlines(OUTLINES, CPU).firm(frame, given)
    assert np.abs(firm - disparity).mean() < 0.5 * np.abs(given - disparity).mean()


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    prints = set()
    for seed in range(2):
        weights.save(listening(seed), tmp_path / str(seed), {})
        prints.add(load_outlines(tmp_path / str(seed), CPU).fingerprint)
    assert len(prints) == 2
