from __future__ import annotations

import ctypes
import errno
import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.media import partial
from focuspuller.core.media.partial import partial_beside, publish, remove, sweep, unwritable, write_whole


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_whole(target, b"old")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(OutputUnwritable, match=r"missing.*folder"):
        write_whole(tmp_path / "missing" / "a.json", b"")


def test_partials_are_hidden_short_and_never_the_same(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250 + ".mov")
    names = {partial_beside(target) for _ in range(5)}
    assert len(names) == 5
    for path in names:
        assert path.parent == tmp_path
        assert path.name.startswith(".")
        assert len(path.name) < 120


def test_a_folder_is_published_and_removed(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    partial = partial_beside(target)
    partial.mkdir()
    (partial / "a").write_bytes(b"1")
    publish(partial, target)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "a"]
    remove(target)
    remove(target)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("system", ["Windows", "a disk that syncs no folder"])
def test_what_a_system_does_not_sync_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    fcntl = pytest.importorskip("fcntl")
    sync, open_file = os.fsync, os.open

    def refuse_to_open(path: Path, flags: int) -> int:
        if system == "Windows" and (path.is_dir() or (flags & os.O_RDWR and not path.stat().st_mode & stat.S_IWUSR)):
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(path, flags)

    def refuse(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        if system == "Windows" and fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        sync(handle)

    name = "nt" if system == "Windows" else os.name
    here = vars(os) | {"name": name, "open": refuse_to_open, "fsync": refuse}
    monkeypatch.setattr(partial, "os", SimpleNamespace(**here))
    write_whole(tmp_path / "a", b"whole")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]
    (made := partial_beside(tmp_path / "b")).mkdir()
    (made / "c").write_bytes(b"too")
    (made / "c").chmod(0o444)
    publish(made, tmp_path / "b")
    assert (tmp_path / "b" / "c").read_bytes() == b"too"


@pytest.mark.skipif(sys.platform == "win32", reason="stands for it")
def test_windows_is_asked_which_processes_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    living, ended, somebodys, gone = range(4, 20, 4)
    error = 0
    held: set[int] = set()

    def open_process(access: int, inherit: bool, process: ctypes.c_uint32) -> int | None:
        nonlocal error
        error = {somebodys: 5, gone: 87}.get(process.value, 0)
        held.update(() if error else {process.value})
        return None if error else process.value

    def exit_code(process: ctypes.c_void_p, code: Any) -> int:
        ctypes.cast(code, ctypes.POINTER(ctypes.c_uint32))[0] = 259 if process.value == living else 1
        return 1

    kernel = SimpleNamespace(
        OpenProcess=open_process, GetExitCodeProcess=exit_code, CloseHandle=lambda process: held.remove(process.value)
    )
    monkeypatch.setattr(ctypes, "WinDLL", lambda name, use_last_error: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: error, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    spec = importlib.util.spec_from_file_location("focuspuller.core.media.partial_there", str(partial.__file__))
    assert spec is not None
    assert spec.loader is not None
    there = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(there)
    assert [there._is_dead(pid, "") for pid in (living, ended, somebodys, gone)] == [False, True, False, True]
    assert not held


def test_only_what_the_dead_left_is_swept(tmp_path: Path) -> None:
    target, other = tmp_path / "a.mov", tmp_path / "b.mov"
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    ours = partial_beside(target)
    left = [ours.with_name(ours.name.replace(f"-{os.getpid()}-", f"-{int(dead.stdout)}-"))]
    tag, host, pid, token, _ = ours.name.removeprefix(".focuspuller-").split("-")
    assert int(pid) == os.getpid()
    left.append(ours.with_name(f".focuspuller-{tag}-{host}-{pid}-00000000-0.partial"))  # who had our number before
    elsewhere = ours.with_name(f".focuspuller-{tag}-x{host}-{int(dead.stdout)}-{token}-0.partial")
    others = partial_beside(other).with_name(partial_beside(other).name.replace(f"-{pid}-", f"-{int(dead.stdout)}-"))
    foreign = [tmp_path / "a.partial", tmp_path / ".focuspuller-a.partial"]
    for path in (ours, *left, elsewhere, others, *foreign):
        path.touch()
    sweep(tmp_path, target)
    assert set(tmp_path.iterdir()) == {ours, elsewhere, others, *foreign}
    sweep(tmp_path)
    assert set(tmp_path.iterdir()) == {ours, elsewhere, *foreign}
    sweep(tmp_path / "missing")


def test_only_the_systems_refusals_are_translated(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable), unwritable(tmp_path):
        raise PermissionError(13, "Permission denied")
    with pytest.raises(ValueError, match="ours"), unwritable(tmp_path):
        raise ValueError("ours")
