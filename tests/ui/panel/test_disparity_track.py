import itertools
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.ui.panel import disparity_track as panel_track
from focuspuller.ui.panel.disparity_track import EVERY, TrackRequest, disparity_track

from tests.clips import HEIGHT, WIDTH, clip_with_disparity
from tests.ui.panel.projects import rack

LENGTH = 24


@pytest.fixture
def request_there(tmp_path: Path) -> TrackRequest:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    return TrackRequest(clip, disparity, rack(), DisparityReading(), (10.5 / WIDTH, 20.5 / HEIGHT), range(2, LENGTH))


def test_it_tells_the_disparity_of_every_frame(request_there: TrackRequest) -> None:
    track = list(disparity_track(request_there, lambda: True))[-1]
    # The near square, 20 px wide, passes the place: over it at first, gone from it later, back again at frame 20.
    assert track[0] == pytest.approx(0.9, abs=0.01)
    assert track[8] < 0.3
    assert track[19] == pytest.approx(0.9, abs=0.01)
    assert len(track) == LENGTH - 2


def test_it_grows_and_can_be_given_up(request_there: TrackRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(step=EVERY / 4)
    monkeypatch.setattr(panel_track, "monotonic", lambda: next(seconds))
    wanted = [True]
    tracks = disparity_track(request_there, lambda: bool(wanted))
    first = next(tracks)
    known = np.isfinite(first).sum()
    assert 0 < known < LENGTH - 2
    next(tracks)
    assert np.isfinite(first).sum() == known
    wanted.clear()
    assert list(tracks) == []


def test_however_fast_it_grows_it_is_told_by_the_clock(
    request_there: TrackRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_track, "monotonic", lambda: 0.0)
    assert len(list(disparity_track(request_there, lambda: True))) == 1


def test_what_nobody_wants_any_more_is_not_even_opened(request_there: TrackRequest) -> None:
    request_there.media.unlink()
    assert list(disparity_track(request_there, lambda: False)) == []
