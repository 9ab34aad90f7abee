"""Seeks, moved keys and changed settings from four threads at once, for as long as a lunch."""

import random
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.cache import FrameCache
from focuspuller.core.frames import Image
from focuspuller.core.optics import Defocus
from focuspuller.core.renderer import Quality, Renderer
from focuspuller.core.shot import RenderCache, Shot

from tests.core.networks import small_engine
from tests.core.sources import textured_clip

SECONDS = 600
LENGTH = 40
BLURS = (0.0, 5.0, 14.0, 28.0)
THREADS = 4


@pytest.mark.slow
def test_nothing_grows_nothing_hangs_and_every_frame_is_as_if_rendered_alone(tmp_path: Path) -> None:
    engine = small_engine(tmp_path)
    media = textured_clip(LENGTH)
    cache: RenderCache = FrameCache(8 << 20)

    def renderer(blur: float, key: int, quality: Quality, held: RenderCache) -> Renderer:
        """Focus is racked at the key."""
        shot = Shot(*media, lambda t: Defocus(blur, 0.2 if t < key else 0.8))
        return Renderer(shot, quality, held, engine)

    def alone(blur: float, key: int, quality: Quality, t: int) -> Image:
        return renderer(blur, key, quality, FrameCache(64 << 20)).render(t)

    started = time.monotonic()
    peaks: list[int] = []

    def worker(seed: int) -> int:
        draw, done = random.Random(seed), 0
        while time.monotonic() - started < SECONDS:
            settings = draw.choice(BLURS), draw.choice((10, 20, 30)), draw.choice(list(Quality))
            t = draw.randrange(LENGTH)
            if draw.random() < 0.2:
                pictures = renderer(*settings, cache).stream(range(t, min(LENGTH, t + 5)))
                np.testing.assert_array_equal(next(pictures), alone(*settings, t))
                pictures.close()
            else:
                np.testing.assert_array_equal(renderer(*settings, cache).render(t), alone(*settings, t))
            done += 1
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        assert min(pool.map(worker, range(THREADS))) > 0
    assert cache.figures.bytes <= cache.figures.capacity
    assert peaks[-1] < 1.1 * peaks[len(peaks) // 2]  # the allocator's breath
