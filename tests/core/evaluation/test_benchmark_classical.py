"""The benchmark measures what it says, on a scene that is what it says."""

from __future__ import annotations

import pytest
import torch
from focuspuller.core.evaluation import benchmark_classical as benchmark


def test_every_method_is_measured_at_every_size_and_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_here(work: object, *arguments: object) -> int:
        assert work is benchmark.render_scene
        benchmark.render_scene("draft", 16, 9, 8)
        return 1 << 20

    monkeypatch.setattr(benchmark, "SIZES", {"540p": (64, 36), "tiny": (32, 18)})
    monkeypatch.setattr(benchmark, "RADII", (3, 8))
    monkeypatch.setattr(benchmark, "peak_memory", run_here)
    seen: list[int] = []
    figures = benchmark.benchmark_classical(2, lambda name, done, total: seen.append(done))
    assert [(figure.size, figure.radius, figure.method) for figure in figures] == [
        ("540p", 3, "draft"),
        ("540p", 3, "final"),
        ("540p", 8, "draft"),
        ("540p", 8, "final"),
        ("540p", 8, "scatter"),
        ("tiny", 3, "draft"),
        ("tiny", 3, "final"),
        ("tiny", 8, "draft"),
        ("tiny", 8, "final"),
    ]
    assert seen == list(range(10))
    for figure in figures:
        assert 0 < figure.seconds.least <= figure.seconds.median <= figure.seconds.most


def test_the_scene_is_the_same_every_time_and_lies_on_both_sides_of_focus() -> None:
    frame, defocus = benchmark.scene(160, 90, 8)
    again, _ = benchmark.scene(160, 90, 8)
    assert torch.equal(frame, again)
    assert defocus.min() == -8
    assert defocus.max() == 8
    assert (defocus == 0).any()
