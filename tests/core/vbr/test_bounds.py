from __future__ import annotations

import pytest
import torch
from focuspuller.core.vbr.bounds import bounded, bounds


@pytest.mark.parametrize("size", [(1, 1), (13, 40), (64, 72)])
@pytest.mark.parametrize("radius", [0.0, 5.0, -60.0])
def test_what_is_within_reach_is_within_bounds(size: tuple[int, int], radius: float) -> None:
    frame, behind = torch.rand(2, 1, 3, *size)
    within = bounds(frame, torch.full((1, 1, *size), radius), behind)
    everything = slice(0, size[0])
    assert bounded(frame, within, everything).equal(frame)
    assert bounded(behind, within, everything).equal(behind)


def test_what_is_out_of_reach_bounds_nothing() -> None:
    frame = torch.full((1, 3, 8, 96), 0.5)
    frame[..., :8] = 1.0
    within = bounds(frame, torch.full((1, 1, 8, 96), 12.0), frame[:, :0])
    bokeh = bounded(torch.full_like(frame, 0.9), within, slice(0, 8))
    assert bokeh[..., :20].eq(0.9).all()
    assert bokeh[..., 32:].eq(0.5).all()


def test_frames_of_a_batch_reach_as_far_as_alone() -> None:
    frames, defocus = torch.rand(2, 3, 40, 40), torch.tensor([3.0, 25.0])[:, None, None, None].expand(2, 1, 40, 40)
    both = bounds(frames, defocus, frames)
    for one in range(2):
        here = slice(one, one + 1)
        assert both[here].equal(bounds(frames[here], defocus[here], frames[here]))


def test_rows_are_bounded_as_in_the_whole() -> None:
    frame = torch.rand(1, 3, 40, 24)
    within = bounds(frame, torch.zeros(1, 1, 40, 24), frame)
    wild = torch.rand(1, 3, 40, 24) * 3 - 1
    whole = bounded(wild, within, slice(0, 40))
    assert bounded(wild[..., 6:20, :], within, slice(6, 20)).equal(whole[..., 6:20, :])
