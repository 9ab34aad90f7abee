from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.media.png import profile_of_png, with_chunk, with_profile
from focuspuller.core.media.sequence import SequenceReader
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile

from tests.core.media.movies import codes_of
from tests.core.media.outputs import write

PROFILE = ImageCmsProfile(createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_the_profile_of_pictures_goes_into_pngs(name: str, tmp_path: Path) -> None:
    Image.fromarray(codes_of(0, 8)).save(tmp_path / name, icc_profile=PROFILE)
    reader = SequenceReader(tmp_path / name)
    assert reader.info.icc_profile == PROFILE
    info = replace(reader.info, metadata={"focuspuller_render": "0123456789abcdef"})
    write(tmp_path / "out" / "o.%04d.png", info, [reader.read(0)])
    with Image.open(tmp_path / "out" / "o.0000.png") as written:
        written.load()
        assert written.info["icc_profile"] == PROFILE
        assert written.info["focuspuller_render"] == "0123456789abcdef"


def test_a_profile_of_grey_is_none_of_a_picture_in_colour(tmp_path: Path) -> None:
    grey = PROFILE[:16] + b"GRAY" + PROFILE[20:]
    Image.fromarray(codes_of(0, 8, colour=False)).save(tmp_path / "a.png", icc_profile=grey)
    assert profile_of_png((tmp_path / "a.png").read_bytes()) == grey
    assert SequenceReader(tmp_path / "a.png").info.icc_profile is None


def test_damaged_profiles_and_files_have_none() -> None:
    assert profile_of_png(b"") is None
    assert profile_of_png(with_chunk(bytes(33), b"iCCP", b"name\0\0not deflated")) is None
    assert profile_of_png(with_profile(bytes(33), PROFILE)[:-1]) is None
