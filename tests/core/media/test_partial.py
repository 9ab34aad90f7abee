from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from focuspuller.core.errors import OutputUnwritable
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


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no process is known to be dead")
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
