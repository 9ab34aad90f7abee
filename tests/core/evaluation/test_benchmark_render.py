"""The benchmark measures what it says, of a network that need not have learned anything."""

import pytest
from focuspuller.core.evaluation import benchmark_render as benchmark


def test_every_quality_is_measured_at_every_size_and_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "SIZES", {"tiny": (64, 36)})
    monkeypatch.setattr(benchmark, "RADII", (8, 96))
    monkeypatch.setattr(benchmark, "WARM_UP", 1)
    monkeypatch.setattr(benchmark, "SPARE", 1)
    monkeypatch.setattr(benchmark, "RUNS", 1)
    monkeypatch.setattr(benchmark, "peak_memory", lambda work, *arguments: 1 << 20)
    figures = benchmark.benchmark_render(2, lambda name, done, total: None)
    assert [(figure.radius, figure.quality) for figure in figures] == [
        (8, "draft"), (8, "final"), (96, "draft"), (96, "final")
    ]  # fmt: skip
    for figure in figures:
        assert 0 < figure.seconds.least <= figure.seconds.median <= figure.seconds.most
        if figure.quality == "final":
            assert sum(figure.shares.values()) == pytest.approx(1)
            stages = {step.split(".")[0] for step in figure.shares}
            assert stages == ({"0"} if figure.radius == 8 else {"0", "1"})
            assert figure.roofline_ratio is not None
            assert figure.network_ratio is not None
            assert figure.roofline_ratio >= figure.network_ratio > 0
        else:
            assert not figure.shares
