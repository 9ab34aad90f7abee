import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.errors import DatasetError, OutputExists
from focuspuller.core.evaluation.evaluate import Figures, Result, evaluate
from focuspuller.core.evaluation.methods import Given
from focuspuller.core.svb.corrupt import Corruption
from PIL import Image as Pillow
from torch import Tensor

from tests.core.evaluation.datasets import FRAMES, SIZE, dataset


def as_given(given: Given) -> Tensor:
    return given.frames


def half(given: Given) -> Tensor:
    return given.frames * 0.5


def test_an_oracle_is_right_and_the_input_is_wrong_where_it_is_out_of_focus(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb")
    truths = iter([torch.stack([torch.from_numpy(v.read(t).bokeh) for t in range(FRAMES)]) for v in videos])

    def oracle(given: Given) -> Tensor:
        return next(truths).permute(0, 3, 1, 2)

    seen = []
    found = evaluate(
        videos,
        {"oracle": oracle, "input": as_given},
        [Corruption.NONE],
        progress=lambda done, total: seen.append((done, total)),
    )
    right, wrong = found.results
    assert (right.method, wrong.method) == ("oracle", "input")
    assert dataclasses.astuple(right.mean) == pytest.approx((100, 1, 100, 1, 0))
    assert set(wrong.videos) == {"00000", "00001"}
    assert wrong.mean.psnr < 20
    assert wrong.mean.consistency > 1
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_methods_get_defocus_of_the_corrupted_disparity_the_same_at_every_run(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 1)
    seen: list[Tensor] = []

    def spy(given: Given) -> Tensor:
        seen.append(given.defocus)
        return given.frames

    levels = [Corruption.NONE, Corruption.II, Corruption.IV]
    for _ in range(2):
        evaluate(videos, {"spy": spy}, levels)
    exact, two, four = seen[:3]
    clean = torch.stack([torch.from_numpy(videos[0].read(t).disparity) for t in range(FRAMES)]).unsqueeze(1)
    assert torch.allclose(exact, 1.5 * (clean - 1.0))
    assert not torch.equal(two, exact)
    assert not torch.equal(four, two)
    assert all(torch.equal(first, again) for first, again in zip(seen[:3], seen[3:], strict=True))


def test_saved_pictures_are_those_that_were_measured(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb")
    found = evaluate(videos, {"half": half}, [Corruption.NONE], save=tmp_path / "out")
    assert sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.png")) == [
        f"{v:05d}/{t:04d}.png" for v in range(2) for t in range(FRAMES)
    ]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"00000", "00001"}
    errors = []
    for t in range(FRAMES):
        saved = np.asarray(Pillow.open(tmp_path / "out" / "00000" / f"{t:04d}.png"), np.float64) / 255
        errors.append(np.square(saved - videos[0].read(t).bokeh).mean())
    assert found.results[0].videos["00000"].psnr == pytest.approx(-10 * math.log10(np.mean(errors)), abs=1e-3)


def test_pictures_that_do_not_fit_are_refused_before_anything_is_rendered(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb")
    evaluate(videos, {"half": half}, [Corruption.NONE], save=tmp_path / "out")

    def never(given: Given) -> Tensor:
        pytest.fail("rendered")

    last = tmp_path / "out" / "00001" / f"{FRAMES - 1:04d}.png"
    for size, problem in (((SIZE, SIZE - 1), "the video 32 x 32"), (None, "No such file")):
        last.unlink()
        if size is not None:
            Pillow.new("RGB", size).save(last)
        with pytest.raises(DatasetError, match=rf"00001/0002.png.*{problem}.*--save"):
            evaluate(videos, {"never": never}, [Corruption.NONE], pictures={"theirs": tmp_path / "out"})


def test_nothing_saved_is_overwritten(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb")
    (tmp_path / "out" / "00001").mkdir(parents=True)
    with pytest.raises(OutputExists, match="--save"):
        evaluate(videos, {"half": half}, [Corruption.NONE], save=tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["00001"]


def test_exhibits_are_middle_frames_at_the_first_level(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 6)
    found = evaluate(videos, {"half": half}, [Corruption.NONE, Corruption.I])
    assert [exhibit.video for exhibit in found.exhibits] == ["00000", "00002", "00003", "00005"]
    exhibit = found.exhibits[0]
    moment = videos[0].read(FRAMES // 2)
    assert np.array_equal(exhibit.frame, moment.frame)
    assert np.array_equal(exhibit.truth, moment.bokeh)
    assert np.array_equal(exhibit.disparity, moment.disparity)
    assert np.array_equal(exhibit.in_focus, moment.disparity == 1)
    assert np.abs(exhibit.bokeh["half"] - moment.frame / 2).max() <= 0.5 / 255 + 1e-6


def test_pictures_below_the_window_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="larger"):
        evaluate(dataset(tmp_path / "svb", 1, size=8), {"half": half}, [Corruption.NONE])


def test_means_pass_over_what_could_not_be_measured() -> None:
    nan = math.nan
    result = Result("m", Corruption.NONE, {"a": Figures(30, 0.9, nan, nan, nan), "b": Figures(40, 0.7, 20, nan, 1)})
    mean = result.mean
    assert dataclasses.astuple(mean) == pytest.approx((35, 0.8, 20, nan, 1), nan_ok=True)
