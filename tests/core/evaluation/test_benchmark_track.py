"""The benchmark tracks what it says it tracks."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.evaluation import benchmark_track as benchmark
from focuspuller.core.tracking.track import End, Track


def test_every_length_is_measured_and_the_subject_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    tracks: list[Track] = []

    def run_here(work: Callable[[Path, Path], Track], clip: Path, disparity: Path) -> int:
        tracks.append(work(clip, disparity))
        return 1 << 20

    followed: list[str] = []
    track = benchmark.track_clip

    def track_clip(clip: Path, disparity: Path) -> Track:
        followed.append(clip.stem)
        return track(clip, disparity)

    monkeypatch.setattr(benchmark, "track_clip", track_clip)
    monkeypatch.setattr(benchmark, "SIZE", (128, 72))
    monkeypatch.setattr(benchmark, "LENGTHS", (12, 14))
    monkeypatch.setattr(benchmark, "peak_memory", run_here)
    seen: list[int] = []
    figures = benchmark.benchmark_track(lambda name, done, total: seen.append(done))
    assert [figure.frames for figure in figures] == [12, 14]
    assert seen == [0, 1, 2]
    assert followed == ["4", "12", "12", "14", "14"]  # the first to warm up, then each on the clock and for its memory
    for figure, subject in zip(figures, tracks, strict=True):
        assert figure.frames_per_second > 0
        assert (subject.first, subject.last, subject.ends) == (0, figure.frames - 1, End.CLIP)
        truth = 0.3 + 0.4 * np.arange(figure.frames) / figure.frames
        assert np.abs(subject.disparity - truth).max() < 0.03
