from pathlib import Path

import opentimelineio as otio
import pytest
from focuspuller.core.media.numbering import sequence_files
from focuspuller.plugin.timeline import (
    clips,
    document_of_movie,
    media_clock,
    media_path,
    media_range,
    new_document,
    open_document,
    save_document,
)


def test_a_movie_as_a_timeline(tmp_path: Path) -> None:
    movie = tmp_path / "50% a#1.mov"
    movie.write_bytes(b"")
    document = document_of_movie(movie, 120, 30000 / 1001, 3600.0)
    (clip,) = clips(document)
    assert clip.name == "50% a#1"
    assert media_path(document, clip) == movie
    assert media_range(clip) == range(120)
    assert media_clock(clip).start == 3600
    (tmp_path / "edits").mkdir()
    save_document(document, tmp_path / "edits" / "a.otio")
    with open_document(tmp_path / "edits" / "a.otio") as opened:
        assert media_path(opened, clips(opened)[0]).samefile(movie)


@pytest.mark.parametrize("named", ["plates", "plates/a.%04d.png", "plates/a.####.png", "plates/a.0990.png"])
def test_pictures_as_a_timeline(tmp_path: Path, named: str) -> None:
    (tmp_path / "plates").mkdir()
    files = [tmp_path / "plates" / f"a.{number:04d}.png" for number in range(990, 1002)]
    for file in files:
        file.write_bytes(b"")
    document = document_of_movie(tmp_path / named, 12, 25.0)
    (clip,) = clips(document)
    assert isinstance(clip.media_reference, otio.schema.ImageSequenceReference)
    assert clip.media_reference.number_of_images_in_sequence() == 12
    assert sequence_files(media_path(document, clip)) == files
    assert (media_range(clip), media_clock(clip).rate) == (range(12), 25)
    (tmp_path / "edits").mkdir()
    save_document(document, tmp_path / "edits" / "a.otio")
    with open_document(tmp_path / "edits" / "a.otio") as opened:
        assert sequence_files(media_path(opened, clips(opened)[0]))[0].samefile(files[0])


def test_a_single_picture_is_no_sequence(tmp_path: Path) -> None:
    (tmp_path / "matte.png").write_bytes(b"")
    document = document_of_movie(tmp_path / "matte.png", 1, 24.0)
    assert media_path(document, clips(document)[0]) == tmp_path / "matte.png"


def test_an_empty_one_has_no_clip(tmp_path: Path) -> None:
    assert clips(new_document(tmp_path / "untitled.otio")) == []
