from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.svb.png_header import GREY, RGB, PngHeader, read_png_header
from PIL import Image as Pillow


@pytest.mark.parametrize(
    ("pixels", "header"),
    [
        (np.zeros((20, 30, 3), np.uint8), PngHeader(30, 20, 8, RGB)),
        (np.zeros((20, 30), np.uint16), PngHeader(30, 20, 16, GREY)),
    ],
)
def test_a_png_says_what_it_is(tmp_path: Path, pixels: np.ndarray, header: PngHeader) -> None:
    Pillow.fromarray(pixels).save(tmp_path / "a.png")
    assert read_png_header(tmp_path / "a.png") == header


def test_every_part_of_a_png_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Pillow.fromarray(np.zeros((4, 4, 3), np.uint8)).save(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"not a PNG|cut short"):
            read_png_header(path)
