import dataclasses
import json
from pathlib import Path

import opentimelineio as otio
import pytest
from focuspuller.core.errors import (
    CurveError,
    DisparityMissing,
    EffectNotFound,
    MediaNotFound,
    OutputUnwritable,
    UnsupportedFormat,
)
from focuspuller.core.media.open import probe
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.export_timeline import export_timeline
from focuspuller.plugin.sidecar import sidecar_of
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import (
    Document,
    add_render,
    apply,
    clips,
    document_of_movie,
    find,
    media_path,
    open_document,
    save_document,
)

from tests import clips as media

LENGTH = 6


def edit(folder: Path, *, enabled: bool = True) -> Document:
    clip, disparity = media.clip_with_disparity(folder, LENGTH)
    document = document_of_movie(clip, LENGTH, 24.0)
    state = EffectState(
        new_uuid(),
        Lens(),
        Curve(Scale.DIOPTRES, 1, (Key(0, 1.0), Key(5, 4.0))),
        Curve(Scale.STOPS, 1.4),
        DisparityReference(disparity.name),
        enabled,
    )
    apply(clips(document)[0], state)
    return document


def test_the_timeline_plays_the_render_and_keeps_the_effect(tmp_path: Path) -> None:
    document = edit(tmp_path)
    before = find(clips(document)[0])
    report = export_timeline(document, tmp_path / "out.otio", codec="ffv1", quality="draft")
    with open_document(tmp_path / "out.otio") as out:
        (clip,) = clips(out)
        assert find(clip) == before
        assert clip.active_media_reference_key == "focuspuller_render"
        assert clip.media_reference.target_url == f"out.renders/{report.renders[0].target.name}"
        assert clip.media_reference.available_range == clips(document)[0].source_range
        assert media_path(out, clip).name == "clip.mkv"


def test_run_again_it_renders_nothing_and_from_its_own_output_the_same(tmp_path: Path) -> None:
    first = export_timeline(edit(tmp_path), tmp_path / "out.otio", codec="ffv1", quality="draft")
    with open_document(tmp_path / "out.otio") as out:
        again = export_timeline(out, tmp_path / "out.otio", codec="ffv1", quality="draft", overwrite=True)
    assert first.renders[0].rendered == LENGTH
    assert again.renders[0].rendered == 0
    assert again.renders[0].target == first.renders[0].target


def test_what_a_render_s_format_loses_is_told_once(tmp_path: Path) -> None:
    document = edit(tmp_path)
    first, again = (
        export_timeline(document, tmp_path / "out.otio", codec="prores422", quality="draft", overwrite=True)
        for _ in range(2)
    )
    (said,) = first.notes
    assert "prores422 keeps 1/2 of the chroma" in said
    assert again.notes == ()


@pytest.mark.parametrize("name", ["out.otioz", "out.otiod"])
def test_a_bundle_holds_it_all(tmp_path: Path, name: str) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    export_timeline(edit(here), here / name, codec="ffv1", quality="draft")
    (here / name).rename(there / name)
    for path in here.iterdir():
        path.rename(here / f"gone-{path.name}")
    with open_document(there / name) as bundle:
        again = export_timeline(bundle, there / "again.otio", codec="ffv1", quality="draft")
    assert (again.renders[0].frames, again.renders[0].rendered) == (LENGTH, LENGTH)


def test_a_switched_off_effect_plays_its_source(tmp_path: Path) -> None:
    document = edit(tmp_path, enabled=False)
    (clip,) = clips(document)
    (tmp_path / "old.mov").write_bytes(b"")
    add_render(clip, tmp_path / "old.mov", range(LENGTH))  # of when it was on
    told: list[tuple[str, int, int]] = []
    report = export_timeline(document, tmp_path / "out.otio", progress=lambda *step: told.append(step))
    assert told == [("check", 0, 1)]
    assert report.renders == ()
    assert "switched off" in report.notes[0]
    (clip,) = json.loads((tmp_path / "out.otio").read_text())["tracks"]["children"][0]["children"]
    assert clip["active_media_reference_key"] == "DEFAULT_MEDIA"


def test_without_an_effect_there_is_nothing_to_export(tmp_path: Path) -> None:
    clip, _ = media.clip_with_disparity(tmp_path, LENGTH)
    document = document_of_movie(clip, LENGTH, 24.0)
    save_document(document, tmp_path / "plain.otio")
    with pytest.raises(EffectNotFound, match="focuspuller apply"):
        export_timeline(document, tmp_path / "out.otio")
    assert not (tmp_path / "out.renders").exists()


@pytest.mark.parametrize("codec", ["exr", "png16", "ffv1"])
def test_an_export_of_any_kind_can_be_run_again(tmp_path: Path, codec: str) -> None:
    saved = tmp_path / "edit.otio"
    save_document(edit(tmp_path), saved)
    rendered = []
    for target in ("out.otio", "more.otio", "out.otio"):
        (tmp_path / target).unlink(missing_ok=True)  # as if it had been killed before the end
        with open_document(saved) as document:
            report = export_timeline(document, tmp_path / target, codec=codec, quality="draft")
        rendered.append(report.renders[0].rendered)
    assert rendered == [LENGTH, LENGTH, 0]


@pytest.mark.parametrize(("bundle", "codec"), [("out.otioz", "ffv1"), ("out.otiod", "png16")])
def test_exported_onto_itself_a_bundle_keeps_its_renders_and_says_where_they_are(
    tmp_path: Path, bundle: str, codec: str
) -> None:
    """A zip's footage has another time wherever it is unpacked: it is known by what it holds."""
    target = tmp_path / bundle
    save_document(edit(tmp_path), target)
    rendered = []
    for _ in range(2):
        with open_document(target) as document:
            report = export_timeline(document, target, codec=codec, quality="draft", overwrite=True)
        rendered.append(report.renders[0].rendered)
        place = report.renders[0].target.relative_to(target)
        with open_document(target) as document:
            assert document.locate(place.as_posix(), "the render")
    assert rendered == [LENGTH, 0]
    assert not list(tmp_path.glob("*.renders"))


def test_out_of_a_zip_it_is_run_again_and_renders_nothing(tmp_path: Path) -> None:
    save_document(edit(tmp_path), tmp_path / "edit.otioz")
    rendered = []
    for _ in range(2):
        with open_document(tmp_path / "edit.otioz") as document:
            report = export_timeline(document, tmp_path / "out.otio", codec="ffv1", quality="draft", overwrite=True)
        rendered.append(report.renders[0].rendered)
    assert rendered == [LENGTH, 0]


def test_a_user_s_own_files_stay_beside_a_bundle(tmp_path: Path) -> None:
    passing = tmp_path / "out.otioz.renders"
    passing.mkdir()
    (passing / "mine.txt").write_text("mine")
    media.left_by_the_dead(passing / "clip.mkv").write_text("half")
    export_timeline(edit(tmp_path), tmp_path / "out.otioz", codec="ffv1", quality="draft")
    assert [path.name for path in passing.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("bundle", ["out.otioz", "out.otiod"])
def test_a_bundle_takes_what_a_timeline_plays_and_leaves_it_there(tmp_path: Path, bundle: str) -> None:
    saved = tmp_path / "edit.otio"
    save_document(edit(tmp_path), saved)
    with open_document(saved) as document:
        export_timeline(document, tmp_path / "out.otio", codec="ffv1", quality="draft")
    (tmp_path / "out.renders" / "notes.txt").write_text("mine")
    before = {path.name for path in tmp_path.iterdir()}
    with open_document(saved) as document:
        report = export_timeline(document, tmp_path / bundle, codec="ffv1", quality="draft")
    assert report.renders[0].rendered == 0
    assert {path.name for path in tmp_path.iterdir()} - before <= {bundle, sidecar_of(tmp_path / bundle).name}
    with open_document(tmp_path / "out.otio") as out:
        played = clips(out)[0].media_reference.target_url
        assert (tmp_path / played).is_file()
    assert (tmp_path / "out.renders" / "notes.txt").exists()


def test_what_would_stop_a_later_clip_stops_the_first(tmp_path: Path) -> None:
    document = edit(tmp_path)
    (first,) = clips(document)
    second = first.clone()
    second.name = "the second"
    first.parent().append(second)
    state = find(second)
    assert state is not None
    apply(second, dataclasses.replace(state, uuid=new_uuid(), disparity=None))
    with pytest.raises(DisparityMissing, match=r"the second.*apply --disparity"):
        export_timeline(document, tmp_path / "out.otio", codec="ffv1", quality="draft")
    assert not (tmp_path / "out.renders").exists()
    off = Curve(Scale.STOPS, 1.4, (Key(LENGTH, 2.0),))
    apply(second, dataclasses.replace(state, uuid=new_uuid(), aperture=off))
    with pytest.raises(CurveError, match=r"^clip 'the second': .*keys are at 6"):
        export_timeline(document, tmp_path / "out.otio", codec="ffv1", quality="draft")
    with pytest.raises(UnsupportedFormat, match="clip"):
        export_timeline(edit(tmp_path), tmp_path / "out.otio", codec="dnxhr", quality="draft")


def test_renders_that_have_no_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out.renders").write_text("a file")
    with pytest.raises(OutputUnwritable, match=r"out\.renders"):
        export_timeline(edit(tmp_path), tmp_path / "out.otio", codec="ffv1", quality="draft")


def test_what_is_off_is_not_looked_at(tmp_path: Path) -> None:
    document = edit(tmp_path, enabled=False)
    (tmp_path / "clip.disparity.mkv").unlink(missing_ok=True)
    report = export_timeline(document, tmp_path / "out.otio", quality="draft")
    assert "switched off" in report.notes[0]
    assert not report.renders


def test_what_saving_would_refuse_is_refused_before_anything_is_rendered(tmp_path: Path) -> None:
    document = edit(tmp_path)
    other = clips(document)[0].clone()
    other.effects[:] = []
    other.media_reference = otio.schema.ExternalReference("offline.mov", other.source_range)
    document.root.tracks[0].append(other)
    with pytest.raises(MediaNotFound, match=r"offline\.mov"):
        export_timeline(document, tmp_path / "out.otioz", codec="ffv1", quality="draft")
    assert not list(tmp_path.glob("*.renders"))


def test_without_a_codec_it_is_prores_as_the_source_is_sampled(tmp_path: Path) -> None:
    report = export_timeline(edit(tmp_path), tmp_path / "out.otio", quality="draft")
    info = probe(report.renders[0].target)  # of RGB, which 4:2:2 would halve
    assert (info.codec, info.pixel_format[:7]) == ("prores", "yuv444p")
    assert report.renders[0].target.suffix == ".mov"


def test_a_render_that_is_gone_is_made_anew(tmp_path: Path) -> None:
    document = edit(tmp_path)
    add_render(clips(document)[0], tmp_path / "gone.mov", range(LENGTH))
    report = export_timeline(document, tmp_path / "out.otioz", codec="ffv1", quality="draft")
    assert report.renders[0].rendered == LENGTH
