import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import MediaNotFound
from focuspuller.ui.defocus_overlay import Bytes
from focuspuller.ui.panel.edited_timeline import EditedTimeline
from focuspuller.ui.panel.thumbnails import SIZE, ThumbnailRequest, Thumbnails, thumbnail

from tests.clips import textured, write_clip
from tests.ui.panel.windows import Desk


def test_a_thumbnail_is_the_frame_made_small(tmp_path: Path) -> None:
    wide = [np.full((90, 720, 3), level, np.float32) for level in (0.2, 0.8)]
    picture = thumbnail(write_clip(tmp_path / "wide.mkv", wide), 1)
    assert picture.shape == (22, SIZE[0], 3)
    assert abs(picture.astype(int) - 204).max() <= 1


def test_each_is_made_once_and_offline_clips_are_passed_over(tmp_path: Path) -> None:
    clips = [write_clip(tmp_path / f"{name}.mkv", textured(2, name)) for name in range(3)]
    made: list[int] = []
    found: list[Path] = []
    done = threading.Semaphore(0)

    def deliver(index: int, picture: Bytes) -> None:
        made.append(index)
        done.release()

    thumbnails = Thumbnails(deliver)

    def find(clip: Path) -> Path:
        found.append(clip)
        if not clip.exists():
            raise MediaNotFound(str(clip))
        return clip

    def ask(index: int, clip: Path) -> None:
        thumbnails.request(ThumbnailRequest(index, 0, partial(find, clip)))

    ask(9, tmp_path / "gone.mkv")
    for _ in range(2):
        for index, clip in enumerate(clips):
            ask(index, clip)
    for _ in clips:
        assert done.acquire(timeout=20)
    ask(9, write_clip(tmp_path / "gone.mkv", textured(2)))  # it has come
    assert done.acquire(timeout=20)
    thumbnails.close()
    assert sorted(made) == [0, 1, 2, 9]
    assert len(found) == 5


def test_media_are_not_looked_for_on_the_ui_thread(desk: Desk, edit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def media_of(timeline: EditedTimeline, index: int) -> Path:
        threads.append(threading.current_thread().name)
        return edit.parent / "a.mkv"

    monkeypatch.setattr(EditedTimeline, "media_of", media_of)
    window = desk.open(edit)
    desk.wait_until(lambda: window.feed.is_idle)
    assert threads == ["thumbnails"] * 2
