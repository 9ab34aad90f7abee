"""A subject is followed both ways, through what hides it, and no farther than it can be."""

import numpy as np
import pytest
from focuspuller.core.errors import FrameUnreadable, ParameterError
from focuspuller.core.tracking.track import CHUNK, Click, End, track_subject, track_subjects

from tests.core.sources import Pictures
from tests.core.tracking.crossings import crossing
from tests.core.tracking.scenes import HEIGHT, WIDTH, disc_at, wall


def across(length: int, step: float = 2.0) -> list[tuple[float, float]]:
    return [(24 + step * t, 36) for t in range(length)]


def test_both_ways_and_as_near_as_it_is() -> None:
    near = np.linspace(0.3, 0.6, 24)
    frames, disparity = disc_at(across(24), near.tolist())
    track = track_subject(frames, disparity, Click(46, 36, 11), range(24))
    assert (track.first, track.last, track.begins, track.ends) == (0, 23, End.CLIP, End.CLIP)
    assert track.seen.all()
    np.testing.assert_allclose(track.disparity, near, atol=0.01)
    np.testing.assert_allclose(track.centre, across(24), atol=2)


def test_an_occluder_does_not_steal_the_focus() -> None:
    near = np.linspace(0.4, 0.5, 40)
    bars = [150 - 5.5 * t for t in range(40)]
    frames, disparity = disc_at(across(40, 1.5), near.tolist(), bars)
    track = track_subject(frames, disparity, Click(24, 36, 0), range(40))
    hidden = np.flatnonzero(np.abs(np.array(bars) - np.array(across(40, 1.5))[:, 0]) < 4)
    assert len(hidden)
    assert not track.seen[hidden].any()
    assert track.seen[-8:].all()
    np.testing.assert_allclose(track.disparity, near, atol=0.02)


def test_every_frame_is_read_once_a_way() -> None:
    frames, disparity = disc_at([(60, 36)] * (2 * CHUNK + 5), [0.5] * (2 * CHUNK + 5))
    done: list[tuple[int, int]] = []
    clicks = [Click(60, 36, CHUNK + 3), Click(60, 36, CHUNK + 1)]
    track_subjects(frames, disparity, clicks, range(1, 2 * CHUNK + 4), lambda *d: done.append(d))
    both_ways = range(CHUNK + 1, CHUNK + 4)
    for source in (frames, disparity):
        assert sorted(source.read_frames) == sorted([*range(1, 2 * CHUNK + 4), *both_ways])
    assert done[-1] == (2 * CHUNK + 6, 2 * CHUNK + 6)


def test_several_subjects_are_followed_at_once_as_each_is_alone() -> None:
    bars = [150 - 5.5 * t for t in range(24)]
    clip = disc_at(across(24, 1.5), np.linspace(0.4, 0.5, 24).tolist(), bars)
    clicks = [Click(30, 36, 4), Click(100, 36, 20), Click(8, 8, 23)]
    for click, track in zip(clicks, track_subjects(*clip, clicks, range(24)), strict=True):
        alone = track_subject(*clip, click, range(24))
        assert (track.first, track.begins, track.ends) == (alone.first, alone.begins, alone.ends)
        np.testing.assert_array_equal(track.disparity, alone.disparity)
        np.testing.assert_array_equal(track.centre, alone.centre)


def test_nothing_is_read_beyond_where_all_have_ended() -> None:
    places = [(64 + 5.0 * t, 36.0) for t in range(40)]
    frames, disparity = disc_at(places, [0.5] * 40)
    track_subject(frames, disparity, Click(64, 36, 0), range(40))
    assert max(frames.read_frames) < 20


def test_a_static_clip_and_a_single_frame() -> None:
    still = disc_at([(60, 36)] * 12, [0.5] * 12)
    assert np.ptp(track_subject(*still, Click(62, 38, 5), range(12)).disparity) < 1e-6
    single = track_subject(*disc_at([(60, 36)], [0.5]), Click(60, 36, 0), range(1))
    assert (single.first, single.last) == (0, 0)
    assert single.disparity[0] == pytest.approx(0.5)


def test_a_subject_that_leaves_the_picture_ends_the_track() -> None:
    places = [(64 + 5.0 * t, 36.0) for t in range(24)]
    track = track_subject(*disc_at(places, [0.5] * 24), Click(64, 36, 0), range(24))
    assert track.ends is End.LEFT
    assert 9 <= track.last <= 14


def test_a_cut_ends_the_track_and_the_next_shot_does_not_leak() -> None:
    places = [(60.0, 36.0)] * 20
    other = np.clip(0.25 * wall(5) + (0.0, 0.1, 0.7), 0, 1).astype(np.float32)
    walls = [wall()] * 12 + [other] * 8
    frames, disparity = disc_at(places, [0.5] * 12 + [0.6] * 8, walls=walls)
    track = track_subject(frames, disparity, Click(60, 36, 4), range(20))
    assert (track.last, track.ends) == (11, End.CUT)
    np.testing.assert_allclose(track.disparity, 0.5, atol=1e-3)
    after = track_subject(frames, disparity, Click(60, 36, 15), range(20))
    assert (after.first, after.begins) == (12, End.CUT)


def test_what_stays_hidden_is_lost_where_it_was_last_seen() -> None:
    bars = [None] * 8 + [60.0] * 12
    track = track_subject(*disc_at([(60.0, 36.0)] * 20, [0.5] * 20, bars), Click(60, 36, 0), range(20))
    assert (track.last, track.ends) == (7, End.LOST)


@pytest.mark.parametrize("click", [(-1, 5), (WIDTH, 5), (5, HEIGHT), (float("nan"), 5)])
def test_a_click_off_the_picture_is_refused(click: tuple[float, float]) -> None:
    with pytest.raises(ParameterError, match=f"{WIDTH} x {HEIGHT} px; click inside"):
        track_subject(*disc_at([(60, 36)], [0.5]), Click(*click, 0), range(1))


def test_a_click_on_no_frame_of_the_clip_is_refused() -> None:
    with pytest.raises(ParameterError, match="frames 0 to 2; click on one of those"):
        track_subject(*disc_at([(60, 36)] * 3, [0.5] * 3), Click(60, 36, 3), range(3))


def test_damaged_media_is_told() -> None:
    frames, disparity = disc_at([(60, 36)] * 4, [0.5] * 4)
    broken = Pictures(frames.pictures, broken={2})
    with pytest.raises(FrameUnreadable):
        track_subject(broken, disparity, Click(60, 36, 0), range(4))


def test_blank_pictures_are_followed_by_disparity_alone() -> None:
    frames, disparity = disc_at(across(12), [0.5] * 12)
    grey = Pictures([np.full_like(picture, 0.5) for picture in frames.pictures])
    np.testing.assert_allclose(track_subject(grey, disparity, Click(24, 36, 0), range(12)).disparity, 0.5, atol=0.01)


def share_held(seeds: range) -> tuple[float, float]:
    """Of the frames on which the subject's true disparity is held within 0.03: of all, and of those it shows on."""
    held, shows = [], []
    for seed in seeds:
        video = crossing(seed)
        length = len(video.frames)
        sources = Pictures(list(video.frames)), Pictures(list(video.disparity))
        track = track_subject(*sources, Click(*video.click, video.clicked), range(length))
        frames = np.arange(track.first, track.last + 1)
        held.append(np.abs(np.interp(np.arange(length), frames, track.disparity) - video.truth) <= 0.03)
        shows.append(video.visible >= 0.5)
    good, visible = np.concatenate(held), np.concatenate(shows)
    return float(good.mean()), float(good[visible].mean())


def test_a_synthetic_crossing_is_held() -> None:
    assert min(share_held(range(1004, 1005))) > 0.95


@pytest.mark.slow
def test_fifty_synthetic_crossings_are_held() -> None:
    """Seeds from 1000 on: none of them was looked at while the tracker was made."""
    everywhere, where_it_shows = share_held(range(1000, 1050))
    assert everywhere >= 0.9
    assert where_it_shows >= 0.95
