import io
import sys
import time

import pytest
from focuspuller.ui.progress import Bar, FarmLines, Lines, Silence, meter


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_in_the_units_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = meter(as_json=False, farm=False)
    for done in (0, 1, 2):
        bar.show("synth", done, 2, "video")
    bar.show("encode", 0, 2, "frame")
    bar.close()
    drawn = terminal.getvalue()
    assert "synth: 100%" in drawn
    assert "encode:   0%" in drawn
    assert "video" in drawn.partition("encode")[0]
    assert "frame" not in drawn.partition("encode")[0]


def test_a_log_gets_lines_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter(range(100))
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    lines = meter(as_json=False, farm=False)
    for done in range(26):
        lines.show("render", done, 25, "frame")
    lines.show("encode", 0, 25, "frame")
    said = capsys.readouterr()
    told = [f"render: {done} of 25 frames" for done in (0, 10, 20, 25)]
    assert said.err.splitlines() == [*told, "encode: 0 of 25 frames"]
    assert "\r" not in said.err
    assert said.out == ""


def test_who_reads_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(meter(as_json=False, farm=False), Lines)
    assert isinstance(meter(as_json=True, farm=False), Silence)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(meter(as_json=False, farm=False), Bar)
    assert isinstance(meter(as_json=True, farm=False), Bar)
    assert isinstance(meter(as_json=False, farm=True), FarmLines)


def test_a_farm_gets_what_its_specification_asks_for(capsys: pytest.CaptureFixture[str]) -> None:
    lines = FarmLines()
    lines.show("render", 0, 3, "frame")
    lines.show("render", 3, 3, "frame")
    assert capsys.readouterr().err.splitlines() == [
        "openjd_progress: 0.0",
        "openjd_status: render 0 of 3 frames",
        "openjd_progress: 100.0",
        "openjd_status: render 3 of 3 frames",
    ]
