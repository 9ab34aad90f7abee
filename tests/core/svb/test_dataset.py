from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import DatasetError, OutputUnwritable
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.dataset import RECORD, VideoFrame, open_dataset, open_video, write_video
from PIL import Image as Pillow


def moments(count: int = 3) -> list[VideoFrame]:
    rng = np.random.default_rng(0)
    return [
        VideoFrame(
            rng.random((20, 30, 3), np.float32),
            rng.random((20, 30, 3), np.float32),
            rng.random((20, 30), np.float32),
            Defocus(2.5 * t, 0.25),
        )
        for t in range(count)
    ]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "set" / "00000"
    path.parent.mkdir()
    write_video(path, moments(), 2.2, "focus-pull")
    return path


def test_what_is_written_comes_back(video: Path) -> None:
    (read,) = open_dataset(video.parent)
    assert (read.mode, read.gamma, read.size, len(read)) == ("focus-pull", 2.2, (20, 30), 3)
    for t, moment in enumerate(moments()):
        back = read.read(t)
        assert np.abs(back.frame - moment.frame).max() <= 0.5 / 255 + 1e-6
        assert np.abs(back.bokeh - moment.bokeh).max() <= 0.5 / 255 + 1e-6
        assert np.abs(back.disparity - moment.disparity).max() <= 0.5 / 65535 + 1e-6
        assert back.defocus == moment.defocus


def test_the_layout_is_the_one_that_others_may_write(video: Path) -> None:
    files = sorted(str(p.relative_to(video)) for p in video.rglob("*") if p.is_file())
    names = [f"{t:04d}.png" for t in range(3)]
    assert files == sorted([*(f"{d}/{n}" for d in ("frames", "bokeh", "disparity") for n in names), "meta.json"])
    meta = json.loads((video / "meta.json").read_text())
    assert meta == {"K": [0, 2.5, 5], "focus_disparity": [0.25] * 3, "gamma": 2.2, "mode": "focus-pull"}
    with Pillow.open(video / "disparity" / "0000.png") as disparity:
        assert np.asarray(disparity).max() > 255


def edit_meta(**changes: object) -> Callable[[Path], None]:
    def spoil(video: Path) -> None:
        path = video / "meta.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    return spoil


def write(name: str, data: bytes) -> Callable[[Path], None]:
    def spoil(video: Path) -> None:
        (video / name).write_bytes(data)

    return spoil


def cut(name: str) -> Callable[[Path], None]:
    def spoil(video: Path) -> None:
        (video / name).write_bytes((video / name).read_bytes()[:400])

    return spoil


def image(name: str, pixels: np.ndarray) -> Callable[[Path], None]:
    return lambda video: Pillow.fromarray(pixels).save(video / name)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda v: (v / "bokeh" / "0001.png").unlink(), "lacks 0001.png"),
        (lambda v: shutil.copy(v / "frames" / "0000.png", v / "frames" / "0003.png"), "extra 0003.png"),
        (write("frames/notes.txt", b""), "extra notes.txt"),
        (lambda v: shutil.rmtree(v / "disparity"), "no folder disparity"),
        (lambda v: (v / "meta.json").unlink(), "00000 is no video folder.*give the folder that holds"),
        (write("meta.json", b"{"), "meta.json cannot be read"),
        (write("meta.json", b"\xff\xfe{}"), "meta.json cannot be read"),
        (write("meta.json", b"[" * 100_000), "meta.json cannot be read"),
        (write("meta.json", b"[1, 2]"), "not a JSON object"),
        (write("meta.json", b" " * (2 << 20)), "too large"),
        (edit_meta(K=[1.0, 2.0]), "2 values of K, 3 of focus_disparity"),
        (edit_meta(K=[1.0] * 4, focus_disparity=[0.5] * 4), "lacks 0003.png"),
        (edit_meta(K=3.0), "K must be a list"),
        (edit_meta(K=[]), "K must be a list"),
        (edit_meta(K=[1.0, "2", 3.0]), "K must be a list"),
        (edit_meta(K=[1.0, float("nan"), 3.0]), "K must be a list"),
        (edit_meta(K=[1.0, -2.0, 3.0]), "K is negative"),
        (edit_meta(K=[1.0, 1e39, 3.0]), "beyond any lens"),
        (edit_meta(focus_disparity=[0.0, -1e9, 1.0]), "beyond any lens"),
        (edit_meta(K=[1.0, 10**400, 3.0]), "K must be a list"),
        (edit_meta(gamma=0), "gamma must be"),
        (edit_meta(gamma=True), "gamma must be"),
        (edit_meta(mode=None), "mode a name"),
        (write("frames/0000.png", b"not a picture"), "cannot be read as PNG"),
        (image("bokeh/0001.png", np.zeros((20, 31, 3), np.uint8)), "31 x 20, the video 30 x 20"),
        (image("disparity/0001.png", np.zeros((20, 30), np.uint8)), "no PNG of 16-bit grey"),
        (image("frames/0001.png", np.zeros((20, 30), np.uint8)), "no PNG of 8-bit RGB"),
        (image("frames/0001.png", np.zeros((1, 9000, 3), np.uint8)), "at most 8192 px"),
        (cut("bokeh/0001.png"), "cut short"),
    ],
)
def test_a_spoilt_folder_is_refused_when_opened(video: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(video)
    with pytest.raises(DatasetError, match=message) as caught:
        open_dataset(video.parent)
    assert "\n" not in str(caught.value)
    assert "remove" not in str(caught.value)


@pytest.mark.parametrize("spoil", [cut("bokeh/0001.png"), lambda v: (v / "meta.json").unlink()])
def test_only_what_synth_has_written_may_be_removed(video: Path, spoil: Callable[[Path], None]) -> None:
    (video.parent / RECORD).write_text("{}")
    opened, remedy = open_video(video), r"; remove .*00000, then run the same `focuspuller synth` with --resume$"
    spoil(video)
    with pytest.raises(DatasetError, match=remedy):
        open_video(video)
    (video / "bokeh" / "0001.png").unlink()
    with pytest.raises(DatasetError, match=remedy):
        opened.read(1)
    theirs = video.rename(video.parent / "footage")
    with pytest.raises(DatasetError) as caught:
        open_video(theirs)
    assert "remove" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (image("bokeh/0001.png", np.zeros((20, 31, 3), np.uint8)), "31 x 20, the video 30 x 20"),
        (image("disparity/0001.png", np.zeros((20, 30), np.uint8)), "mode L, not 16-bit grey"),
        (image("frames/0001.png", np.zeros((20, 30), np.uint8)), "mode L, not 8-bit RGB"),
        (image("frames/0001.png", np.zeros((1, 9000, 3), np.uint8)), "at most 8192 px"),
        (cut("frames/0001.png"), "cannot be read"),
    ],
)
def test_a_spoilt_picture_is_refused_when_read(video: Path, spoil: Callable[[Path], None], message: str) -> None:
    opened = open_video(video)
    spoil(video)
    opened.read(0)
    with pytest.raises(DatasetError, match=message):
        opened.read(1)


def test_what_file_managers_leave_is_passed_over(video: Path) -> None:
    for name in ("Thumbs.db", ".DS_Store", "._0000.png"):
        (video / "frames" / name).write_bytes(b"")
    assert len(open_video(video)) == 3


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a folder"):
        open_dataset(tmp_path / "nowhere")
    (tmp_path / ".00000.partial").mkdir()
    with pytest.raises(DatasetError, match="holds no videos"):
        open_dataset(tmp_path)


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    save = Pillow.Image.save

    def filling_up(self: Pillow.Image, path: Path, compress_level: int) -> None:
        if len(written) == 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        save(self, path, compress_level=compress_level)

    monkeypatch.setattr(Pillow.Image, "save", filling_up)
    with pytest.raises(OutputUnwritable, match="No space left"):
        write_video(tmp_path / "00000", moments(), 2.2, "focus-pull")
    assert len(written) == 4
    assert not list(tmp_path.iterdir())


def test_two_that_write_the_same_video_leave_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "00000"

    def overtaken() -> Iterator[VideoFrame]:
        yield from moments(1)
        write_video(path, moments(), 2.2, "theirs")
        yield from moments()[1:]

    write_video(path, overtaken(), 2.2, "ours")
    assert [p.name for p in tmp_path.iterdir()] == ["00000"]
    assert (open_video(path).mode, len(open_video(path))) == ("theirs", 3)
