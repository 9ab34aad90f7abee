import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from focuspuller.core.cache import FrameCache
from focuspuller.core.errors import FrameUnreadable
from focuspuller.core.optics import Defocus, defocus_map
from focuspuller.core.renderer import Quality, RenderCache, Renderer, Shot

from tests.core.sources import Pictures, textured_clip

LENGTH = 8


def rack(t: int) -> Defocus:
    return Defocus(14, t / LENGTH)


def renderer(cache_bytes: int = 1 << 26, quality: Quality = Quality.DRAFT) -> Renderer:
    frames, disparity = textured_clip(LENGTH)
    return Renderer(Shot(frames, disparity, rack), quality, FrameCache(cache_bytes))


@pytest.mark.parametrize("quality", list(Quality))
def test_any_order_any_cache_and_the_stream_give_the_same_pixels(quality: Quality) -> None:
    whole = list(renderer(quality=quality).stream(range(LENGTH)))
    order = random.Random(3).choices(range(LENGTH), k=20)
    for cache_bytes in (0, 50_000, 1 << 26):
        r = renderer(cache_bytes, quality)
        for t in order:
            np.testing.assert_array_equal(r.render(t), whole[t])
    parts = itertools.chain(*(renderer(quality=quality).stream(part) for part in (range(3), range(3, 4), range(4, 8))))
    for t, picture in enumerate(parts):
        np.testing.assert_array_equal(picture, whole[t])


def test_threads_share_the_work() -> None:
    r = renderer()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(r.render, [t % LENGTH for t in range(32)]))
    assert isinstance(r.shot.frames, Pictures)
    assert sorted(r.shot.frames.read_frames) == list(range(LENGTH))


def test_a_pinhole_passes_the_source_untouched() -> None:
    frames, disparity = textured_clip(2)
    r = Renderer(Shot(frames, disparity, lambda t: Defocus(0, 0.5)), Quality.FINAL, FrameCache(1 << 20))
    np.testing.assert_array_equal(r.render(1), frames.pictures[1])
    np.testing.assert_array_equal(next(r.stream(range(1, 2))), frames.pictures[1])


def test_a_changed_setting_renders_only_the_frames_it_touches() -> None:
    cache: RenderCache = FrameCache(1 << 26)
    frames, disparity = textured_clip(LENGTH)
    shot = Shot(frames, disparity, rack)
    for t in range(LENGTH):
        Renderer(shot, Quality.DRAFT, cache).render(t)
    misses = cache.figures.misses

    def moved(t: int) -> Defocus:
        return Defocus(14, 0.33) if t in (2, 5) else rack(t)

    for t in range(LENGTH):
        Renderer(Shot(shot.frames, shot.disparity, moved), Quality.DRAFT, cache).render(t)
    assert cache.figures.misses == misses + 2


def test_the_defocus_map_is_equation_two() -> None:
    r = renderer()
    assert isinstance(r.shot.disparity, Pictures)
    np.testing.assert_array_equal(r.defocus_map(3), defocus_map(r.shot.disparity.pictures[3], rack(3)))


def test_a_damaged_frame_is_named_and_the_ones_before_it_are_delivered() -> None:
    good, disparity = textured_clip(LENGTH)
    frames = Pictures(good.pictures, "clip.mov", broken={5})
    r = Renderer(Shot(frames, disparity, rack), Quality.DRAFT, FrameCache(0))
    pictures = r.stream(range(LENGTH))
    assert len(list(itertools.islice(pictures, 5))) == 5
    with pytest.raises(FrameUnreadable, match="frame 5"):
        next(pictures)
