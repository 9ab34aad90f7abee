from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.media.colour import matrix_of
from focuspuller.core.media.info import ColourTags

from tests.core.media.outputs import clip, pictures, psnr, read, write


@pytest.mark.parametrize("tags", [ColourTags(9, 14, 9, 1), ColourTags(6, 6, 6, 1), ColourTags()])
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("a.mp4", "h264"), ("a.mp4", "h265"), ("a.mov", "prores422"), ("a.mov", "prores4444"), ("a.mkv", "ffv1")),
        *(("a.mov", "dnxhr"), ("a.mxf", "dnxhr")),
    ],
)
def test_colours_are_read_with_the_matrix_that_coded_them(
    tmp_path: Path, name: str, codec: str, tags: ColourTags
) -> None:
    info = clip(length=1, size=(256, 120), colour=tags)
    found, again = read(write(tmp_path / name, info, pictures(info), codec))
    assert matrix_of(found.colour, 256, 120) in ({5, 6} if tags.matrix in (2, 6) else {tags.matrix})
    assert psnr(pictures(info), again) > 38
