from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.frames import Image
from focuspuller.core.optics import Lens
from focuspuller.plugin.session import Session
from focuspuller.plugin.timeline import clips, open_document
from focuspuller.ui.cli import main
from focuspuller.ui.commands import sample


def grey(_seconds: float, width: int, height: int, _lens: Lens) -> tuple[Image, Image]:
    return np.full((height, width, 3), 0.5, np.float32), np.full((height, width), 0.25, np.float32)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "render_sample", grey)  # drawing the scene has tests of its own
    for name, value in (("WIDTH", 64), ("HEIGHT", 36)):
        monkeypatch.setattr(sample, name, value)


def test_a_sample_is_made_to_the_end(tmp_path: Path) -> None:
    assert main(["sample", "-o", str(tmp_path / "s")]) == 0
    with open_document(tmp_path / "s" / "sample.otio") as document:
        (clip,) = clips(document)
        with Session.of_clip(document, clip, quality="draft") as session:
            assert session.used == range(sample.FRAMES)
            assert session.info.audio_streams == 1
            assert session.effect.renderer.disparity(2).mean() == pytest.approx(0.25, abs=1e-4)


def test_one_that_fails_leaves_nothing_in_the_way_of_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise OutputUnwritable("enough")

    with monkeypatch.context() as patched:
        patched.setattr(sample, "save_document", stop)
        assert main(["sample", "-o", str(tmp_path / "s")]) == 53
    assert list(tmp_path.iterdir()) == []


def test_one_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["sample", "-o", str(tmp_path / "file" / "sample")]) == 53
    assert "cannot write" in capsys.readouterr().err
