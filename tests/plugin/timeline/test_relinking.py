"""Media is found from wherever a timeline went, with it or without."""

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import MediaNotFound
from focuspuller.plugin.timeline import (
    Document,
    clips,
    media_path,
    open_document,
    remove,
    save_document,
)
from focuspuller.plugin.timeline.relinking import keep_media

from tests.plugin.timeline.conftest import contents

KINDS = ("otio", "otioz", "otiod")


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


def test_a_bundle_without_some_media_is_not_made(edit: Document, tmp_path: Path) -> None:
    (tmp_path / "in" / "other" / "a b.mov").unlink()
    for kind in ("otioz", "otiod"):
        with pytest.raises(MediaNotFound, match="clip 'two'"):
            save_document(edit, tmp_path / f"out.{kind}")
    assert not list(tmp_path.glob("out*"))


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
