from pathlib import Path

import pytest
from focuspuller.core.media.mark import mark_of, marked, marked_png
from focuspuller.core.media.output_format import choose_format

from tests.core.media.outputs import clip, pictures, read, write

NAMES = ["a.mov", "a.mkv", "a.mp4", "a.mxf", "new/a.%04d.png", "new/a.%04d.exr"]


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_an_output_carries_its_mark(tmp_path: Path, name: str) -> None:
    info = clip(length=2, size=(256, 128))
    target = tmp_path / name
    output = choose_format(None, target, info)
    write(target, marked(info, "0123456789abcdef", output.muxer), pictures(info))
    files = sorted(path for path in tmp_path.rglob("a.*") if path.is_file())
    assert files
    assert mark_of(files) == "0123456789abcdef"
    (tmp_path / "plain").mkdir()
    write(tmp_path / "plain" / name, info, pictures(info))
    plain = sorted(path for path in (tmp_path / "plain").rglob("a.*") if path.is_file())
    assert plain
    assert mark_of(plain) is None
    assert mark_of([*files, *plain]) is None
    assert len(read(target)[1]) == 2


def test_any_mark_of_a_png_is_read_to_its_end_and_no_farther(tmp_path: Path) -> None:
    header = bytes(33)
    for number in range(256):
        mark = f"{number * 0x0101010101010101:016x}"
        (tmp_path / "a.png").write_bytes(marked_png(header + b"rest", mark))
        assert mark_of([tmp_path / "a.png"]) == mark


@pytest.mark.parametrize("name", ["absent.png", "absent.exr", "absent.mov", "broken.png", "broken.exr", "broken.mov"])
def test_what_is_no_picture_carries_none(tmp_path: Path, name: str) -> None:
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"no picture")
    assert mark_of([tmp_path / name]) is None
    assert mark_of([]) is None
