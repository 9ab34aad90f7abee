from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from focuspuller.core.errors import UnsupportedFormat
from focuspuller.core.media.audio import AudioCopy
from focuspuller.core.media.info import MediaInfo
from focuspuller.core.media.mxf_sound import MxfSound, MxfTrack
from focuspuller.core.media.open import probe
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from numpy.typing import NDArray

RATE, FRAME = 48000, 1920
"""Samples a second, and a frame at 25 of them."""
Samples = NDArray[np.int64]


def ramp(start: float, seconds: float) -> Samples:
    """Three seconds of silence but for a ramp of these, a new value every eighth sample."""
    first, count = round(start * RATE), round(seconds * RATE)
    samples = np.zeros(3 * RATE, np.int64)
    samples[first : first + count] = np.arange(count) // 8 + 1
    return samples


def sounding(path: Path, start: float, seconds: float, rate: int = RATE) -> MediaInfo:
    """Two seconds of pictures, and `ramp` in packets of 1024 samples."""
    sound = ramp(start, seconds)[round(start * RATE) :][: round(seconds * RATE)].astype(np.int16)
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", 25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 256, 120, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate, layout="mono")
        for index in range(50):
            picture = av.VideoFrame(256, 120, "yuv420p")
            picture.pts = index
            container.mux(video.encode(picture))
        for at in range(0, len(sound), 1024):
            block = av.AudioFrame.from_ndarray(sound[None, at : at + 1024], format="s16", layout="mono")
            block.sample_rate, block.pts, block.time_base = rate, at + round(start * rate), Fraction(1, rate)
            container.mux(audio.encode(block))
        container.mux(video.encode(None))
    return probe(path)


def written(target: Path, info: MediaInfo, frames: range) -> tuple[int, Samples]:
    """How many frames came to be in the .mxf, and its sound."""
    with open_writer(target, choose_format(None, target, info), info, source=info.path, frames=frames) as writer:
        for _ in frames:
            writer.write(np.zeros((120, 256, 3), np.float32))
    with av.open(str(target)) as container:
        blocks = [block.to_ndarray().ravel() for block in container.decode(container.streams.audio[0])]
    return probe(target).frame_count, np.concatenate(blocks).astype(np.int64)


@pytest.mark.parametrize("name", ["s.mov", "s.mkv"])
@pytest.mark.parametrize(
    ("start", "seconds", "frames"),
    [
        (0.0, 1.0, range(50)),
        (0.5, 2.5, range(50)),
        (0.0, 2.0, range(7, 12)),
        (0.5, 0.1, range(20, 40)),
        (1.5, 0.5, range(3)),
    ],
)
def test_pictures_keep_their_number_and_sound_its_place(
    tmp_path: Path, name: str, start: float, seconds: float, frames: range
) -> None:
    info = sounding(tmp_path / name, start, seconds)
    count, sound = written(tmp_path / "a.mxf", info, frames)
    assert count == len(frames)
    assert len(sound) == len(frames) * FRAME
    # Matroska tells the time in milliseconds: six values of the ramp.
    coarse = 6 if name == "s.mkv" else 0
    expected = ramp(start, seconds)[frames.start * FRAME : frames.stop * FRAME]
    differing = np.abs(sound - expected) > coarse
    assert differing.sum() <= 16 * coarse


def test_what_lost_pictures_is_not_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = sounding(tmp_path / "s.mov", 0.0, 1.0)
    monkeypatch.setattr(MxfSound, "mux_until", AudioCopy.mux_until)
    with pytest.raises(UnsupportedFormat, match=r"25 of 50 frames; name the output \.mov"):
        written(tmp_path / "a.mxf", info, range(50))
    assert [path.name for path in tmp_path.iterdir()] == ["s.mov"]


def test_a_rate_that_mxf_does_not_hold_is_refused_before_the_render(tmp_path: Path) -> None:
    info = sounding(tmp_path / "s.mov", 0.0, 0.5, rate=44100)
    with pytest.raises(UnsupportedFormat, match=r"44100 Hz; name the output .*\.mov"):
        choose_format(None, tmp_path / "a.mxf", info)


def test_a_packet_that_ends_just_before_the_first_picture_moves_nothing(tmp_path: Path) -> None:
    sound = np.arange(1, 2049, dtype=np.int16)
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        track = MxfTrack(container, container.add_stream("pcm_s16le", RATE, layout="mono"), Fraction(1024, RATE))
        for first in (0, 1024):  # of which the first ends 2 samples before
            track.put(Fraction(first - 1026, RATE), sound[first : first + 1024].tobytes(), Fraction(1, RATE))
        track.pad_until(Fraction(1024, RATE))
    with av.open(str(tmp_path / "a.wav")) as container:
        written = np.concatenate([block.to_ndarray().ravel() for block in container.decode(audio=0)])
    assert np.array_equal(written, [*sound[1026:], 0, 0])
