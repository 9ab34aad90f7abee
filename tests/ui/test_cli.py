import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from focuspuller.core.errors import FocuspullerError
from focuspuller.core.media import open as media
from focuspuller.ui.cli import main
from focuspuller.ui.grammar import parser

from tests import clips

PAIR = ["clip.mkv", "--disparity", "clip.disparity.mkv"]
COMMANDS = [
    *("demo", "probe", "apply", "remove", "render", "export", "farm"),
    *("synth", "train", "evaluate", "benchmark", "sample"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_help_and_bad_grammar_load_nothing_heavy(tmp_path: Path) -> None:
    heavy = "{'torch', 'av', 'numpy', 'opentimelineio', 'PySide6', 'matplotlib', 'PIL', 'tqdm'}"
    code = (
        "import sys\nfrom focuspuller.ui.cli import main\n"
        "try:\n    main(['render', '--help'])\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', {heavy} & set(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=clips.environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert ended.stdout.endswith("LOADED set()\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["render", "gone.mov", "-o", "x.mov"], 11, "gone.mov"),
        (["render", "clip.mkv", "-o", "x.mov"], 21, "--disparity"),
        (["render", "text.mp4", "--disparity", "clip.disparity.mkv", "-o", "x.mov"], 12, "text.mp4"),
        (["render", "cut.mkv", "--disparity", "clip.disparity.mkv", "-o", "x.mkv"], 12, "cut.mkv"),
        (["render", "clip.mkv", "--disparity", "short.mkv", "-o", "x.mov"], 22, "6"),
        (["render", *PAIR, "--aperture", "0", "-o", "x.mov"], 32, "f/0"),
        (["render", *PAIR, "--focus", "0m", "-o", "x.mov"], 32, "0 m"),
        (["render", *PAIR, "--focus", "9=1m,2=2m", "-o", "x.mov"], 32, "order"),
        (["render", *PAIR, "--focus", "2=1m,2=2m", "-o", "x.mov"], 32, "two"),
        (["render", *PAIR, "--focus", "0=1m,99=2m", "-o", "x.mov"], 32, "99"),
        (["render", *PAIR, "--near", "0", "-o", "x.mov"], 31, "near"),
        (["render", *PAIR, "--aperture", "45", "-o", "x.mov"], 30, "0.7 to 32"),
        (["render", *PAIR, "--aperture", "0=2,9=45", "-o", "x.mov"], 30, "0.7 to 32"),
        (["render", *PAIR, "--focal-length", "5000", "-o", "x.mov"], 30, "8 to 800"),
        (["render", *PAIR, "-o", "x"], 2, "x.mov"),
        (["render", *PAIR, "-o", "x.mov", "--nope"], 2, "`focuspuller render --help`"),
        (["render", *PAIR], 2, "`focuspuller render --help`"),
        (["render", *PAIR, "-o"], 2, "`focuspuller render --help`"),
        (["nope"], 2, "`focuspuller --help`"),
        ([], 2, "`focuspuller --help`"),
        (["render", *PAIR, "--frames", "9-3", "-o", "x.mov"], 2, "--frames"),
        (["render", *PAIR, "--frames", "0-99", "-o", "x.mov"], 30, "0-11"),
        (["render", *PAIR, "--codec", "vp9", "-o", "x.mov"], 14, "h264"),
        (["render", *PAIR, "-o", "no/such/folder/x.mov"], 53, "folder"),
        (["render", *PAIR, "--overwrite", "-o", "clip.mkv"], 52, "clip.mkv"),
        (["render", *PAIR, "-o", "there.mov"], 51, "--overwrite"),
        (["export", "text.otio", "-o", "x.otio"], 41, "text.otio"),
        (["probe", "gone.otio"], 41, "gone.otio"),
        (["remove", "text.otio", "-o", "x.otio"], 41, "text.otio"),
        (["farm", "text.otio", "-o", "job"], 41, "text.otio"),
    ],
)  # fmt: skip
def test_each_failure_is_one_line_with_its_own_code_and_no_half_file(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 12)
    clips.write_clip(tmp_path / "short.mkv", clips.near_square(6))
    (tmp_path / "text.mp4").write_text("this is no movie")
    (tmp_path / "text.otio").write_text("this is no timeline")
    (tmp_path / "there.mov").write_bytes(b"precious")
    whole = (tmp_path / "clip.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 3])
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main(arguments) == code
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.strip().splitlines()
    assert line.startswith("focuspuller: error: ")
    assert words in line
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "there.mov").read_bytes() == b"precious"


def test_the_help_lists_every_exit_code_of_the_tree(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = [line.split() for line in capsys.readouterr().out.partition("exit codes:")[2].strip().splitlines()]

    def tree(error: type[FocuspullerError]) -> list[type[FocuspullerError]]:
        return [error, *(leaf for child in error.__subclasses__() for leaf in tree(child))]

    assert {int(code) for code, *_ in listed} == {0} | {error.exit_code for error in tree(FocuspullerError)}
    assert all(len(words) > 1 for words in listed)


def test_apply_render_export_and_apply_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way of an editor, each step from the file that the one before it wrote."""
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 12)
    apply = ["--disparity", "clip.disparity.mkv", "--focus", "0=1m,11=inf", "--aperture", "1.4", "-o", "edit.otio"]
    assert main(["apply", "clip.mkv", *apply]) == 0
    assert main(["render", "edit.otio", "--quality", "draft", "-o", "alone.mkv"]) == 0
    assert main(["export", "edit.otio", "--quality", "draft", "--codec", "ffv1", "-o", "done.otio"]) == 0
    (rendered,) = (tmp_path / "done.renders").iterdir()
    assert rendered.read_bytes() == (tmp_path / "alone.mkv").read_bytes()
    timeline = json.loads((tmp_path / "done.otio").read_text())
    clip = timeline["tracks"]["children"][0]["children"][0]
    assert clip["active_media_reference_key"] == "focuspuller_render"
    assert set(clip["media_references"]) == {"DEFAULT_MEDIA", "focuspuller_render"}
    assert main(["apply", "done.otio", "--aperture", "0=1.4,11=8", "-o", "again.otio"]) == 0
    assert main(["export", "again.otio", "--quality", "draft", "--codec", "ffv1", "-o", "again.otioz"]) == 0
    assert main(["probe", "again.otioz"]) == 0


def test_json_is_all_that_stands_on_stdout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 5)
    arguments = ["render", *PAIR, "--quality", "draft", "--json"]
    assert main([*arguments, "-o", "out.mkv"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert (result["complete"], result["frames"], result["rendered"]) == (True, 5, 5)
    assert said.err == "", "nobody watches a bar that is not in a terminal"


def test_a_failure_of_our_own_asks_for_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from focuspuller.ui.commands import probe

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(probe, "run", broken)
    assert main(["probe", str(tmp_path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert main(["probe", str(tmp_path), "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_image_sequence_is_as_fast_as_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clips.clip_with_disparity(tmp_path, 5)
    bare = ["--disparity", "clip.disparity.mkv", "--rate", "23.976"]
    assert main(["render", *PAIR, "--quality", "draft", "-o", "plates/a.%04d.png"]) == 0
    assert main(["render", "plates/a.%04d.png", *bare, "--quality", "draft", "-o", "out.mkv"]) == 0
    assert main(["apply", "plates/a.0000.png", *bare, "-o", "edit.otio"]) == 0
    assert main(["export", "edit.otio", "--quality", "draft", "--codec", "ffv1", "-o", "done.otio"]) == 0
    (exported,) = (tmp_path / "done.renders").iterdir()
    for movie in (tmp_path / "out.mkv", exported):
        assert media.probe(movie).rate == Fraction(24000, 1001)
    capsys.readouterr()
    for wrong, words in (
        (["apply", "clip.mkv", *bare], "says its own"),
        (["apply", "edit.otio", "--rate", "25"], "the timeline says it"),
        (["render", "edit.otio", "--rate", "25"], "--rate"),
        (["render", "plates", "--disparity", "clip.disparity.mkv", "--rate", "fast"], "frames a second"),
        (["render", "plates", "--disparity", "clip.disparity.mkv", "--rate", "1/0"], "frames a second"),
    ):
        assert main([*wrong, "-o", "x.otio" if wrong[0] == "apply" else "x.mkv"]) == 2
        assert words in capsys.readouterr().err
