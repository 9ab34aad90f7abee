import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.evaluation.evaluate import Exhibit, Figures, Result
from focuspuller.core.evaluation.table import (
    as_json,
    closest_look,
    draw_robustness,
    draw_sheet,
    focus_point,
    markdown,
)
from focuspuller.core.svb.corrupt import Corruption
from PIL import Image as Pillow

GOOD = Figures(35.0, 0.97, 30.0, 0.95, 0.5)
POOR = Figures(30.0, 0.9, 30.0, math.nan, 1.0)


def result(name: str, figures: Figures, level: Corruption = Corruption.NONE) -> Result:
    return Result(name, level, {"00000": figures})


def test_the_best_of_each_column_is_bold_ties_alike() -> None:
    lines = markdown([result("good", GOOD), result("poor", POOR)]).splitlines()
    assert lines[0] == "| Method | PSNR ↑ | SSIM ↑ | PSNR_ob ↑ | SSIM_ob ↑ | Consistency ↓ |"
    assert lines[2] == "| good | **35.00** | **0.9700** | **30.00** | 0.9500 | **0.500** |"
    assert lines[3] == "| poor | 30.00 | 0.9000 | **30.00** | n/a | 1.000 |"
    assert "leaves this mask open" in lines[-1]
    assert "x 100" in lines[-1]


def test_each_level_has_its_own_best() -> None:
    rows = [result("a", GOOD), result("b", POOR), result("a", POOR, Corruption.IV), result("b", GOOD, Corruption.IV)]
    lines = markdown(rows).splitlines()
    assert lines[2].startswith("| a | none | **35.00**")
    assert lines[5].startswith("| b | IV | **35.00**")


def test_json_has_every_video_and_null_for_the_unmeasured() -> None:
    (entry,) = json.loads(json.dumps(as_json([result("poor", POOR, Corruption.II)]), allow_nan=False))
    assert entry["corruption"] == "II"
    assert entry["mean"]["psnr"] == 30
    assert entry["videos"]["00000"]["ssim_ob"] is None


def exhibit() -> Exhibit:
    truth = np.full((40, 60, 3), 0.5, np.float32)
    wrong = truth.copy()
    wrong[12:20, 33:41] += 0.3
    in_focus = np.zeros((40, 60), bool)
    in_focus[30:33, 50:53] = True
    off = np.zeros_like(truth)
    return Exhibit("00000", truth, truth[..., 0], in_focus, truth, {"input": off, "a": truth, "b": wrong})


def test_the_close_up_shows_the_largest_error_and_the_cross_the_focus() -> None:
    rows, columns = closest_look(exhibit())
    assert (rows.stop - rows.start, columns.stop - columns.start) == (10, 10)
    assert rows.start <= 12
    assert rows.stop >= 20
    assert columns.start <= 33
    assert columns.stop >= 41
    assert focus_point(exhibit().in_focus) == (51, 31)


def test_pictures_are_drawn_whole_or_not_at_all(tmp_path: Path) -> None:
    rows = [result("a", GOOD), result("a", POOR, Corruption.IV)]
    draw_robustness(rows, tmp_path / "plot.png")
    draw_sheet([exhibit()], tmp_path / "sheet.png")
    for name in ("plot.png", "sheet.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputUnwritable):
        draw_robustness(rows, tmp_path / "absent" / "plot.png")
    assert {p.name for p in tmp_path.iterdir()} == {"plot.png", "sheet.png"}


def test_names_are_no_formulas_and_none_is_left_out(tmp_path: Path) -> None:
    shown = dataclasses.replace(exhibit(), video=r"$\oops$", bokeh={r"$\oops$": exhibit().truth})
    draw_sheet([shown], tmp_path / "sheet.png")
    sizes = []
    for name in ("plain", r"_$\oops$" + 40 * "o"):
        draw_robustness([result(name, GOOD), result(name, POOR, Corruption.IV)], tmp_path / "plot.png")
        with Pillow.open(tmp_path / "plot.png") as plot:
            legend = np.asarray(plot.convert("L"))[500:, 950:]
        sizes.append((legend < 128).sum())
    assert sizes[1] > 2 * sizes[0] > 0
