import shutil
import threading
from pathlib import Path
from typing import BinaryIO

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.media import lock
from focuspuller.core.media.lock import lock_folder


def test_one_alone_or_several_together(tmp_path: Path) -> None:
    folder = tmp_path / "pieces"
    first, second = lock_folder(folder, shared=True), lock_folder(folder, shared=True)
    assert first is not None
    assert second is not None
    assert lock_folder(folder, shared=False) is None
    first.close()
    assert lock_folder(folder, shared=False) is None
    second.close()
    alone = lock_folder(folder, shared=False)
    assert alone is not None
    assert lock_folder(folder, shared=True) is None
    alone.close()


def test_the_locked_file_is_open_to_read_and_to_write(tmp_path: Path) -> None:
    """NFS refuses to share a lock on a file that is not open to read, and to lock one alone that is not to write."""
    held = lock_folder(tmp_path / "pieces", shared=True)
    assert held is not None
    assert held.readable()
    assert held.writable()
    held.close()


def test_a_folder_that_went_while_it_was_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A render that ends removes its folder: who took the lock in the removed one would be alone in nothing."""
    folder = tmp_path / "pieces"
    take = lock._try_lock
    taken: list[BinaryIO] = []

    def ends_meanwhile(file: BinaryIO, shared: bool) -> bool:
        if not taken:
            shutil.rmtree(folder)
        taken.append(file)
        return take(file, shared)

    monkeypatch.setattr(lock, "_try_lock", ends_meanwhile)
    held = lock_folder(folder, shared=False)
    assert held is not None
    assert len(taken) == 2
    assert (folder / lock.LOCK).exists()
    monkeypatch.undo()
    assert lock_folder(folder, shared=False) is None
    held.close()


def test_of_many_at_once_one_gets_it(tmp_path: Path) -> None:
    folder = tmp_path / "pieces"
    together = threading.Barrier(8)
    held = []

    def race() -> None:
        together.wait()
        held.append(lock_folder(folder, shared=False))

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [file for file in held if file is not None]
    assert len(winners) == 1
    winners[0].close()


def test_a_link_is_no_folder_of_ours(tmp_path: Path) -> None:
    """Whoever sends an archive may put one beside the output that leads to a folder of ours."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "pieces").symlink_to(home)
    (tmp_path / "file").touch()
    for name in ("pieces", "file"):
        with pytest.raises(OutputUnwritable, match="no folder of ours"):
            lock_folder(tmp_path / name, shared=False)
    assert not list(home.iterdir())


def test_a_folder_in_no_folder_is_the_callers_to_report(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        lock_folder(tmp_path / "missing" / "pieces", shared=True)
