from focuspuller.ui.panel.pictures import View
from focuspuller.ui.panel.split import GRIP, Split


def test_each_side_shows_its_view() -> None:
    split = Split(View.SOURCE, View.MATTE, 0.25)
    assert split.view_at(0.2) is View.SOURCE
    assert split.view_at(0.3) is View.MATTE


def test_the_line_is_held_near_it_and_stays_on_the_picture() -> None:
    split = Split()
    assert split.is_held(100 + GRIP, 100)
    assert not split.is_held(101 + GRIP, 100)
    assert split.dragged(1.7).at == 1.0
    assert split.dragged(-0.1).at == 0.0
    assert (split.dragged(0.3).left, split.dragged(0.3).right) == (split.left, split.right)
