from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.media.open import open_frames
from focuspuller.plugin import export_timeline
from focuspuller.plugin.session import Session
from focuspuller.plugin.timeline import Document, clips, find, open_document
from focuspuller.plugin.timeline.clips import Clip
from focuspuller.ui.cli import main
from focuspuller.ui.commands import demo

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample"


def test_the_sample_is_one_clip_with_a_rack_sound_and_disparity() -> None:
    with open_document(SAMPLE / "sample.otio") as document:
        (clip,) = clips(document)
        state = find(clip)
        assert state is not None
        assert state.focus_distance.is_animated
        with Session.of_clip(document, clip, quality="draft") as session:
            assert session.used == range(72)
            assert session.info.audio_streams == 1
            disparity = session.effect.renderer.disparity(30)
            assert disparity.shape == (360, 640)
            assert len(np.unique(disparity)) > 256, "16-bit disparity"


def test_the_demo_never_writes_over_an_earlier_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "-o", str(tmp_path)]) == 51
    assert "--overwrite" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_it_renders_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_clip = Session.of_clip

    def short(document: Document, clip: Clip, *, quality: str = "final") -> Session:
        session = of_clip(document, clip, quality="draft")
        session.used = range(3)
        return session

    monkeypatch.setattr(Session, "of_clip", short)
    monkeypatch.setattr(export_timeline, "DEFAULT_EXTENSION", ".mkv")
    folder = tmp_path / "demo"
    assert main(["demo", "-o", str(folder)]) == 0
    with open_document(folder / "edit.rendered.otio") as rendered:
        (clip,) = clips(rendered)
        movie = open_frames(rendered.locate(clip.media_reference.target_url, "the render"))
        assert len(movie) == 3
        movie.close()
    assert (folder / "contact.png").stat().st_size > 100_000
    assert (folder / "edit.otio").is_file()


def test_a_demo_made_anew_writes_through_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "ours.mov"
    ours.write_bytes(b"precious")
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "sample.mov").symlink_to(ours)

    def stop(*_: object, **__: object) -> None:
        raise OutputUnwritable("enough")

    monkeypatch.setattr(demo, "export_timeline", stop)
    assert main(["demo", "--overwrite", "-o", str(tmp_path / "demo")]) == 53
    assert ours.read_bytes() == b"precious"
    assert (tmp_path / "demo" / "sample.mov").read_bytes() == (SAMPLE / "sample.mov").read_bytes()
