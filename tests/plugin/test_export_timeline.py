import json
from pathlib import Path

import pytest
from focuspuller.core.errors import EffectNotFound
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.export_timeline import export_timeline
from focuspuller.plugin.state import DisparityReference, EffectState, new_uuid
from focuspuller.plugin.timeline import (
    Document,
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
    report = export_timeline(edit(tmp_path, enabled=False), tmp_path / "out.otio")
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
