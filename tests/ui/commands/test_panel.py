import sys
from pathlib import Path

import pytest
from focuspuller.ui.cli import main
from PIL import Image

from tests.clips import run
from tests.ui.panel.projects import timeline


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--frame", "3"], "--screenshot"),
        (["--screenshot", "x.png"], "name a timeline"),
        (["edit.otio", "--screenshot", "x.png", "--view", "heat"], "give one of result"),
        (["edit.otio", "--screenshot", "x.png", "--size", "1280"], "such as 1280x800"),
        (["edit.otio", "--screenshot", "x.png", "--size", "9000x9000", "--scale", "4"], "--size"),
        (["edit.otio", "--screenshot", "x.png", "--scale", "0"], "0.5 to 4"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["panel", *arguments]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "size"), [("1", (1280, 800)), ("2", (2560, 1600))])
def test_a_picture_of_the_panel(tmp_path: Path, scale: str, size: tuple[int, int]) -> None:
    timeline(tmp_path)
    done = run(tmp_path, "panel", "edit.otio", "--screenshot", "p.png", "--view", "split", "--scale", scale)
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(tmp_path / "p.png") as picture:
        assert picture.size == size
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 1000


@pytest.mark.slow
def test_a_picture_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    timeline(tmp_path)
    refused = run(tmp_path, "panel", "edit.otio", "--screenshot", "p.png", "--frame", "99")
    assert refused.returncode == 30
    assert "0 to 11" in refused.stderr
    unwritable = run(tmp_path, "panel", "edit.otio", "--screenshot", "no/folder/p.png")
    assert unwritable.returncode == 53
    missing = run(tmp_path, "panel", "gone.otio", "--screenshot", "p.png")
    assert missing.returncode == 41
    without = run(tmp_path, "panel", "a.mkv", "--disparity", "nothere.mkv", "--screenshot", "p.png")
    assert without.returncode == 11
    assert "nothere.mkv" in without.stderr
    (tmp_path / "mine.txt").touch()
    other = run(tmp_path, "panel", "edit.otio", "--screenshot", "mine.txt")
    assert other.returncode == 51
    assert not (tmp_path / "p.png").exists()


def test_without_the_systems_libraries_it_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(self: object, name: str, *_: object) -> None:
        if name == "focuspuller.ui.panel.application":
            raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "focuspuller.ui.panel.application", raising=False)
    monkeypatch.setattr(sys, "meta_path", [type("Bare", (), {"find_spec": load})(), *sys.meta_path])
    assert main(["panel"]) == 3
    assert "libEGL.so.1" in (said := capsys.readouterr().err)
    assert "apt install libegl1" in said
