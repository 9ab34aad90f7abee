import itertools
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from focuspuller.core.cache import FrameCache
from focuspuller.core.device import CORES
from focuspuller.core.errors import Cancelled, FrameUnreadable, MemoryTooSmall, WeightsError
from focuspuller.core.hidden.clip import AROUND, revealed_in_all
from focuspuller.core.hidden.reveal import DISPARITY
from focuspuller.core.optics import Defocus, defocus_map
from focuspuller.core.outlines.outlined import SHIPPED, load_outlines
from focuspuller.core.renderer import Engine, Quality, Renderer
from focuspuller.core.shot import RenderCache, Shot
from focuspuller.core.vbr.network import load_network
from focuspuller.core.vbr.pyramid import scales, shot_scale

from tests.core.networks import MAX_RADIUS, small_engine
from tests.core.outlines.test_outlined import soft
from tests.core.sources import Pictures, textured_clip

LENGTH = 9
BLUR = 28.0
"""px; with the small network's reach of 8 that takes three stages."""

STAGES = 3
PLENTY = 1 << 26


def rack(t: int) -> Defocus:
    return Defocus(BLUR, (t + 1) / LENGTH)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return small_engine(tmp_path_factory.mktemp("weights"))


def renderer(
    engine: Engine,
    quality: Quality = Quality.FINAL,
    cache: RenderCache | int = PLENTY,
    defocus: Callable[[int], Defocus] = rack,
    media: tuple[Pictures, Pictures] | None = None,
) -> Renderer:
    frames, disparity = media or textured_clip(LENGTH)
    return Renderer(
        Shot(frames, disparity, defocus), quality, FrameCache(cache) if isinstance(cache, int) else cache, engine
    )


def least_memory(engine: Engine) -> int:
    with pytest.raises(MemoryTooSmall) as raised:
        renderer(engine, cache=1000).render(0)
    named = re.search(r"--memory (\d+)M", str(raised.value))
    assert named
    return int(named[1]) << 20


@pytest.mark.parametrize("quality", list(Quality))
def test_any_order_any_memory_any_part_and_the_stream_give_the_same_pixels(engine: Engine, quality: Quality) -> None:
    whole = list(renderer(engine, quality).stream(range(LENGTH)))
    order = random.Random(3).choices(range(LENGTH), k=8)
    least = least_memory(engine)
    for memory in (least, 2 * least, PLENTY):
        r = renderer(engine, quality, memory)
        for t in order:
            np.testing.assert_array_equal(r.render(t), whole[t])
    for memory in (least, PLENTY):
        parts = (renderer(engine, quality, memory).stream(part) for part in (range(1), range(1, 6), range(6, 9)))
        for t, picture in enumerate(itertools.chain(*parts)):
            np.testing.assert_array_equal(picture, whole[t])


def test_memory_grows_to_what_a_frame_needs_unless_somebody_set_it(engine: Engine) -> None:
    free: RenderCache = FrameCache(1000, grows=True)
    np.testing.assert_array_equal(renderer(engine, cache=free).render(4), renderer(engine).render(4))
    assert 0 <= least_memory(engine) - free.figures.capacity < 1 << 20
    with pytest.raises(MemoryTooSmall):
        renderer(engine, cache=1000).prepare(range(LENGTH))
    renderer(engine, cache=1000, defocus=lambda t: Defocus(0, 0.5)).prepare(range(LENGTH))


def soft_clip() -> tuple[Pictures, Pictures]:
    frames, disparity = textured_clip(LENGTH)
    return frames, Pictures([soft(one, 1.0) for one in disparity.pictures], "soft")


def test_nor_do_they_change_where_edges_are_made_firm(engine: Engine) -> None:
    whole = list(renderer(engine, media=soft_clip()).stream(range(LENGTH)))
    least = renderer(engine, cache=least_memory(engine), media=soft_clip())
    for t in (5, 0, 8, 4, 5):
        np.testing.assert_array_equal(least.render(t), whole[t])
    parts = (renderer(engine, media=soft_clip()).stream(part) for part in (range(3), range(3, LENGTH)))
    for t, picture in enumerate(itertools.chain(*parts)):
        np.testing.assert_array_equal(picture, whole[t])


def test_final_makes_edges_firm_and_draft_and_what_is_shown_of_disparity_do_not(engine: Engine) -> None:
    outlines = load_outlines(SHIPPED, torch.device("cpu"))
    frames, disparity = soft_clip()
    firm = Pictures([outlines.firm(*given) for given in zip(frames.pictures, disparity.pictures, strict=True)], "firm")
    soft_final, soft_draft, firm_draft = (
        renderer(engine, quality, media=(frames, maps))
        for quality, maps in ((Quality.FINAL, disparity), (Quality.DRAFT, disparity), (Quality.DRAFT, firm))
    )
    assert outlines.fingerprint in soft_final.method
    assert outlines.fingerprint not in soft_draft.method
    assert (soft_draft.render(4) != firm_draft.render(4)).any()
    for r in (soft_final, soft_draft):
        np.testing.assert_array_equal(r.disparity(4), disparity.pictures[4])


def test_threads_within_a_frame_change_no_pixel(engine: Engine) -> None:
    alone = renderer(engine).render(4)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        np.testing.assert_array_equal(renderer(engine).render(4), alone)
    finally:
        torch.set_num_threads(threads)


def test_the_recursion_renders_what_the_network_makes_of_the_whole_clip(engine: Engine) -> None:
    r = renderer(engine)
    network = load_network(engine.weights, torch.device("cpu"))
    frames = torch.stack([torch.tensor(r.source(t)).permute(2, 0, 1) for t in range(LENGTH)])
    # As the recursion lays them out: for another layout all would be compiled again.
    frames = frames.contiguous(memory_format=torch.channels_last)
    defocus = torch.stack([torch.tensor(r.defocus_map(t))[None] for t in range(LENGTH)])
    scale = shot_scale(max(rack(t).max_radius for t in range(LENGTH)), MAX_RADIUS)
    assert len(scales(scale)) == STAGES == r.lens_radius == r.temporal_radius - AROUND
    seen = revealed_in_all([r.source(t) for t in range(LENGTH)], [r.disparity(t) for t in range(LENGTH)])
    assert all(revealed.steady == 1 for revealed in seen)
    hidden = np.stack([revealed.picture() for revealed in seen])
    for t in range(LENGTH):
        hidden[t, ..., DISPARITY] = defocus_map(hidden[t, ..., DISPARITY], rack(t))
    behind = torch.from_numpy(hidden).permute(0, 3, 1, 2)
    whole = network.model(frames[None], defocus[None], scale, behind[None])[0].clamp(0, 1).permute(0, 2, 3, 1).numpy()
    streamed = np.stack(list(r.stream(range(LENGTH))))
    # Half precision, where the processor has it.
    assert np.abs(streamed - whole).mean() < 2e-3


def test_in_order_every_stage_of_every_frame_is_computed_once(engine: Engine) -> None:
    one_by_one, streamed = renderer(engine), renderer(engine)
    for t in range(LENGTH):
        one_by_one.render(t)
    list(streamed.stream(range(LENGTH)))
    for r in (one_by_one, streamed):
        assert (r.figures.features, r.figures.outputs) == (STAGES * LENGTH, STAGES * LENGTH)


def test_a_seek_costs_its_neighbourhood_and_the_next_frame_one_of_each(engine: Engine) -> None:
    media = textured_clip(20)
    r = renderer(engine, defocus=lambda t: Defocus(BLUR, 0.1), media=media)
    r.render(10)
    neighbourhood = [2 * radius + 1 for radius in range(STAGES + 1)]
    assert r.figures.features == sum(neighbourhood[1:])
    assert r.figures.outputs == sum(neighbourhood[:-1])
    before = r.figures.features, r.figures.outputs
    r.render(11)
    assert (r.figures.features - before[0], r.figures.outputs - before[1]) == (STAGES, STAGES)


@pytest.mark.parametrize("quality", list(Quality))
def test_a_moved_key_renders_anew_what_it_touches_and_what_looks_there(engine: Engine, quality: Quality) -> None:
    cache: RenderCache = FrameCache(PLENTY)
    media = textured_clip(16)

    def held(t: int) -> Defocus:
        return Defocus(BLUR, 0.1)

    def moved(t: int) -> Defocus:
        return Defocus(BLUR, 0.2) if 6 <= t < 9 else held(t)

    before, after = (renderer(engine, quality, cache, settings, media) for settings in (held, moved))
    for t in range(16):
        before.render(t)
    radius = before.lens_radius
    anew = [t for t in range(16) if after.key(t) not in cache]
    assert anew == list(range(6 - radius, 9 + radius))
    for t in anew:
        after.render(t)
    if quality is Quality.FINAL:
        assert after.figures.outputs == sum(3 + 2 * reach for reach in range(1, STAGES + 1))


def test_what_one_render_sets_for_its_threads_holds_no_later_one_up(engine: Engine) -> None:
    list(renderer(engine).stream(range(LENGTH)))  # its threads use a core each
    seen: list[int] = []
    late = Thread(target=lambda: seen.append(renderer(engine)._cores))
    late.start()
    late.join()
    assert seen == [CORES]


def test_threads_share_the_work(engine: Engine) -> None:
    r = renderer(engine)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(r.render, [t % LENGTH for t in range(32)]))
    assert isinstance(r.shot.frames, Pictures)
    assert sorted(r.shot.frames.read_frames) == list(range(LENGTH))
    assert (r.figures.features, r.figures.outputs) == (STAGES * LENGTH, STAGES * LENGTH)


def test_a_pinhole_passes_the_source_untouched_also_amid_blur(engine: Engine) -> None:
    def half_open(t: int) -> Defocus:
        return Defocus(BLUR if t > 5 else 0.0, 0.5)

    for quality in Quality:
        r = renderer(engine, quality, defocus=half_open)
        assert isinstance(r.shot.frames, Pictures)
        streamed = list(r.stream(range(LENGTH)))
        for t in range(LENGTH):
            np.testing.assert_array_equal(r.render(t), streamed[t])
            assert np.array_equal(streamed[t], r.shot.frames.pictures[t]) == (t <= 5)


@pytest.mark.parametrize("quality", list(Quality))
def test_light_above_white_goes_through_the_lens_too(engine: Engine, quality: Quality) -> None:
    frames, disparity = textured_clip(3, height=72, width=96)
    lamp = [frame.copy() for frame in frames.pictures]
    for frame in lamp:
        frame[40:43, 60:63] = 6.0
    media = Pictures(lamp, "lamp"), disparity
    cut = Pictures([frame.clip(0, 1) for frame in lamp], "cut"), disparity
    with_lamp, without = (
        renderer(engine, quality, defocus=lambda t: Defocus(9.0, 0.9), media=one).render(1) for one in (media, cut)
    )
    gained = float((with_lamp.astype(np.float64) ** 2.2 - without.astype(np.float64) ** 2.2).sum())
    assert gained == pytest.approx(3 * 9 * (6.0**2.2 - 1), rel=0.02)
    np.testing.assert_array_equal(with_lamp[:20, :20], without[:20, :20])
    sharp = renderer(engine, quality, defocus=lambda t: Defocus(0.0, 0.9), media=media)
    np.testing.assert_array_equal(sharp.render(1), lamp[1])


def test_a_pinhole_needs_no_weights(tmp_path: Path) -> None:
    r = renderer(Engine(tmp_path / "none.safetensors"), defocus=lambda t: Defocus(0, 0.5))
    assert len(list(r.stream(range(LENGTH)))) == LENGTH
    r.render(3)
    with pytest.raises(WeightsError):
        renderer(Engine(tmp_path / "none.safetensors")).render(3)


def test_the_defocus_map_is_equation_two(engine: Engine) -> None:
    r = renderer(engine)
    assert isinstance(r.shot.disparity, Pictures)
    np.testing.assert_array_equal(r.defocus_map(3), defocus_map(r.shot.disparity.pictures[3], rack(3)))


@pytest.mark.parametrize(("quality", "delivered"), [(Quality.DRAFT, 7), (Quality.FINAL, 7 - STAGES)])
def test_a_damaged_frame_is_named_and_the_ones_before_it_are_delivered(
    engine: Engine, quality: Quality, delivered: int
) -> None:
    good, disparity = textured_clip(LENGTH)
    media = Pictures(good.pictures, "clip.mov", broken={7}), disparity
    pictures = renderer(engine, quality, media=media).stream(range(LENGTH))
    assert len(list(itertools.islice(pictures, delivered))) == delivered
    with pytest.raises(FrameUnreadable, match="frame 7"):
        next(pictures)


def test_work_stops_within_a_stage_and_leaves_the_rest_usable(engine: Engine) -> None:
    cache: RenderCache = FrameCache(PLENTY)
    r = renderer(engine, cache=cache)

    def stages() -> int:
        return r.figures.features + r.figures.outputs

    def check() -> None:
        if stages() >= 4:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        r.render(4, check)
    assert 4 <= stages() < 4 + CORES
    np.testing.assert_array_equal(r.render(4), renderer(engine).render(4))


def test_a_stream_left_early_leaves_no_thread_at_work(engine: Engine) -> None:
    r = renderer(engine)
    pictures = r.stream(range(LENGTH))
    next(pictures)
    pictures.close()
    done = r.figures.features, r.figures.outputs
    assert done < (STAGES * LENGTH, STAGES * LENGTH)
    list(renderer(engine).stream(range(2)))
    assert (r.figures.features, r.figures.outputs) == done


@pytest.mark.parametrize(("height", "width", "length"), [(16, 16, 1), (1, 1, 2), (33, 47, 2)])
@pytest.mark.parametrize("blur", [3.0, 500.0])
def test_any_size_length_and_blur(engine: Engine, height: int, width: int, length: int, blur: float) -> None:
    media = (
        Pictures([np.full((height, width, 3), 0.5, np.float32)] * length, "frames"),
        Pictures([np.full((height, width), 0.2, np.float32)] * length, "disparity"),
    )
    for quality in Quality:
        r = renderer(engine, quality, defocus=lambda t: Defocus(blur, 1.0), media=media)
        for picture in r.stream(range(length)):
            assert picture.shape == (height, width, 3)
            assert np.isfinite(picture).all()
