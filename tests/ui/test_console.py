import json
from pathlib import Path

import pytest
from focuspuller.ui.console import Console


def test_people_get_lines_and_machines_get_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    for as_json in (False, True):
        console = Console(as_json=as_json)
        console.say("a line")
        console.note("by the way")
        console.finish({"path": Path("x"), "frames": 3})
        said = capsys.readouterr()
        assert "note: by the way" in said.err
        if as_json:
            assert json.loads(said.out) == {"path": "x", "frames": 3}
        else:
            assert said.out == "a line\n"


def test_what_json_cannot_hold_is_no_silent_string() -> None:
    with pytest.raises(TypeError, match="object"):
        Console(as_json=True).finish({"thing": object()})


def test_a_name_cannot_speak_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(as_json=False)
    for speak in (console.say, console.note):
        speak("clip \x1b[2J\u202e\nfocuspuller: error: none é\u200d  2")
    said = capsys.readouterr()
    shown = "clip ?[2J? focuspuller: error: none é\u200d  2\n"
    assert (said.out, said.err) == (shown, f"note: {shown}")
