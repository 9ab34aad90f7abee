"""What is seen through the grid lies where it lies in the picture."""

import numpy as np
import torch
from focuspuller.core.tracking.view import HEIGHT, patch_at, reduced_view


def test_large_frames_are_reduced_and_small_ones_kept() -> None:
    large = reduced_view(np.zeros((1080, 1920, 3), np.float32), np.zeros((1080, 1920), np.float32))
    assert (large.height, large.width) == (HEIGHT, 640)
    small = reduced_view(np.zeros((90, 160, 3), np.float32), np.zeros((90, 160), np.float32))
    assert (small.height, small.width) == (90, 160)


def test_cells_hold_what_lies_under_them_and_know_where_the_picture_ends() -> None:
    rows, columns = np.mgrid[:40, :60].astype(np.float32)
    ramp = np.stack([columns / 60, rows / 40, 0 * rows], axis=-1)
    view = reduced_view(ramp, columns / 60)
    patch = patch_at(view, (20.0, 15.0), 2.0, 5)
    places = torch.arange(-4.0, 5.0, 2.0)
    torch.testing.assert_close(patch.colour[0], ((20 + places) / 60).expand(5, 5))
    torch.testing.assert_close(patch.colour[1], ((15 + places) / 40)[:, None].expand(5, 5))
    torch.testing.assert_close(patch.disparity, ((20 + places) / 60).expand(5, 5))
    assert bool((patch.inside == 1).all())
    corner = patch_at(view, (0.0, 0.0), 2.0, 5).inside
    assert corner.tolist() == [[0] * 5] * 2 + [[0, 0, 1, 1, 1]] * 3


def test_disparity_is_never_between_two_surfaces() -> None:
    step = np.where(np.arange(200) < 100, 0.2, 0.8).astype(np.float32)
    view = reduced_view(np.zeros((720, 200, 3), np.float32), np.tile(step, (720, 1)))
    patch = patch_at(view, (50.0, 180.0), 0.7, 16)
    assert set(torch.cat([view.disparity.flatten(), patch.disparity.flatten()]).tolist()) == set(
        np.unique(step).tolist()
    )
