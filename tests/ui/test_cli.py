import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import focuspuller
import pytest
from focuspuller.core.errors import FocuspullerError
from focuspuller.core.media import open as media
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.plugin.state import EffectState
from focuspuller.plugin.timeline import clips as clips_of
from focuspuller.plugin.timeline import find, open_document
from focuspuller.ui.cli import main
from focuspuller.ui.grammar import parser

from tests import clips

PAIR = ["clip.mkv", "--disparity", "clip.disparity.mkv"]
README = Path(__file__).parents[2] / "README.md"


def commands() -> dict[str, argparse.ArgumentParser]:
    """By name."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def command_lines(text: str) -> list[list[str]]:
    """The arguments of every line that runs `focuspuller`."""
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.strip().startswith("focuspuller ")]


@pytest.mark.parametrize("command", commands())
def test_every_command_teaches_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out
    for example in command_lines(commands()[command].epilog or ""):
        assert parser().parse_args(example).command == command


def test_every_command_of_the_readme_can_be_given() -> None:
    text = README.read_text()
    block = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`(focuspuller [^`]*)`", block.sub("", text))
    # One with a bar names several.
    whole = [each.replace("\n", " ") for each in inline if "|" not in each]
    given = command_lines("\n".join([*block.findall(text), *whole]))
    assert {"render", "apply", "export", "depth", "track", "panel", "farm", "train"} <= {each[0] for each in given}
    for arguments in given:
        if "--help" in arguments:
            assert arguments[0] in commands()
        else:
            assert parser().parse_args(arguments).command == arguments[0]


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips, and files that are none; all who use it leave it as it was."""
    folder = tmp_path_factory.mktemp("failures")
    clips.clip_with_disparity(folder, 12)
    clips.write_clip(folder / "short.mkv", clips.near_square(6))
    (folder / "text.mp4").write_text("this is no movie")
    (folder / "text.otio").write_text("this is no timeline")
    (folder / "there.mov").write_bytes(b"precious")
    whole = (folder / "clip.mkv").read_bytes()
    (folder / "cut.mkv").write_bytes(whole[: len(whole) // 3])
    return folder


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
        (["render", *PAIR, "--offset", "3", "-o", "x.mov"], 22, "the footage (or with --offset"),
        (["render", *PAIR, "--codec", "vp9", "-o", "x.mov"], 14, "h264"),
        (["render", *PAIR, "-o", "no/such/folder/x.mov"], 53, "folder"),
        (["render", *PAIR, "--overwrite", "-o", "clip.mkv"], 52, "clip.mkv"),
        (["render", *PAIR, "-o", "there.mov"], 51, "--overwrite"),
        (["render", *PAIR, "--quality", "final", "--memory", "1M", "-o", "x.mov"], 81, "--memory 3M"),
        (["render", *PAIR, "--memory", "4X", "-o", "x.mov"], 2, "800M"),
        (["render", *PAIR, "--weights", "gone", "-o", "x.mov"], 60, "gone"),
        (["export", "text.otio", "-o", "x.otio"], 41, "text.otio"),
        (["probe", "gone.otio"], 41, "gone.otio"),
        (["remove", "text.otio", "-o", "x.otio"], 41, "text.otio"),
        (["farm", "text.otio", "-o", "job"], 41, "text.otio"),
        (["probe", f"{'z' * 300}.mov"], 2, "longer than a disk can hold; give a shorter name"),
    ],
)  # fmt: skip
def test_each_failure_is_one_line_with_its_own_code_and_no_half_file(
    arguments: list[str],
    code: int,
    words: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(arguments) == code
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.strip().splitlines()
    assert line.startswith("focuspuller: error: ")
    assert words in line
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"focuspuller {focuspuller.__version__}\n"


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
    done, again = (effect_in(tmp_path / name) for name in ("done.otio", "again.otio"))
    assert done == effect_in(tmp_path / "edit.otio")
    assert again.aperture != done.aperture
    assert [(key.frame, key.value) for key in again.aperture.keys] == [(0, 1.4), (11, 8.0)]
    assert again == replace(done, aperture=again.aperture)


def effect_in(timeline: Path) -> EffectState:
    """Of its one clip."""
    with open_document(timeline) as document:
        (clip,) = clips_of(document)
        state = find(clip)
    assert state is not None
    return state


def test_how_disparity_reads_goes_into_the_timeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clips.write_clip(tmp_path / "clip.mkv", clips.textured(6))
    clips.write_clip(tmp_path / "clip.disparity.mkv", clips.near_square(8))
    apply = ["apply", "clip.mkv", *PAIR[1:], "--far-is-bright", "--levels", "0.1,0.9"]
    assert main([*apply, "-o", "edit.otio"]) == 22
    for offset in (0, 2):
        assert main([*apply, "--offset", str(offset), "-o", "edit.otio", "--overwrite"]) == 0
        disparity = effect_in(tmp_path / "edit.otio").disparity
        assert disparity is not None
        assert disparity.reading == DisparityReading(near_is_bright=False, black=0.1, white=0.9, offset=offset)


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


@pytest.mark.skipif(os.name != "posix", reason="there, signals end a process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(("command", "goes_on"), [("render", True), ("export", False)])
def test_what_is_stopped_tidies_up_and_says_how_to_go_on(
    number: signal.Signals,
    code: int,
    command: str,
    goes_on: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tidied = []

    def stopped(*_: object) -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            tidied.append(command)

    monkeypatch.setattr(f"focuspuller.ui.commands.{command}.run", stopped)
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background
    try:
        assert main([command, "edit.otio", "-o", "x.mov"]) == code
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert tidied
    assert ("--resume" in capsys.readouterr().err) == goes_on


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
