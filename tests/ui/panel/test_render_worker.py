import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import Cancelled
from focuspuller.core.frames import DISPLAY_GAMMA
from focuspuller.core.renderer import Engine
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import EffectState
from focuspuller.ui.defocus_overlay import for_screen
from focuspuller.ui.panel import pictures
from focuspuller.ui.panel.pictures import Detail, Request, Shown, View, effects_of, focus_matte
from focuspuller.ui.panel.render_worker import RenderWorker

from tests.clips import clip_with_disparity
from tests.ui.panel.projects import rack

LENGTH = 12


class Ear:
    """Hears what the worker delivers."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.failures: list[str] = []
        self.heard = threading.Semaphore(0)

    def deliver(self, shown: Shown) -> None:
        self.shown.append(shown)
        self.heard.release()

    def failed(self, request: Request, text: str) -> None:
        self.failures.append(text)
        self.heard.release()

    def wait(self) -> None:
        assert self.heard.acquire(timeout=20)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    with Session(clip, disparity, rack()) as session:
        yield session


def request_of(
    session: Session, state: EffectState, frame: int, views: frozenset[View], wanted: Detail = Detail.FINAL
) -> Request:
    return Request(session, effects_of(session, state), state, frame, views, wanted, 20.0)


def request(session: Session, frame: int = 3, wanted: Detail = Detail.FINAL, *views: View) -> Request:
    return request_of(session, session.state, frame, frozenset(views or [View.RESULT]), wanted)


def test_draft_comes_first_and_final_once_it_rests(session: Session) -> None:
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.01)
    worker.request(request(session))
    ear.wait()
    ear.wait()
    worker.close()
    assert [shown.detail for shown in ear.shown] == [Detail.DRAFT, Detail.FINAL]
    picture = ear.shown[1].pictures[View.RESULT]
    np.testing.assert_array_equal(picture, for_screen(session.at(session.state, "final").render(3)))


def test_while_it_moves_there_is_no_final(session: Session) -> None:
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=30.0)
    for frame in range(LENGTH):
        worker.request(request(session, frame))
    while not ear.shown or ear.shown[-1].request.frame != LENGTH - 1:
        ear.wait()
    worker.close()
    assert {shown.detail for shown in ear.shown} == {Detail.DRAFT}
    assert ear.shown[-1].request.frame == LENGTH - 1, "the newest is what stays"


def test_a_final_picture_at_hand_is_shown_at_once_and_once(session: Session) -> None:
    session.at(session.state, "final").render(3)
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
    worker.request(request(session))
    ear.wait()
    while not worker.is_idle:
        threading.Event().wait(0.001)
    worker.close()
    assert {shown.detail for shown in ear.shown} == {Detail.FINAL}


def test_draft_is_enough_when_draft_is_asked_for(session: Session) -> None:
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
    worker.request(request(session, 3, Detail.DRAFT))
    ear.wait()
    worker.close()
    assert [shown.detail for shown in ear.shown] == [Detail.DRAFT]


@pytest.mark.parametrize("wanted", [Detail.DRAFT, Detail.FINAL])
def test_a_large_frame_moves_as_a_small_picture_and_rests_as_a_whole_one(
    session: Session, wanted: Detail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOVING_PIXELS", 800)
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.01)
    worker.request(request(session, 3, wanted))
    ear.wait()
    ear.wait()
    worker.close()
    moving, resting = ear.shown
    assert (moving.detail, resting.detail) == (Detail.MOVING, wanted)
    small, whole = moving.pictures[View.RESULT], resting.pictures[View.RESULT]
    assert small.shape[0] * small.shape[1] <= 800
    assert whole.shape == (48, 64, 3)
    # What is read from the picture is the frame's, whatever is drawn.
    assert moving.size == resting.size == (64, 48)
    assert moving.disparity is not None
    assert moving.disparity.shape == (48, 64)
    assert moving.defocus == resting.defocus
    assert moving.colour(View.RESULT, (63, 47)) == tuple(small[-1, -1])
    np.testing.assert_array_equal(small, for_screen(session.reduced(session.state, "draft", 800).render(3)))
    if wanted is Detail.DRAFT:
        # As bright, in light, by one renderer; of these frames, all noise, the network makes something darker.
        light = [float(((picture / 255) ** DISPLAY_GAMMA).mean()) for picture in (small, whole)]
        assert light[0] == pytest.approx(light[1], rel=0.05)


def test_a_failure_is_told_and_the_next_frame_still_comes(session: Session) -> None:
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=30.0)
    worker.request(request(session, LENGTH + 5))
    ear.wait()
    worker.request(request(session, 3))
    ear.wait()
    worker.close()
    assert len(ear.failures) == len(ear.shown) == 1


def test_a_bug_is_told_wherever_it_is_and_the_next_frame_still_comes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: Request) -> Detail:
        raise ZeroDivisionError("oops")

    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
    with monkeypatch.context() as patch:
        patch.setattr(Request, "soonest", property(broken))
        worker.request(request(session, 2))
        ear.wait()
        ear.wait()
    worker.request(request(session, 3, Detail.DRAFT))
    ear.wait()
    while not worker.is_idle:
        threading.Event().wait(0.001)
    worker.close()
    assert ear.failures == ["ZeroDivisionError: oops; this is a bug in focuspuller: please report it"]
    assert [(shown.request.frame, shown.detail) for shown in ear.shown] == [(2, Detail.DRAFT), (3, Detail.DRAFT)]


@pytest.mark.parametrize("let_go", [RenderWorker.close, lambda worker: worker.retire(worker._newest.session)])
def test_a_final_picture_that_nobody_waits_for_is_given_up(
    session: Session, let_go: Callable[[RenderWorker], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, given_up, shown = threading.Event(), threading.Event(), Request.shown

    def slow(request: Request, detail: Detail) -> Shown:
        if detail is not Detail.FINAL:
            return shown(request, detail)
        begun.set()
        for _ in range(100):
            if worker.final_is_stale():
                given_up.set()
                raise Cancelled("stopped")
            threading.Event().wait(0.01)
        return shown(request, detail)

    monkeypatch.setattr(Request, "shown", slow)
    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
    worker.request(request(session))
    assert begun.wait(20)
    let_go(worker)
    assert given_up.wait(0.5)
    worker.close()
    assert not ear.failures


def test_a_session_is_closed_when_nothing_is_made_from_it(tmp_path: Path) -> None:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)

    class Watched(Session):
        closed = 0

        def close(self) -> None:
            Watched.closed += 1
            super().close()

    ear = Ear()
    worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
    for _ in range(5):
        session = Watched(clip, disparity, rack())
        worker.request(request(session))
        worker.retire(session)
    worker.close()
    assert Watched.closed == 5
    assert not ear.failures


def test_every_view_of_a_frame(session: Session) -> None:
    shown = request(session, 3, Detail.DRAFT, *View).shown(Detail.DRAFT)
    assert set(shown.pictures) == set(View)
    assert all(picture.shape == (48, 64, 3) and picture.dtype == np.uint8 for picture in shown.pictures.values())
    assert shown.disparity is not None
    np.testing.assert_array_equal(shown.pictures[View.SOURCE], for_screen(session.source(3)))
    np.testing.assert_array_equal(shown.pictures[View.DISPARITY][..., 0], for_screen(shown.disparity))


def test_without_disparity_every_view_is_the_source(tmp_path: Path) -> None:
    clip, _ = clip_with_disparity(tmp_path, LENGTH)
    with Session(clip, None, rack(None)) as session:
        shown = request(session, 3, Detail.FINAL, *View).shown(Detail.FINAL)
        source = for_screen(session.at(session.state, "final").render(3))
    assert shown.disparity is None
    assert len({id(picture) for picture in shown.pictures.values()}) == 1
    np.testing.assert_array_equal(shown.pictures[View.RESULT], source)


def test_an_effect_switched_off_shows_the_source(session: Session) -> None:
    off = request_of(session, replace(rack(), enabled=False), 3, frozenset([View.RESULT, View.SOURCE]))
    pictures = off.shown(Detail.FINAL).pictures
    np.testing.assert_array_equal(pictures[View.RESULT], pictures[View.SOURCE])


def test_the_matte_is_white_in_focus_and_falls_around_it() -> None:
    s = np.linspace(-3, 3, 2400, dtype=np.float32)[None]  # sharp within 1 px
    matte = focus_matte(s)[0]
    assert (matte[abs(s[0]) <= 1] == 1).all()
    assert (matte[abs(s[0]) >= 2] == 0).all()
    assert (np.diff(matte[s[0] > 0]) <= 0).all()


def test_without_a_final_quality_to_be_had_the_draft_is_shown_and_the_reason_told(tmp_path: Path) -> None:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    spoilt = tmp_path / "weights.safetensors"
    spoilt.write_bytes(b"these are no weights")
    with Session(clip, disparity, rack(), engine=Engine(spoilt)) as session:
        ear = Ear()
        worker = RenderWorker(ear.deliver, ear.failed, rest=0.0)
        worker.request(request(session))
        ear.wait()
        ear.wait()
        while not worker.is_idle:
            threading.Event().wait(0.001)
        worker.close()
    assert len(ear.failures) == 1
    assert str(spoilt) in ear.failures[0]
    assert [shown.detail for shown in ear.shown] == [Detail.DRAFT]
