from pathlib import Path

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.ui.result_file import check_writable


def test_what_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(b"old")
    check_writable(tmp_path / "old.png")
    check_writable(tmp_path / "new.png")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.png", b"old")]


def test_what_cannot_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "gone" / "a.png", tmp_path / "file" / "a.png"):
        with pytest.raises(OutputUnwritable):
            check_writable(path)
