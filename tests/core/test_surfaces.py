import numpy as np
import torch
from focuspuller.core.cache import FrameCache
from focuspuller.core.hidden.clip import revealed_in_all
from focuspuller.core.optics import Defocus
from focuspuller.core.outlines.outlined import Outlines
from focuspuller.core.shot import RenderCache, Shot, ShotPictures
from focuspuller.core.surfaces import ShotSurfaces

from tests.core.hidden.scenes import passing
from tests.core.outlines.test_outlined import soft
from tests.core.outlines.test_outliner import listening
from tests.core.sources import Pictures

LENGTH = 5


def surfaces_of(outlines: Outlines | None, cache: RenderCache) -> tuple[ShotSurfaces, Pictures]:
    frames, maps = passing(LENGTH)
    disparity = Pictures([soft(one) for one in maps], "disparity")
    shot = Shot(Pictures(frames, "frames"), disparity, lambda t: Defocus(4.0, 0.5))
    return ShotSurfaces(ShotPictures(shot, cache), outlines, cache), disparity


def test_everything_rests_on_the_same_firm_disparity() -> None:
    outlines = Outlines(listening(), torch.device("cpu"), "listening")
    surfaces, given = surfaces_of(outlines, FrameCache(1 << 26))
    firm = [outlines.firm(surfaces.source(t), given.pictures[t]) for t in range(LENGTH)]
    expected = revealed_in_all([surfaces.source(t) for t in range(LENGTH)], firm)
    for t in range(LENGTH):
        np.testing.assert_array_equal(surfaces.disparity(t), firm[t])
        np.testing.assert_array_equal(surfaces.hidden(t).picture(), expected[t].picture())


def test_what_two_outliners_draw_is_kept_apart_and_none_leaves_disparity_alone() -> None:
    cache: RenderCache = FrameCache(1 << 26)
    drawn = [
        surfaces_of(Outlines(listening(seed), torch.device("cpu"), str(seed)), cache)[0].disparity(2)
        for seed in range(2)
    ]
    assert (drawn[0] != drawn[1]).any()
    alone, given = surfaces_of(None, cache)
    np.testing.assert_array_equal(alone.disparity(2), given.pictures[2])


def test_a_frame_is_outlined_once() -> None:
    calls: list[int] = []
    model = listening()
    model.register_forward_hook(lambda *_: calls.append(1))
    surfaces, _ = surfaces_of(Outlines(model, torch.device("cpu"), "counted"), FrameCache(1 << 26))
    for t in (2, 3, 2):
        surfaces.hidden(t)
        surfaces.motions(t)
    assert len(calls) == LENGTH
