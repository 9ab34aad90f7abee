"""The benchmark measures what it says, on a scene that is what it says."""

from __future__ import annotations

import torch

from focuspuller.core.evaluation.benchmark_classical import benchmark_classical, mixed_depth, textured_frame


def test_every_method_is_measured_at_every_size_and_radius() -> None:
    records = benchmark_classical(sizes=[(64, 36)], radii=[8.0, 3.0], frames=2)
    assert [(record.method, record.radius) for record in records] == [
        (method, radius) for radius in (3.0, 8.0) for method in ("draft", "final", "scatter")
    ]
    for record in records:
        assert (record.width, record.height, record.frames) == (64, 36, 2)
        assert 0 < record.fastest <= record.seconds <= record.slowest
        assert record.frames_per_second == 1 / record.seconds
        assert record.peak_memory is None or record.peak_memory > 1 << 20


def test_the_scene_is_the_same_every_time_and_lies_on_both_sides_of_focus() -> None:
    assert torch.equal(textured_frame(80, 45), textured_frame(80, 45))
    depth = mixed_depth(160, 90)
    assert depth.min() == -1
    assert depth.max() == 1
    assert (depth == 0).any()
