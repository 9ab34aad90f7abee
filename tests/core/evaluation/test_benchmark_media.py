from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.evaluation import benchmark_media as benchmark
from focuspuller.core.media.open import open_frames


def test_every_kind_of_work_at_every_size_has_its_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "SIZES", {"tiny": (64, 48), "small": (96, 64)})
    told: list[tuple[str, int, int]] = []
    figures = benchmark.benchmark_media(1, lambda *step: told.append(step))
    work = {"write h264", "write prores422", "write ffv1", "read in order", "seek"}
    assert {(figure.work, figure.size) for figure in figures} == {(w, s) for w in work for s in ("tiny", "small")}
    assert all(figure.seconds.median > 0 for figure in figures)
    assert told[-1] == ("media", len(figures), len(figures))


def test_the_texture_moves_and_is_written_whole(tmp_path: Path) -> None:
    pictures = list(benchmark.moving_texture(64, 48, 5))
    assert all(picture.shape == (48, 64, 3) for picture in pictures)
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.05
    benchmark.write_clip(tmp_path / "a.mkv", iter(pictures), (64, 48), 5, "ffv1")
    clip = open_frames(tmp_path / "a.mkv")
    assert len(clip) == 5
    clip.close()
