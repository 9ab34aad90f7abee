"""Timeline files on disk: whole or absent, and their media found from wherever they went."""

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import (
    MediaNotFound,
    OutputExists,
    OutputIsInput,
    OutputUnwritable,
    UnsupportedFormat,
)
from focuspuller.plugin.sidecar import read_sidecar, sidecar_of
from focuspuller.plugin.state import DisparityReference
from focuspuller.plugin.timeline import (
    Document,
    Outcome,
    add_render,
    apply,
    clips,
    find,
    find_clip,
    media_path,
    media_range,
    open_document,
    reattach,
    recovered,
    remove,
    save_document,
)
from focuspuller.plugin.timeline.relinking import keep_media

KINDS = ("otio", "otioz", "otiod")


@pytest.fixture
def edit(make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path) -> Document:
    """Three clips with the effect, all rendered: of a movie, of another of that name, and of a sequence."""
    for name, data in (
        ("in/media/a b.mov", "first"),
        ("in/other/a b.mov", "second"),
        ("in/plates/s.1001.exr", "plate"),
        ("in/plates/s.1002.exr", "plate"),
        ("in/plates/s.1000.exr", "before"),
        ("in/d.0001.png", "beside"),
        ("in/disparity/d.0001.png", "disparity"),
        ("renders/r.mov", "render"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data)
    sequence = otio.schema.ImageSequenceReference(
        "plates",
        "s.",
        ".exr",
        start_frame=1001,
        frame_zero_padding=4,
        rate=24,
        available_range=make_clip().source_range,
    )
    items = [
        make_clip("one", url="media/a%20b.mov"),
        make_clip("two", url="other/a b.mov"),
        otio.schema.Clip("three", sequence),
    ]
    document: Document = make_document(*items, path=tmp_path / "in" / "edit.otio")
    for clip in clips(document):
        apply(clip, make_state("disparity/d.%04d.png"))
        add_render(clip, tmp_path / "renders" / "r.mov", media_range(clip))
    return document


def contents(document: Document, clip: Any) -> tuple[str, str, str]:
    """What the clip's source, disparity and render hold."""
    state = find(clip)
    assert state is not None
    assert state.disparity is not None
    paths = (
        media_path(document, clip),
        document.locate(state.disparity.url, "disparity"),
        document.locate(clip.media_references()["focuspuller_render"].target_url, "render"),
    )
    files = (path if path.is_file() else next(path.parent.iterdir()) for path in paths)
    source, disparity, render = (file.read_text() for file in files)
    return source, disparity, render


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["in", "elsewhere", "in/deeper"])
def test_all_media_is_found_from_the_new_place(edit: Document, tmp_path: Path, kind: str, place: str) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    target = tmp_path / place / f"out.{kind}"
    before = edit.root.to_json_string()
    save_document(edit, target)
    assert edit.root.to_json_string() == before
    if kind != "otio":  # all is inside
        (tmp_path / "in").rename(tmp_path / "gone")
        (tmp_path / "renders").rename(tmp_path / "gone_too")
        target = next(tmp_path.rglob(target.name))
    with open_document(target) as document:
        held = [contents(document, clip) for clip in clips(document)]
    assert held == [(source, "disparity", "render") for source in ("first", "second", "plate")]
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_any_kind_becomes_any_other(edit: Document, tmp_path: Path, first: str, second: str) -> None:
    save_document(edit, tmp_path / f"a.{first}")
    (tmp_path / "b").mkdir()
    with open_document(tmp_path / f"a.{first}") as document:
        save_document(document, tmp_path / "b" / f"b.{second}")
    with open_document(tmp_path / "b" / f"b.{second}") as document:
        held = [contents(document, clip) for clip in clips(document)]
    assert held == [(source, "disparity", "render") for source in ("first", "second", "plate")]


def test_our_media_below_the_timeline_is_relative_and_elsewhere_absolute(edit: Document, tmp_path: Path) -> None:
    for place, url in (("in", f"file://{tmp_path.as_posix()}/renders/r.mov"), (".", "renders/r.mov")):
        save_document(edit, tmp_path / place / "out.otio")
        with open_document(tmp_path / place / "out.otio") as document:
            assert clips(document)[0].media_reference.target_url == url


def test_other_people_s_urls_stay_as_they_wrote_them(edit: Document, tmp_path: Path) -> None:
    odd = ["file:///x/%41.mov", "/x/ü.mov", "http://x/a.mov", "C:\\x\\a.mov", "gone/a.mov", "", "media/a%20b.mov"]
    for clip, url in zip(clips(edit) * 3, odd, strict=False):
        references = clip.media_references()
        clip.set_media_references(
            {**references, url or "none": otio.schema.ExternalReference(url)}, "focuspuller_render"
        )
    save_document(edit, tmp_path / "in" / "same.otio")
    save_document(edit, tmp_path / "moved.otio")
    for name, moved in (("in/same.otio", "media/a%20b.mov"), ("moved.otio", "in/media/a b.mov")):
        with open_document(tmp_path / name) as document:
            held = {k: r.target_url for c in clips(document) for k, r in c.media_references().items() if k in odd}
        assert held.pop("media/a%20b.mov") == moved
        assert all(key == url for key, url in held.items())


def test_a_bundle_opens_with_otio_alone(edit: Document, tmp_path: Path) -> None:
    for kind in ("otioz", "otiod"):
        save_document(edit, tmp_path / f"out.{kind}")
        root = otio.adapters.read_from_file(str(tmp_path / f"out.{kind}"))
        assert root.find_clips()[0].media_reference.target_url == "media/r.mov"
    with zipfile.ZipFile(tmp_path / "out.otioz") as bundle:
        assert bundle.testzip() is None
        assert bundle.read("version.txt") == b"1.0.0"
        assert sorted(bundle.namelist())[:3] == ["content.otio", "media/a b-2.mov", "media/a b.mov"]


def test_a_bundle_without_some_media_is_not_made(edit: Document, tmp_path: Path) -> None:
    (tmp_path / "in" / "other" / "a b.mov").unlink()
    for kind in ("otioz", "otiod"):
        with pytest.raises(MediaNotFound, match="clip 'two'"):
            save_document(edit, tmp_path / f"out.{kind}")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_overwritten_unasked_and_replacing_leaves_one_whole_file(
    edit: Document, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / f"out.{kind}"
    save_document(edit, target)
    with pytest.raises(OutputExists, match="--overwrite"):
        save_document(edit, target)
    with open_document(target) as document:
        with pytest.raises(OutputIsInput):
            save_document(document, target)
        document.root.name = "renamed"
        save_document(document, target, overwrite=True)
    with open_document(target) as document:
        assert document.root.name == "renamed"
        assert contents(document, clips(document)[0]) == ("first", "disparity", "render")
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_written_leaves_nothing(edit: Document, tmp_path: Path, kind: str, monkeypatch: Any) -> None:
    with pytest.raises(OutputUnwritable, match="gone"):
        save_document(edit, tmp_path / "gone" / f"out.{kind}")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputUnwritable, match="No space left"):
        save_document(edit, tmp_path / f"out.{kind}")
    assert not list(tmp_path.glob("out*"))
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("kind", ["otioz", "otiod"])
def test_what_was_kept_of_a_bundle_outlasts_its_replacement(edit: Document, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"out.{kind}"
    save_document(edit, target)
    with open_document(target) as document:
        for _ in range(2):
            keep_media(document, target)
            with document.copy() as cut:
                cut.root.tracks[0][:] = [cut.root.tracks[0][1].clone()]  # its movie takes the name of the first one's
                remove(clips(cut)[0])
                save_document(cut, target, overwrite=True)
            save_document(document, target, overwrite=True)
    with open_document(target) as document:
        held = [contents(document, clip) for clip in clips(document)]
    assert held == [(source, "disparity", "render") for source in ("first", "second", "plate")]
    assert not list(tmp_path.rglob("*.partial"))


def test_other_kinds_of_file(edit: Document, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"out\.edl"):
        save_document(edit, tmp_path / "out.edl")


def test_foreign_content_is_the_same_after_our_visit(make_clip: Any, make_document: Any, make_state: Any) -> None:
    document = make_document(make_clip("a"), make_clip("b"))
    document.root.metadata["x"] = {"time": otio.opentime.RationalTime(1, 24), "nan": float("nan"), "s": "\U0001f3a5"}
    theirs = otio.core.serialize_json_to_string(document.root, None, 4)
    document.path.write_text(theirs)
    path = document.path
    with open_document(path) as opened:
        apply(clips(opened)[0], make_state())
        save_document(opened, path, overwrite=True)
    with open_document(path) as opened:
        remove(clips(opened)[0])
        save_document(opened, path, overwrite=True)
    assert path.read_text() == theirs


def test_effects_that_found_no_clip_are_remembered_on(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    target = tmp_path / "edit.otio"
    clip, lost = make_clip("kept"), make_clip("lost")
    apply(clip, make_state())
    apply(lost, state := make_state())
    save_document(make_document(clip, lost, path=target), target)
    with open_document(target) as document:
        gone = find_clip(document, "lost")
        gone.effects[:] = []
        gone.markers[:] = []
        gone.name = "renamed"
        assert [one.outcome for one in reattach(document, read_sidecar(sidecar_of(target)))].count(Outcome.LOST) == 1
        save_document(document, target, overwrite=True)
    assert state.uuid in read_sidecar(sidecar_of(target))


def test_a_folder_that_is_there_is_added_to(edit: Document, tmp_path: Path) -> None:
    save_document(edit, tmp_path / "edit.otioz")
    room = tmp_path / "edit.media"
    room.mkdir()
    (room / "footage.mov").write_bytes(b"mine")
    with open_document(tmp_path / "edit.otioz") as document:
        for _ in range(2):  # what it put there itself is there
            save_document(document, tmp_path / "edit.otio", overwrite=True)
        assert (room / "footage.mov").read_bytes() == b"mine"
        before = {path.name: path.read_bytes() for path in room.iterdir() if path.is_file()}
        taken = next(name for name in before if name != "footage.mov")
        (room / taken).write_bytes(b"another's")
        (tmp_path / "edit.otio").unlink()
        with pytest.raises(OutputExists, match="is another file; move it away"):
            save_document(document, tmp_path / "edit.otio", overwrite=True)
        assert (room / taken).read_bytes() == b"another's"
        assert not (tmp_path / "edit.otio").exists()
        (room / taken).write_bytes(before[taken])
        save_document(document, tmp_path / "edit.otio")
    with open_document(tmp_path / "edit.otio") as document:
        assert contents(document, clips(document)[0]) == ("first", "disparity", "render")


def test_the_sidecar_gains_effects_and_an_overwrite_starts_it_anew(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    first, second = make_state(), make_state()
    target = tmp_path / "out.otio"
    for state in (first, second):
        clip = make_clip()
        apply(clip, state)
        save_document(make_document(clip, path=tmp_path / "edit.otio"), target)
        target.unlink()
    assert set(read_sidecar(sidecar_of(target))) == {first.uuid, second.uuid}
    clip = make_clip()
    apply(clip, replace(first, enabled=False))
    save_document(make_document(clip, path=tmp_path / "edit.otio"), target, overwrite=True)
    assert set(read_sidecar(sidecar_of(target))) == {first.uuid}
    assert json.loads(sidecar_of(target).read_text())["effects"][first.uuid]["clip"] == "shot"


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_a_bundle_outlives_a_failing_replacement(
    edit: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    target = tmp_path / "out.otiod"
    save_document(edit, target)
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises((OutputUnwritable, KeyboardInterrupt)):
        save_document(edit, target, overwrite=True)
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    assert not list(tmp_path.rglob("*.partial"))


def test_saved_in_place_a_bundle_keeps_what_no_clip_names(edit: Document, tmp_path: Path) -> None:
    target = tmp_path / "out.otiod"
    save_document(edit, target)
    (target / "notes.txt").write_text("mine")
    with open_document(target) as document:
        remove(clips(document)[0])
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "d.mkv").write_text("new")
        (target / "media" / "d.mkv").write_text("another")
        state = find(clips(document)[1])
        assert state is not None
        apply(clips(document)[1], replace(state, disparity=DisparityReference(str(tmp_path / "new" / "d.mkv"))))
        save_document(document, target, overwrite=True)
        before = sorted(target.rglob("*"))
        (tmp_path / "alias").symlink_to(target.parent)
        save_document(document, tmp_path / "alias" / target.name, overwrite=True)
        assert sorted(target.rglob("*")) == before  # nothing twice
    assert (target / "notes.txt").read_text() == "mine"
    assert (target / "media" / "d.mkv").read_text() == "another"
    with open_document(target) as document:
        assert contents(document, clips(document)[1])[:2] == ("second", "new")
        assert media_path(document, clips(document)[0]).read_text() == "first"


def test_numbered_stills_and_gaps_of_others_stop_nothing(make_clip: Any, make_document: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in (1, 3, 4, 5):
        (tmp_path / "in" / f"IMG_{number:04}.jpg").write_text(str(number))
    stills = [make_clip(str(number), url=f"in/IMG_{number:04}.jpg") for number in (3, 1, 4)]
    document = make_document(*stills, make_clip("gaps", url="in/IMG_%04d.jpg"))
    save_document(document, tmp_path / "out.otiod")
    media = tmp_path / "out.otiod" / "media"
    assert {path.name for path in media.glob("*.jpg")} == {"IMG_0001.jpg", "IMG_0003.jpg", "IMG_0004.jpg"}
    assert len(list((media / "IMG").iterdir())) == 4
    with open_document(tmp_path / "out.otiod") as bundle:
        assert [media_path(bundle, clip).read_text() for clip in clips(bundle)[:3]] == ["3", "1", "4"]


def test_sequences_that_we_do_not_read_go_along(make_document: Any, tmp_path: Path) -> None:
    (tmp_path / "plates").mkdir()
    (tmp_path / "plates" / "a.0001.dpx").write_text("plate")
    reference = otio.schema.ImageSequenceReference("plates/", "a.", ".dpx", rate=24, frame_zero_padding=4)
    document = make_document(otio.schema.Clip("plate", reference))
    (tmp_path / "sub").mkdir()
    save_document(document, tmp_path / "sub" / "out.otio")
    with open_document(tmp_path / "sub" / "out.otio") as moved:
        assert clips(moved)[0].media_reference.target_url_base == "../plates/"


def test_through_a_link_to_a_folder_media_is_found(make_clip: Any, make_document: Any, tmp_path: Path) -> None:
    for folder in ("a/b/real", "proj"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b" / "real")
    (tmp_path / "proj" / "a.mov").write_text("first")
    document = make_document(make_clip(), path=tmp_path / "proj" / "edit.otio")
    save_document(document, tmp_path / "link" / "out.otio")
    with open_document(tmp_path / "link" / "out.otio") as opened:
        assert media_path(opened, clips(opened)[0]).read_text() == "first"


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_to_a_timeline_stays_one(edit: Document, tmp_path: Path, kind: str) -> None:
    link, real = tmp_path / f"latest.{kind}", tmp_path / "versions" / "old" / f"v012.{kind}"
    real.parent.mkdir(parents=True)
    save_document(edit, real)
    link.symlink_to(real)
    with open_document(link) as document:
        remove(clips(document)[0])
        save_document(document, link, overwrite=True)
    assert link.is_symlink()
    assert [path.name for path in tmp_path.glob("*.focuspuller.json")] == []
    for path in (link, real):
        with open_document(path) as document:
            assert find(clips(document)[0]) is None
            assert contents(document, clips(document)[1]) == ("second", "disparity", "render")
            assert recovered(document) == ()


def test_halves_of_a_split_clip_are_remembered_apart(make_clip: Any, make_document: Any, make_state: Any) -> None:
    clip = make_clip()
    apply(clip, make_state())
    document = make_document(clip, clip.clone())
    save_document(document, document.path)
    assert len(read_sidecar(sidecar_of(document.path))) == 2
