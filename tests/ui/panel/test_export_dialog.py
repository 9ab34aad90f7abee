import errno
import os
from pathlib import Path

import pytest
from focuspuller.core.media import partial, pieces
from focuspuller.plugin import export
from focuspuller.ui.panel.export_dialog import ExportDialog

from tests.ui.panel.projects import LENGTH, rack, timeline
from tests.ui.panel.windows import Desk

PIECE = 4
"""Frames, of LENGTH."""


class Disk:
    """Room for so many pieces of a render, and then for none."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.written = 0

    def publish(self, source: Path, target: Path) -> None:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        self.written += 1
        partial.publish(source, target)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(LENGTH // PIECE - 1)
    monkeypatch.setattr(export, "PIECE_FRAMES", PIECE)
    monkeypatch.setattr(pieces, "publish", disk.publish)
    return disk


def begin(desk: Desk, dialog: ExportDialog, target: Path) -> None:
    dialog.target.setText(str(target))
    dialog.codec.setCurrentIndex(dialog.codec.findData("ffv1"))
    dialog.quality.setCurrentIndex(1)
    dialog.go.click()
    desk.wait_until(lambda: not dialog.is_running and dialog.go.isEnabled())


def test_a_disk_that_fills_is_told_and_the_export_goes_on_once_there_is_room(
    desk: Desk, tmp_path: Path, disk: Disk
) -> None:
    edit = timeline(tmp_path, [rack()])
    window = desk.open(edit)
    saved = edit.read_bytes()
    window.actions_by_name["export"].trigger()
    (dialog,) = window.findChildren(ExportDialog)
    target = tmp_path / "out.mkv"
    begin(desk, dialog, target)

    told = dialog.words.text()
    assert os.strerror(errno.ENOSPC) in told
    assert "make room" in told
    assert "goes on from what is finished" in told
    assert dialog.go.text() == "Go on"
    assert not target.exists()
    assert edit.read_bytes() == saved

    # Meanwhile the panel is as good as ever.
    window.actions_by_name["enable"].trigger()
    assert window.project.state is not None
    assert not window.project.state.enabled
    window.actions_by_name["undo"].trigger()
    assert window.project.state == rack()
    desk.settle(window)
    assert window.picture.viewer.shown is not None

    disk.room, before = LENGTH, disk.written
    begin(desk, dialog, target)
    assert dialog.words.text().startswith("Done")
    assert disk.written == before + 1  # the pieces that there was room for were not made again
    begin(desk, dialog, tmp_path / "whole.mkv")
    assert target.read_bytes() == (tmp_path / "whole.mkv").read_bytes()
    dialog.close()
