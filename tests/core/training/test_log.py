import errno
from pathlib import Path

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.training.curve import draw_curve
from focuspuller.core.training.log import Log, read_log


def test_a_resumed_log_forgets_what_will_happen_again(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", 0)
    for step in (2, 4, 6):
        log.add({"step": step, "loss": 1 / step})
    with (tmp_path / "log").open("a") as file:
        file.write('{"step": 8, "lo')
    Log(tmp_path / "log", 4).add({"step": 6, "loss": 0.0})
    assert [entry["loss"] for entry in read_log(tmp_path / "log")] == [1 / 2, 1 / 4, 0.0]


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"step": 1}\n{"step": "\xff"}\n' + b"[" * 100_000 + b'\n{"step": 2}\n')
    assert [entry["step"] for entry in read_log(path)] == [1, 2]


def test_a_log_that_cannot_be_rewritten_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(tmp_path / "log", 0).add({"step": 1})

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputUnwritable, match="No space left"):
        Log(tmp_path / "log", 1)
    assert [*read_log(tmp_path / "log")] == [{"step": 1}]


def test_a_new_log_starts_empty(tmp_path: Path) -> None:
    Log(tmp_path / "log", 0).add({"step": 1})
    Log(tmp_path / "log", 0)
    assert not list(read_log(tmp_path / "log"))


def test_an_unwritable_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable, match="choose a folder"):
        Log(tmp_path / "absent" / "log", 0)


def test_the_curve_is_a_picture_and_survives_strange_entries(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", 0)
    for step in range(1, 40):
        log.add({"step": step, "stage": "coarse" if step < 20 else "refiner", "loss": 1 / step})
        log.add({"step": step, "stage": "coarse", "psnr": float(step)})
    log.add({"step": "?", "loss": "?"})
    log.add({"stage": "coarse", "loss": 1.0})
    log.add({"step": 10**400, "stage": "coarse", "loss": 1.0})
    draw_curve(tmp_path / "log", tmp_path / "curve.png", "loss", ("psnr", "dB"))
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputUnwritable, match="choose another folder"):
        draw_curve(tmp_path / "log", tmp_path / "absent" / "curve.png", "loss", ("psnr", "dB"))
