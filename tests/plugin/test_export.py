import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import (
    EffectNotFound,
    OutputExists,
    OutputIsInput,
    ParameterError,
    UnsupportedFormat,
)
from focuspuller.core.media.open import open_frames, probe
from focuspuller.core.optics import PINHOLE
from focuspuller.plugin import export
from focuspuller.plugin.export import render_movie
from focuspuller.plugin.session import Session

from tests import clips
from tests.plugin.exports import LENGTH, digest, leftovers, rack, session


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE_FRAMES", 6)


@pytest.fixture
def media(tmp_path: Path) -> tuple[Path, Path]:
    return clips.clip_with_disparity(tmp_path, LENGTH)


def test_the_movie_holds_what_the_session_shows(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        report = render_movie(opened, tmp_path / "out.mkv")
        assert (report.complete, report.frames, report.rendered) == (True, LENGTH, LENGTH)
        movie = open_frames(tmp_path / "out.mkv")
        assert movie.info.pts == opened.info.pts
        for t in range(LENGTH):
            np.testing.assert_allclose(movie.read(t), np.clip(opened.render(t), 0, 1), atol=0.51 / 255)
        movie.close()
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", ["out.mkv", "stills/out.%04d.png"])
def test_a_pinhole_keeps_every_bit(media: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    (tmp_path / "stills").mkdir()
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / name)
        rendered = open_frames(tmp_path / name)
        for t in range(LENGTH):
            np.testing.assert_array_equal(rendered.read(t), opened.source(t))
        rendered.close()


def test_nothing_is_overwritten_unasked(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    target.write_bytes(b"precious")
    with session(media) as opened:
        with pytest.raises(OutputExists, match="--overwrite"):
            render_movie(opened, target)
        with pytest.raises(OutputIsInput):
            render_movie(opened, media[0], overwrite=True)
        with pytest.raises(OutputIsInput):
            render_movie(opened, media[1], overwrite=True)
        with pytest.raises(UnsupportedFormat):
            render_movie(opened, tmp_path / "out.mp4", codec="prores422")
        with pytest.raises(ParameterError, match="0-19"):
            render_movie(opened, tmp_path / "new.mkv", part=range(15, 25))
        assert target.read_bytes() == b"precious"
        assert leftovers(tmp_path) == []
        render_movie(opened, target, overwrite=True)
    assert digest(target) != hashlib.sha256(b"precious").hexdigest()


def test_a_sequence_is_never_rendered_over_itself(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / "stills" / "a.%04d.png")
    before = [digest(path) for path in sorted((tmp_path / "stills").iterdir())]
    (tmp_path / "link").symlink_to(tmp_path / "stills")
    with session((tmp_path / "stills", media[1])) as opened:
        for spelling in ("stills/a.%04d.png", "stills/a.####.png", "link/a.%04d.png"):
            with pytest.raises(OutputIsInput):
                render_movie(opened, tmp_path / spelling, overwrite=True)
        for own in ("stills", "stills/b.%04d.png"):  # of which it would be one of two
            with pytest.raises(OutputIsInput, match="stills is the footage itself"):
                render_movie(opened, tmp_path / own)
    assert [digest(path) for path in sorted((tmp_path / "stills").iterdir())] == before


def test_a_sequence_is_never_rendered_among_its_own_pictures(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / "plates" / "a.%04d.png")
    for number, path in enumerate(sorted((tmp_path / "plates").iterdir()), 1001):
        path.rename(path.with_name(f"a.{number}.png"))
    with session((tmp_path / "plates", media[1])) as opened, pytest.raises(OutputIsInput, match=r"a\.1001\.png"):
        render_movie(opened, tmp_path / "plates" / "a.####.png")
    assert len(list((tmp_path / "plates").iterdir())) == LENGTH


@pytest.mark.parametrize("name", ["out.mkv", "out.mov", "out.mp4", "new/out.%04d.png", "new/out.####.exr"])
def test_a_finished_render_is_known_again(media: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with session(media) as opened:
        render_movie(opened, target)
        files = sorted(path for path in tmp_path.rglob("*out*") if path.is_file())
        times = [path.stat().st_mtime_ns for path in files]
        again = render_movie(opened, target, resume=True, overwrite=True)
        assert (again.complete, again.rendered) == (True, 0)
        assert "whole already" in again.notes[0]
        assert [path.stat().st_mtime_ns for path in files] == times
    with session(media, rack(2.0)) as other, pytest.raises(OutputExists):
        render_movie(other, target, resume=True)


def test_the_same_pictures_in_another_codec_are_another_render(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "out.mov", codec="prores422")
        with pytest.raises(OutputExists):
            render_movie(opened, tmp_path / "out.mov", codec="prores4444", resume=True)


def test_the_same_pictures_at_another_rate_are_another_render(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "plates" / "a.%04d.png")
    plates = tmp_path / "plates"
    with Session(plates, media[1], rack(), quality="draft") as opened:
        render_movie(opened, tmp_path / "out.mkv")
    with Session(plates, media[1], rack(), rate=Fraction(25), quality="draft") as opened:
        with pytest.raises(OutputExists):
            render_movie(opened, tmp_path / "out.mkv", resume=True)
        render_movie(opened, tmp_path / "out.mkv", overwrite=True)
    assert probe(tmp_path / "out.mkv").rate == 25


def test_a_sequence_with_a_picture_too_few_or_of_another_is_not_whole(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out" / "out.%02d.png"
    with session(media) as opened:
        render_movie(opened, target)
        (tmp_path / "out" / "out.03.png").write_bytes((tmp_path / "out" / "out.04.png").read_bytes())
        assert render_movie(opened, target, resume=True).rendered == 0
        with session(media, rack(2.0)) as other:
            render_movie(other, tmp_path / "other" / "out.%02d.png")
        (tmp_path / "other" / "out.03.png").replace(tmp_path / "out" / "out.03.png")
        with pytest.raises(OutputExists):
            render_movie(opened, target, resume=True)
        (tmp_path / "out" / "out.03.png").unlink()
        with pytest.raises(OutputExists):
            render_movie(opened, target, resume=True)


def test_pictures_of_a_longer_sequence_are_told_of_and_stay(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out" / "out.%02d.png"
    with session(media) as opened:
        assert render_movie(opened, target).notes == ()
        opened.used = range(2, 9)
        report = render_movie(opened, target, overwrite=True)
    assert "out.00.png to out.19.png are of another render" in report.notes[0]
    assert len(list((tmp_path / "out").iterdir())) == LENGTH


def test_a_switched_off_effect_renders_nothing(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, replace(rack(), enabled=False)) as opened, pytest.raises(EffectNotFound, match="switched off"):
        render_movie(opened, tmp_path / "out.mkv")
    assert not list(tmp_path.glob("*out*"))
