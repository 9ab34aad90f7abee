"""A click in a session's picture becomes a subject over the frames asked for."""

from pathlib import Path

import pytest
from focuspuller.core.errors import Cancelled, DisparityMissing, ParameterError
from focuspuller.plugin.session import Session
from focuspuller.plugin.subject_tracking import follow

from tests.clips import HEIGHT, WIDTH, clip_with_disparity
from tests.ui.panel.projects import rack

PLACE = (18.5 / WIDTH, 20.5 / HEIGHT)


def test_the_near_square_is_followed(tmp_path: Path) -> None:
    clip, disparity = clip_with_disparity(tmp_path, 12)
    told: list[int] = []
    with Session(clip, disparity, rack()) as session:
        subject = follow(session, PLACE, 0, range(10), lambda done, total: told.append(done))
        assert subject.first == 0
        assert subject.disparity[0] == pytest.approx(0.9, abs=0.02)
        assert subject.across[0] == pytest.approx(PLACE[0], abs=0.1)
        assert subject.decisions == ()
        assert told[-1] == 11, "the clicked frame is read once each way"
        with pytest.raises(ParameterError, match="off the picture"):
            follow(session, (1.2, 0.5), 0, range(10))


def test_it_is_given_up_when_told_to(tmp_path: Path) -> None:
    clip, disparity = clip_with_disparity(tmp_path, 12)

    def stop(done: int, total: int) -> None:
        raise Cancelled("stopped")

    with Session(clip, disparity, rack()) as session, pytest.raises(Cancelled):
        follow(session, PLACE, 0, range(12), stop)


def test_without_disparity_it_says_what_is_missing(tmp_path: Path) -> None:
    clip, _ = clip_with_disparity(tmp_path, 12)
    with Session(clip, None, rack(None)) as session, pytest.raises(DisparityMissing, match="choose its disparity"):
        follow(session, PLACE, 0, range(2))
