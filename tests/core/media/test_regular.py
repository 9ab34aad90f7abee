import os
from pathlib import Path

import pytest
from focuspuller.core.media.regular import read_regular


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices have names there")
def test_neither_waited_for_nor_read_without_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    for name in ("pipe", "device"):
        with pytest.raises(OSError, match="no regular file"):
            read_regular(tmp_path / name, 10)


def test_no_more_is_read_than_allowed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    assert read_regular(tmp_path / "file", 10) == b"0123456789"
    with pytest.raises(OSError, match="large"):
        read_regular(tmp_path / "file", 9)
