from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import CurveError, DisparityLengthMismatch, DisparityMissing, EffectNotFound
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.optics import Lens, defocus_map, defocus_of
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.export import render_movie
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import apply, clips, document_of_movie

from tests import clips as media
from tests.clips import WIDTH
from tests.core.media.movies import write_movie

LENGTH = 8


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return media.clip_with_disparity(tmp_path, LENGTH)


def state(*keys: Key) -> EffectState:
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, 2, keys), Curve(Scale.STOPS, 1.4))


def test_it_shows_what_the_state_says(files: tuple[Path, Path]) -> None:
    with Session(*files, state(Key(0, 1.0), Key(7, 5.0)), quality="draft") as session:
        defocus = session.defocus(7)
        assert defocus.blur == pytest.approx(defocus_of(1.4, 5.0, Lens(), WIDTH).blur)
        disparity = session.effect.renderer.disparity(7)
        np.testing.assert_array_equal(session.defocus_map(7), defocus_map(disparity, defocus))
        np.testing.assert_array_equal(session.render(3), next(session.stream(range(3, 4))))
        assert session.render(3).shape == session.source(3).shape


def test_the_fingerprint_follows_the_pixels_and_nothing_else(files: tuple[Path, Path], tmp_path: Path) -> None:
    base = state(Key(0, 1.0), Key(7, 5.0))
    with Session(*files, base, quality="draft") as session:
        before = session.fingerprint
        for other in (
            replace(base, lens=Lens(85)),
            replace(base, aperture=Curve(Scale.STOPS, 2.0)),
            replace(base, focus_distance=base.focus_distance.move(7, 6)),
        ):
            session.edit(other)
            assert session.fingerprint != before
        session.edit(replace(base, uuid=new_uuid(), focus_distance=base.focus_distance.insert(3)))
        assert session.fingerprint == before
    with Session(*files, base, quality="final") as session:
        assert session.fingerprint != before
    with Session(*files[::-1], base, quality="draft") as session:
        assert session.fingerprint != before


def test_of_a_timelines_clip_it_uses_the_frames_the_edit_shows(files: tuple[Path, Path]) -> None:
    document = document_of_movie(files[0], LENGTH, 24.0)
    (clip,) = clips(document)
    with pytest.raises(EffectNotFound, match="focuspuller apply"):
        Session.of_clip(document, clip)
    apply(clip, replace(state(), disparity=DisparityReference(files[1].name)))
    trimmed = clip.source_range
    clip.source_range = type(trimmed)(
        trimmed.start_time + type(trimmed.start_time)(2, 24), type(trimmed.duration)(3, 24)
    )
    with Session.of_clip(document, clip, quality="draft") as session:
        assert session.used == range(2, 5)
        assert session.notes == ()
    clip.source_range = type(trimmed)(clip.source_range.start_time, trimmed.duration)
    with Session.of_clip(document, clip, quality="draft") as session:
        assert "its media has only 2 to 7" in session.notes[0]


def test_pixels_that_are_not_square_are_told_of(files: tuple[Path, Path], tmp_path: Path) -> None:
    with Session(*files, state()) as session:
        assert session.notes == ()
        info = replace(session.info, pixel_aspect=Fraction(4, 3))
    wide = tmp_path / "wide.mov"
    with open_writer(wide, choose_format("prores422", wide, info), info) as writer:
        for picture in media.textured(LENGTH):
            writer.write(picture)
    with Session(wide, files[1], state(), quality="draft") as session:
        assert "not square" in session.notes[0]
        notes = render_movie(session, tmp_path / "out.mkv", codec="ffv1").notes
        assert "pixels are 4:3; a .mov does" in notes[0]
        assert render_movie(session, tmp_path / "out.mov").notes == ()


def test_fields_are_told_of(tmp_path: Path) -> None:
    options = {"flags": "+ildct+ilme"}
    fields = write_movie(tmp_path / "fields.mkv", "mpeg2video", options=options, pts=range(LENGTH))
    with Session(fields, None, state()) as session:
        assert "deinterlace it first" in session.notes[0]


def test_what_does_not_fit_together_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    short = media.write_clip(tmp_path / "short.mkv", media.near_square(3))
    with pytest.raises(DisparityLengthMismatch, match=r"3 .*8"):
        Session(files[0], short, state())
    with pytest.raises(CurveError, match="99"):
        Session(*files, state(Key(99, 1.0)))
    with Session(files[0], None, state()) as session:
        for asked in (session.defocus_map, lambda t: session.check(range(t, LENGTH))):
            with pytest.raises(DisparityMissing, match="--disparity"):
                asked(0)
