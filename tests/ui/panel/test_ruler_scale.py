import pytest
from focuspuller.ui.panel.ruler_scale import RulerScale


@pytest.mark.parametrize(("frames", "width"), [(range(12), 700), (range(100, 2100), 700), (range(5, 6), 50)])
def test_every_frame_is_found_where_it_is_drawn(frames: range, width: float) -> None:
    scale = RulerScale(frames, width)
    assert all(scale.frame_at(scale.middle(frame)) == frame for frame in frames)
    assert scale.frame_at(-100) == frames[0]
    assert scale.frame_at(1e6) == frames[-1]


@pytest.mark.parametrize("count", [1, 7, 100, 5000, 10_000_000])
def test_labels_stand_apart_on_round_frames(count: int) -> None:
    scale = RulerScale(range(13, 13 + count), 800)
    labelled = scale.labelled(40)
    assert all(frame % labelled.step == 0 for frame in labelled[:100])
    assert labelled.step * scale.cell >= 40
    assert len(labelled) >= min(count, 2) - 1


def test_as_many_labels_as_there_is_room_for() -> None:
    assert len(RulerScale(range(1000), 800).labelled(40)) > 7
