from collections.abc import Iterator
from pathlib import Path

import pytest
from focuspuller.plugin.session import Session
from focuspuller.ui.panel.pictures import Detail, Request, Shown, View, effects_of
from focuspuller.ui.panel.readout import readout

from tests.clips import clip_with_disparity
from tests.ui.panel.projects import LENGTH, rack


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    clip, disparity = clip_with_disparity(tmp_path, LENGTH)
    with Session(clip, disparity, rack()) as session:
        effects = effects_of(session, rack())
        yield Request(session, effects, rack(), 0, frozenset([View.SOURCE]), Detail.DRAFT, 20.0).shown(Detail.DRAFT)


def test_it_tells_colour_disparity_distance_and_blur(shown: Shown) -> None:
    told = readout(shown, rack(), View.SOURCE, (15, 20))
    red, green, blue = shown.pictures[View.SOURCE][20, 15]
    assert f"RGB {red:3d} {green:3d} {blue:3d}" in told
    assert "disparity 0.902" in told
    assert "0.89 m" in told
    assert "px in front" in told
    assert "px behind" in readout(shown, rack(), View.SOURCE, (0, 0))


def test_without_the_effect_there_is_only_colour(shown: Shown) -> None:
    assert "disparity" not in readout(shown, None, View.SOURCE, (15, 20))
    assert readout(shown, rack(), View.MATTE, (15, 20)) == ""
