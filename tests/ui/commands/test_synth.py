from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.svb import recipe
from focuspuller.core.svb.dataset import open_dataset
from focuspuller.core.svb.recipe import Recipe
from focuspuller.ui.cli import main
from PIL import Image as Pillow

TINY = Recipe(stream=9, videos=2, objects=1, points=4, frames=2, size=32)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recipe.PRESETS, "train", TINY)


def synth(*arguments: str) -> int:
    return main(["synth", "--preset", "train", "--workers", "1", *arguments])


def test_videos_are_made_continued_and_the_same_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    assert synth(str(a), "--videos", "1") == 0
    assert synth(str(a)) == 50 + 1
    assert "resume" in capsys.readouterr().err
    assert synth(str(a), "--resume") == 0
    assert "2 videos, 1 of them made now" in capsys.readouterr().out
    assert synth(str(b)) == 0
    assert len(open_dataset(a)) == 2
    for ours in a.rglob("*.png"):
        assert ours.read_bytes() == (b / ours.relative_to(a)).read_bytes()


def test_another_seed_does_not_go_on_with_a_folder(tmp_path: Path) -> None:
    assert synth(str(tmp_path / "a")) == 0
    assert synth(str(tmp_path / "a"), "--resume", "--seed", "1") == 54


def test_assets_of_the_users(tmp_path: Path) -> None:
    for name, mode in (("photographs", "RGB"), ("cutouts", "RGBA")):
        (tmp_path / name).mkdir()
        codes = np.random.default_rng(0).integers(0, 256, (48, 48, len(mode)), np.uint8)
        if mode == "RGBA":
            codes[:12, :, 3] = 0
        Pillow.fromarray(codes).save(tmp_path / name / "0.png")
    folders = [str(tmp_path / "photographs"), str(tmp_path / "cutouts")]
    assert synth(str(tmp_path / "a"), "--assets", *folders) == 0
    assert synth(str(tmp_path / "b"), "--assets", folders[0], str(tmp_path / "absent")) == 71
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("bad", [["--videos", "0"], ["--workers", "0"], ["--seed", "-1"]])
def test_numbers_out_of_range(bad: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", str(tmp_path / "a"), "--preset", "test", *bad]) == 2
    assert bad[0] in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
