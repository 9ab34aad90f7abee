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
    OutputExists,
    OutputIsInput,
    OutputUnwritable,
    UnsupportedFormat,
)
from focuspuller.plugin.sidecar import read_sidecar, sidecar_of
from focuspuller.plugin.state import DisparityReference
from focuspuller.plugin.timeline import (
    Document,
    apply,
    clips,
    find,
    find_clip,
    media_path,
    open_document,
    recovered,
    remove,
    save_document,
)
from focuspuller.plugin.timeline.effects import put
from focuspuller.plugin.timeline.reattach import Outcome, reattach

from tests.clips import left_by_the_dead
from tests.plugin.timeline.conftest import contents

KINDS = ("otio", "otioz", "otiod")


def test_a_bundle_opens_with_otio_alone(edit: Document, tmp_path: Path) -> None:
    os.utime(tmp_path / "renders" / "r.mov", (1e9, 1e9))
    for kind in ("otioz", "otiod"):
        save_document(edit, tmp_path / f"out.{kind}")
        root = otio.adapters.read_from_file(str(tmp_path / f"out.{kind}"))
        assert root.find_clips()[0].media_reference.target_url == "media/r.mov"
    assert (tmp_path / "out.otiod" / "media" / "r.mov").stat().st_mtime == 1e9, "by which media is known again"
    with zipfile.ZipFile(tmp_path / "out.otioz") as bundle:
        assert bundle.testzip() is None
        assert bundle.read("version.txt") == b"1.0.0"
        assert sorted(bundle.namelist())[:3] == ["content.otio", "media/a b-2.mov", "media/a b.mov"]


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


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("kind", ["otioz", "otiod"])
def test_what_a_kill_left_of_a_bundle_goes(edit: Document, tmp_path: Path, kind: str, there: bool) -> None:
    target = tmp_path / f"out.{kind}"
    if there:
        save_document(edit, target)
    left_by_the_dead(target).mkdir()
    save_document(edit, target, overwrite=True)
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
        left_by_the_dead(target / "media" / "d-2.mkv").write_text("half")
        state = find(clips(document)[1])
        assert state is not None
        put(clips(document)[1], replace(state, disparity=DisparityReference(str(tmp_path / "new" / "d.mkv"))))
        save_document(document, target, overwrite=True)
        before = sorted(target.rglob("*"))
        (tmp_path / "alias").symlink_to(target.parent)
        save_document(document, tmp_path / "alias" / target.name, overwrite=True)
        assert sorted(target.rglob("*")) == before  # nothing twice
    assert (target / "notes.txt").read_text() == "mine"
    assert (target / "media" / "d.mkv").read_text() == "another"
    assert not list(target.rglob("*.partial"))
    with open_document(target) as document:
        assert contents(document, clips(document)[1])[:2] == ("second", "new")
        assert media_path(document, clips(document)[0]).read_text() == "first"


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
