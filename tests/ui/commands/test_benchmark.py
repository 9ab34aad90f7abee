from pathlib import Path

import pytest
from focuspuller.ui.cli import main


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["media", "--repeat", "0"], "from 1 on"),
        (["media", "-o", "gone/x.json"], "there is no folder gone"),
        (["render", "--plot", "gone/x.png"], "there is no folder gone"),
        (["media", "--plot", "x.png"], "leave it out"),
    ],
)
def test_what_would_fail_at_the_end_fails_at_once(
    options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["benchmark", *options]) == 2
    assert words in capsys.readouterr().err
