from dataclasses import replace
from pathlib import Path

from focuspuller.plugin.session import Session
from focuspuller.ui.panel.pictures import Detail, effects_of
from focuspuller.ui.panel.readiness import MOST, Ready, readiness

from tests.clips import clip_with_disparity
from tests.ui.panel.projects import LENGTH, rack


def test_it_tells_what_is_held_at_the_present_settings(tmp_path: Path) -> None:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    with Session(clip, disparity, rack()) as session:
        effects = effects_of(session, rack())
        effects[Detail.DRAFT].render(3)
        effects[Detail.DRAFT].render(4)
        effects[Detail.FINAL].render(4)
        expected = [Ready.NOT] * LENGTH
        expected[3], expected[4] = Ready.DRAFT, Ready.FINAL
        assert list(readiness(effects, range(LENGTH)).ready) == expected
        # With other settings they are not the pictures that would be shown; the ones before are still there.
        closed = replace(rack(), aperture=replace(rack().aperture, rest=8.0))
        stopped_down = effects_of(session, closed)
        assert set(readiness(stopped_down, range(LENGTH)).ready) == {Ready.NOT}
        again = effects_of(session, rack())
        assert list(readiness(again, range(LENGTH)).ready) == expected


def test_of_a_long_clip_it_asks_about_few_frames(tmp_path: Path) -> None:
    clip, _ = clip_with_disparity(tmp_path, LENGTH)
    with Session(clip, None, rack(None)) as session:
        effects = effects_of(session, rack(None))
        found = readiness(effects, range(100_000))
    assert len(found.ready) <= MOST
    assert len(found.ready) == len(range(100_000)[:: found.step])
    assert set(found.ready) == {Ready.FINAL}  # without disparity there is nothing to render
