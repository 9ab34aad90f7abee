import zipfile
from pathlib import Path

import pytest
from focuspuller.plugin.timeline import open_document, save_document
from focuspuller.ui.panel.autosave import autosave_of
from focuspuller.ui.panel.opened import digest_of, open_timeline_or_clip
from PIL import Image

from tests.ui.panel.projects import opened, rack, timeline


def test_a_folder_of_pictures_is_opened_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = tmp_path / "plates"
    pictures.mkdir()
    for number in range(2):
        Image.new("RGB", (64, 48)).save(pictures / f"p.{number:04d}.png")
    monkeypatch.chdir(pictures)
    with open_timeline_or_clip(Path(".")).document as document:
        assert autosave_of(document.path).parent == tmp_path


def test_a_link_stays_a_link_when_what_it_leads_to_is_saved(tmp_path: Path) -> None:
    edit = timeline(tmp_path, [rack()]).rename(tmp_path / "v012.otio")
    before = edit.read_bytes()
    latest = tmp_path / "latest.otio"
    latest.symlink_to(edit.name)
    project, _ = opened(latest)
    project.remove_effect()
    assert project.save(latest)
    project.close()
    assert latest.is_symlink()
    assert edit.read_bytes() != before


def test_a_zipped_bundle_is_known_by_its_timeline_alone(tmp_path: Path) -> None:
    bundle = tmp_path / "b.otioz"
    with open_document(timeline(tmp_path, [rack()])) as document:
        save_document(document, bundle)
    digest = digest_of(bundle)
    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr("media/other.txt", "more")
    assert digest_of(bundle) == digest != ""
    bundle.write_bytes(b"PK spoilt")
    assert digest_of(bundle) == ""
