from pathlib import Path

import pytest
from focuspuller.ui.cli import main
from focuspuller.ui.commands import benchmark


def test_what_could_not_be_measured_is_said_as_such() -> None:
    seconds = {"median": 0.5, "least": 0.5, "most": 0.5}
    assert benchmark._line({"seconds": seconds, "peak_memory": None}).endswith(" - MiB")
    assert benchmark._clip_line({"frames": 2, "frames_per_second": 1.0, "peak_memory": 3 << 20}).endswith(" 3 MiB")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["media", "--repeat", "0"], 2, "from 1 on"),
        (["media", "-o", "gone/x.json"], 53, "cannot write gone/x.json"),
        (["media", "-o", "."], 53, "is a folder"),
        (["render", "--plot", "gone/x.png"], 53, "cannot write gone/x.png"),
        (["media", "--plot", "x.png"], 2, "leave it out"),
    ],
)
def test_what_would_fail_at_the_end_fails_at_once(
    options: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["benchmark", *options]) == code
    assert words in capsys.readouterr().err
