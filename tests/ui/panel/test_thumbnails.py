import threading
from pathlib import Path

import numpy as np
from focuspuller.ui.defocus_overlay import Bytes
from focuspuller.ui.panel.thumbnails import SIZE, ThumbnailRequest, Thumbnails, thumbnail

from tests.clips import textured, write_clip


def test_a_thumbnail_is_the_frame_made_small(tmp_path: Path) -> None:
    wide = [np.full((90, 720, 3), level, np.float32) for level in (0.2, 0.8)]
    picture = thumbnail(write_clip(tmp_path / "wide.mkv", wide), 1)
    assert picture.shape == (22, SIZE[0], 3)
    assert abs(picture.astype(int) - 204).max() <= 1


def test_each_is_made_once_and_offline_clips_are_passed_over(tmp_path: Path) -> None:
    clips = [write_clip(tmp_path / f"{name}.mkv", textured(2, name)) for name in range(3)]
    made: list[int] = []
    done = threading.Semaphore(0)

    def deliver(index: int, picture: Bytes) -> None:
        made.append(index)
        done.release()

    thumbnails = Thumbnails(deliver)
    thumbnails.request(ThumbnailRequest(9, tmp_path / "gone.mkv", 0))
    for _ in range(2):
        for index, clip in enumerate(clips):
            thumbnails.request(ThumbnailRequest(index, clip, 0))
    for _ in clips:
        assert done.acquire(timeout=20)
    thumbnails.close()
    assert sorted(made) == [0, 1, 2]
