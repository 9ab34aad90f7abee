import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from tests import clips

SPEAKS = """
import os, sys
from contextlib import suppress
from focuspuller.core.errors import OutputUnwritable
from focuspuller.ui.streams import READER_GONE, ReaderGoneError, claimed_stdout, tell, write_result
with claimed_stdout():
    with suppress(OSError):
        os.write(1, b"a library's own\\n")
    tell("a note")
    try:
        write_result("the result \\udcff\\n")
        opened = os.open(os.devnull, os.O_RDONLY)
        write_result(f"{opened > 2}\\n")
    except ReaderGoneError:
        sys.exit(READER_GONE)
    except OutputUnwritable as error:
        tell(str(error))
        sys.exit(error.exit_code)
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    (tmp_path / "speaks.py").write_text(SPEAKS)
    return [sys.executable, str(tmp_path / "speaks.py")]


def speak(folder: Path, command: list[str], redirection: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
        env=clips.environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_stdout_holds_results_alone(tmp_path: Path, command: list[str]) -> None:
    said = speak(tmp_path, command)
    assert (said.returncode, said.stdout) == (0, "the result \\udcff\nTrue\n")
    assert said.stderr == "a library's own\na note\n"


posix = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


@posix
@pytest.mark.parametrize(
    ("redirection", "code", "out", "err"),
    [
        (">/dev/full", 53, "", "No space left on device"),
        (">&-", 53, "", "closed"),
        ("2>/dev/full", 0, "the result", ""),
        ("2>&-", 0, "the result", ""),
        (">&- 2>&-", 53, "", ""),
        (">/dev/full 2>/dev/full", 53, "", ""),
        ("<&-", 0, "the result", "a note"),
    ],
)
def test_closed_or_full_is_an_exit_code_and_no_traceback(
    tmp_path: Path, command: list[str], redirection: str, code: int, out: str, err: str
) -> None:
    said = speak(tmp_path, command, redirection)
    assert said.returncode == code
    assert (out in said.stdout) if out else said.stdout == ""
    assert (err in said.stderr) if err else said.stderr == ""
    assert "Traceback" not in said.stderr
    assert "Exception ignored" not in said.stderr


READS_DAMAGE = """
import sys
from pathlib import Path
from focuspuller.core.errors import MediaUnreadable
from focuspuller.core.media.exr import read_exr
from focuspuller.ui.streams import claimed_stdout, write_result
with claimed_stdout():
    try:
        read_exr(Path(sys.argv[1]))
    except MediaUnreadable:
        write_result("{}")
print(" and more")
"""


def test_what_openexr_says_of_a_truncated_picture_is_no_result(tmp_path: Path) -> None:
    path = tmp_path / "a.exr"
    picture = np.random.default_rng(0).random((48, 64, 3), np.float32)
    OpenEXR.File({"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}, {"RGB": picture}).write(
        str(path)
    )
    path.write_bytes(path.read_bytes()[:20_000])
    said = speak(tmp_path, [sys.executable, "-c", READS_DAMAGE, str(path)])
    assert said.stdout == "{} and more\n"
    assert "Warning" in said.stderr, "if it no longer warns, claimed_stdout may not be needed"


@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_when_the_reader_goes_nothing_is_said(tmp_path: Path, command: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(command, env=clips.environment(tmp_path), stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert ended.returncode == 141
    assert ended.stderr == "a library's own\na note\n"


@posix
def test_the_command_line_ends_in_its_own_way(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "focuspuller", "--help"]
    full = speak(tmp_path, command, ">/dev/full")
    assert full.returncode == 53
    (line,) = full.stderr.splitlines()
    assert line.startswith("focuspuller: error: cannot write to standard output")
    for redirection in (">&-", "2>&-"):
        assert "Traceback" not in speak(tmp_path, command, redirection).stderr
