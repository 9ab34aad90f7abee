import os
from pathlib import Path

import pytest
from focuspuller.core.errors import OutputBusy, OutputUnwritable
from focuspuller.core.media.lock import LOCK
from focuspuller.ui.panel import autosave_hold
from focuspuller.ui.panel.autosave_hold import SUFFIX, hold_autosave


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    return tmp_path / "edit.otio"


def folder_of(edit: Path) -> Path:
    return edit.with_name(f".edit.otio{SUFFIX}")


def refuse(folder: Path, *, shared: bool) -> None:
    raise PermissionError(f"{folder} is another user's")


def test_one_window_holds_it_at_a_time(edit: Path) -> None:
    hold = hold_autosave(edit)
    with pytest.raises(OutputBusy, match="open in another window"):
        hold_autosave(edit)
    hold.release()
    assert not folder_of(edit).exists()
    hold_autosave(edit).release()


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_what_a_crash_leaves_can_be_taken_over_by_another_user(edit: Path) -> None:
    hold = hold_autosave(edit)
    assert folder_of(edit).stat().st_mode & 0o777 == 0o777
    assert (folder_of(edit) / LOCK).stat().st_mode & 0o666 == 0o666
    hold.release()


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_nobody_is_let_into_what_a_link_leads_to(edit: Path) -> None:
    private = edit.with_name("private")
    private.touch(0o600)
    folder_of(edit).mkdir()
    (folder_of(edit) / LOCK).symlink_to(private)
    with pytest.raises(OutputUnwritable):
        hold_autosave(edit)
    assert private.stat().st_mode & 0o777 == 0o600


def test_a_hold_that_cannot_be_taken_names_what_is_in_the_way(edit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave_hold, "lock_folder", refuse)
    folder_of(edit).mkdir()
    with pytest.raises(OutputUnwritable, match="focuspuller-open if none has"):
        hold_autosave(edit)


def test_where_nothing_can_be_written_nobody_is_kept_away(edit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave_hold, "lock_folder", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: path != edit.parent)
    folder_of(edit).mkdir()
    hold_autosave(edit).release()


@pytest.mark.skipif(os.name != "posix", reason="there, nothing that is open can be removed")
def test_nothing_stays_where_removing_an_open_file_renames_it(edit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave_hold, "remove", lambda folder: (folder / LOCK).unlink())  # as NFS, whose folder stays
    hold_autosave(edit).release()
    assert not folder_of(edit).exists()
