from __future__ import annotations

import os
from pathlib import Path

import pytest
from focuspuller.core.errors import MediaUnreadable
from focuspuller.core.media.fingerprint import fingerprint_of


def test_it_follows_the_content_and_the_time_and_not_the_path(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(1_000_000))
    first = fingerprint_of([path])
    path = path.rename(tmp_path / "b")
    assert fingerprint_of([path]) == first
    time = path.stat().st_mtime_ns // 1_000_000_000 * 1_000_000_000
    for position in (0, 999_999):
        with path.open("r+b") as file:
            file.seek(position)
            file.write(b"x")
        os.utime(path, ns=(time, time))
        assert fingerprint_of([path]) != first
        path.write_bytes(bytes(1_000_000))
        os.utime(path, ns=(time, time))
        assert fingerprint_of([path]) == first
    os.utime(path, ns=(time, time + 999_999_999))
    assert fingerprint_of([path]) == first, "of a second disks keep different parts"
    os.utime(path, ns=(time, time + 1_000_000_000))
    assert fingerprint_of([path]) != first


def test_every_file_of_a_sequence_counts(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(4)]
    for file in files:
        file.write_bytes(b"")
    first = fingerprint_of(files)
    assert fingerprint_of(files[:3]) != first
    files[2].write_bytes(b"x")
    assert fingerprint_of(files) != first


def test_a_file_that_vanishes_after_it_was_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaUnreadable, match="cannot be read"):
        fingerprint_of([tmp_path / "a.mkv"])
