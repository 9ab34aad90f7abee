"""A render keeps what its clip has beside pictures: from the command line to the file, in one go."""

import json
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.media.info import ColourTags, MediaInfo
from focuspuller.core.media.open import open_frames, probe
from focuspuller.ui.cli import main

from tests import clips
from tests.core.media.movies import write_movie
from tests.core.media.test_audio import packets, sounding

LENGTH = 8
TAGS = ColourTags(9, 14, 9, 1)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def phone_clip(folder: Path) -> MediaInfo:
    """`clip.mov`, turned as by a phone on its side, with a name and a timecode; and its disparity."""
    clip = write_movie(
        folder / "clip.mov",
        "prores_ks",
        "yuv422p10le",
        pts=range(LENGTH),
        tags=TAGS,
        rotation=90,
        metadata={"title": "A Shot", "timecode": "10:00:00:00"},
        container_options={"movflags": "use_metadata_tags"},
    )
    upright = [np.ascontiguousarray(np.rot90(frame)) for frame in clips.near_square(LENGTH)]
    clips.write_clip(folder / "clip.disparity.mkv", upright)
    return probe(clip)


def render(*arguments: str) -> MediaInfo:
    assert main(["render", *arguments, "--quality", "draft", "-o", "out.mov"]) == 0
    return probe(Path("out.mov"))


def test_rotation_timecode_names_colour_and_times(tmp_path: Path) -> None:
    before = phone_clip(tmp_path)
    assert (before.rotation, before.width, before.height) == (90, 48, 64)
    after = render("clip.mov", "--disparity", "clip.disparity.mkv", "--aperture", "32")
    for what in ("rotation", "width", "height", "timecode", "colour", "rate", "pixel_aspect"):
        assert getattr(after, what) == getattr(before, what), what
    assert after.timecode == "10:00:00:00"
    assert after.metadata["title"] == "A Shot"
    assert [t * after.time_base for t in after.pts] == [t * before.time_base for t in before.pts]
    # Through a pinhole the pictures are the source's, so that they stand upright too.
    source, rendered = open_frames(Path("clip.mov")), open_frames(Path("out.mov"))
    for t in range(LENGTH):
        assert np.abs(source.read(t) - rendered.read(t)).mean() < 2 / 255
    source.close()
    rendered.close()


def test_a_trimmed_clip_begins_with_the_timecode_of_its_first_frame(tmp_path: Path) -> None:
    phone_clip(tmp_path)
    assert main(["apply", "clip.mov", "--disparity", "clip.disparity.mkv", "-o", "edit.otio"]) == 0
    edit = json.loads(Path("edit.otio").read_text())
    used = edit["tracks"]["children"][0]["children"][0]["source_range"]
    used["start_time"]["value"] += 3
    used["duration"]["value"] -= 3
    Path("edit.otio").write_text(json.dumps(edit))
    after = render("edit.otio")
    assert after.frame_count == LENGTH - 3
    assert after.timecode == "10:00:00:03"
    assert after.rotation == 90


def test_every_stream_of_sound(tmp_path: Path) -> None:
    sounding(tmp_path / "clip.mov", "pcm_s16le", seconds=0.5)
    clips.write_clip(tmp_path / "clip.disparity.mkv", [np.full((32, 32, 3), 0.5, np.float32)] * 12)
    assert render("clip.mov", "--disparity", "clip.disparity.mkv").audio_streams == 2
    for stream in range(2):
        assert packets(Path("out.mov"), stream) == packets(Path("clip.mov"), stream) != []
