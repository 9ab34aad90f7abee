from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import focuspuller
import numpy as np
import pytest
import torch
from focuspuller.core.errors import DeviceFailed, OutputExists, OutputUnwritable, ResumeMismatch
from focuspuller.core.media.partial import partial_beside
from focuspuller.core.svb import synthesis
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.dataset import open_dataset
from focuspuller.core.svb.recipe import Recipe
from focuspuller.core.svb.synthesis import synthesise

TINY = Recipe(stream=0, videos=3, objects=2, points=8, frames=3, size=40)


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes are started afresh and must find an uninstalled checkout by its name too."""
    mount = tmp_path / "mount"
    mount.mkdir()
    (mount / "focuspuller").symlink_to(Path(focuspuller.__path__[0]).resolve())
    monkeypatch.syspath_prepend(str(mount))


class Counted(ProceduralAssets):
    """How often they are sent to a worker."""

    sent = 0

    def __reduce__(self) -> tuple[type[ProceduralAssets], tuple[()]]:
        Counted.sent += 1
        return ProceduralAssets, ()


@pytest.mark.usefixtures("importable")
def test_any_number_of_workers_makes_the_same_bytes(tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    calls: list[tuple[int, int]] = []
    assert synthesise(alone, TINY, 7, progress=lambda done, total: calls.append((done, total))) == 3
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert synthesise(together, TINY, 7, workers=2, assets=Counted()) == 3
    assert Counted.sent <= 2
    assert contents(alone) == contents(together)


def test_windows_has_no_more_workers_than_it_can_wait_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("concurrent.futures.process", synthesis.__name__):
        monkeypatch.setattr(f"{module}.sys", SimpleNamespace(platform="win32"))
    assert synthesise(tmp_path / "none", replace(TINY, videos=0), 7, workers=64) == 0


@pytest.mark.usefixtures("importable")
def test_a_gpu_traces_what_workers_paint(tmp_path: Path) -> None:
    pytest.importorskip("triton")
    small = replace(TINY, videos=2, frames=1, size=24)
    synthesise(tmp_path / "cpu", small, 7)
    gpu = torch.device("cpu" if os.environ.get("TRITON_INTERPRET") else "cuda")
    assert synthesise(tmp_path / "gpu", small, 7, workers=2, device=gpu) == 2
    for ours, theirs in zip(open_dataset(tmp_path / "cpu"), open_dataset(tmp_path / "gpu"), strict=True):
        assert ours.lens == theirs.lens
        one, other = ours.read(0), theirs.read(0)
        assert np.array_equal(one.disparity, other.disparity)
        assert np.abs(one.bokeh - other.bokeh).max() < 1.5 / 255


def test_a_gpu_that_is_full_is_no_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(synthesis, "_make", full)
    with pytest.raises(DeviceFailed, match="close what else uses it"):
        synthesise(tmp_path / "a", TINY, 7, device=torch.device("cpu"))


ENDLESS = """
import sys
from pathlib import Path
from focuspuller.core.svb.recipe import Recipe
from focuspuller.core.svb.synthesis import synthesise
if __name__ == "__main__":
    recipe = Recipe(stream=0, videos=100_000, objects=2, points=8, frames=3, size=40)
    synthesise(Path(sys.argv[1]), recipe, 0, workers=2, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.usefixtures("importable")
def test_workers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    process = subprocess.Popen(
        [sys.executable, script, tmp_path / "made"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "mount")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while process.stdout.readline() != "2\n":
        assert process.poll() is None
    process.kill()
    # The pipe is theirs too, and ends when the last of them has.
    process.communicate(timeout=30)


def test_videos_depend_on_seed_index_and_stream_alone(tmp_path: Path) -> None:
    synthesise(tmp_path / "few", replace(TINY, videos=1), 7)
    synthesise(tmp_path / "more", replace(TINY, videos=2), 7)
    few, more = contents(tmp_path / "few"), contents(tmp_path / "more")
    assert few.items() <= more.items()
    assert more["00000/bokeh/0000.png"] != more["00001/bokeh/0000.png"]
    for other, seed in [(TINY, 8), (replace(TINY, stream=1), 7)]:
        path = tmp_path / f"{other.stream}-{seed}"
        synthesise(path, replace(other, videos=1), seed)
        assert contents(path)["00000/bokeh/0000.png"] != few["00000/bokeh/0000.png"]


def _dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_resuming_makes_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    synthesise(whole, TINY, 7)
    synthesise(broken, replace(TINY, videos=1), 7)
    killed = partial_beside(broken / "00001").name.replace(f"-{os.getpid()}-", f"-{_dead_process()}-")
    (broken / killed / "frames").mkdir(parents=True)
    before = (broken / "00000" / "meta.json").stat().st_mtime_ns
    assert synthesise(broken, TINY, 7, resume=True) == 2
    assert (broken / "00000" / "meta.json").stat().st_mtime_ns == before
    assert contents(broken) == contents(whole)
    assert not (broken / killed).exists()
    assert synthesise(broken, TINY, 7, resume=True) == 0
    assert len(open_dataset(broken)) == 3


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    one = replace(TINY, videos=1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputUnwritable, match="cannot be written"):
        synthesise(tmp_path / "file", one, 7)
    with pytest.raises(OutputExists, match="not empty"):
        synthesise(tmp_path, one, 7)
    with pytest.raises(ResumeMismatch, match="holds other things"):
        synthesise(tmp_path, one, 7, resume=True)
    made = tmp_path / "made"
    synthesise(made, one, 7)
    with pytest.raises(ResumeMismatch, match="other settings"):
        synthesise(made, one, 8, resume=True)
    with pytest.raises(ResumeMismatch, match="other settings"):
        synthesise(made, replace(one, points=9), 7, resume=True)
    (made / "svb.json").write_text("{")
    with pytest.raises(ResumeMismatch, match="damaged"):
        synthesise(made, one, 7, resume=True)
