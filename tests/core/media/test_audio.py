from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from focuspuller.core.errors import MediaUnreadable, UnsupportedFormat
from focuspuller.core.media.audio import AudioCopy, Sound, carries
from focuspuller.core.media.info import MediaInfo
from focuspuller.core.media.open import probe
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format

from tests.core.media.outputs import pictures, write


def sounding(path: Path, codec: str, seconds: float = 2.0, size: int = 32) -> MediaInfo:
    """A movie of 24 frames a second with noise in two audio streams."""
    rate = 48000
    rng = np.random.default_rng(1)
    count = round(24 * seconds)
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg2video", 24)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = size, size, "yuv420p"
        streams = [container.add_stream(codec, rate, layout="mono") for _ in range(2)]
        for index in range(count):
            frame = av.VideoFrame(size, size, "yuv420p")
            frame.pts = index
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for stream in streams:
            assert isinstance(stream, AudioStream)
            resampler = av.AudioResampler(stream.codec_context.format, "mono", rate)
            for start in range(0, round(seconds * rate), 1024):
                block = av.AudioFrame.from_ndarray(
                    rng.integers(-9000, 9000, (1, 1024)).astype(np.int16), format="s16", layout="mono"
                )
                block.sample_rate, block.pts, block.time_base = rate, start, Fraction(1, rate)
                for resampled in resampler.resample(block):
                    container.mux(stream.encode(resampled))
            container.mux(stream.encode(None))
    return replace(probe(path), width=96, height=64)


def packets(path: Path, stream: int) -> list[tuple[Fraction, bytes]]:
    with av.open(str(path)) as container:
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in container.demux(container.streams.audio[stream])
            if packet.pts is not None
        ]


def test_sound_of_an_unknown_format_is_left_out_and_counted(tmp_path: Path) -> None:
    source = tmp_path / "in.mov"
    sounding(source, "pcm_s16le")
    boxes = source.read_bytes()
    assert boxes.count(b"sowt") == 2
    source.write_bytes(boxes.replace(b"sowt", b"zzzz", 1))
    info = replace(probe(source), width=96, height=64)
    assert (info.audio_streams, info.unknown_audio) == (1, 1)
    write(tmp_path / "out.mov", info, pictures(info), source=source)
    assert packets(tmp_path / "out.mov", 0) == packets(source, 1)
    source.write_bytes(boxes.replace(b"sowt", b"zzzz"))
    info = replace(probe(source), width=96, height=64)
    assert (info.audio_streams, info.unknown_audio) == (0, 2)
    write(tmp_path / "silent.mov", info, pictures(info), source=source)
    assert probe(tmp_path / "silent.mov").audio_streams == 0


@pytest.mark.parametrize(
    ("source", "sound", "name", "codec"),
    [
        ("s.mp4", "aac", "a.mp4", "h264"),
        ("s.mp4", "aac", "a.mov", "prores422"),
        ("s.mov", "pcm_s16le", "a.mov", "prores422"),
        ("s.mkv", "pcm_s24le", "a.mkv", "ffv1"),
    ],
)
def test_sound_is_copied_byte_for_byte(tmp_path: Path, source: str, sound: str, name: str, codec: str) -> None:
    info = sounding(tmp_path / source, sound)
    target = write(tmp_path / name, info, pictures(info), codec, source=info.path)
    for stream in range(2):
        assert packets(target, stream) == packets(info.path, stream)
    found = probe(target)
    assert [p * found.time_base for p in found.pts] == [p * info.time_base for p in info.pts]


def test_sound_before_zero_does_not_move_the_pictures_of_matroska(tmp_path: Path) -> None:
    info = sounding(tmp_path / "s.mp4", "aac")
    assert packets(info.path, 0)[0][0] < 0
    target = write(tmp_path / "a.mkv", info, pictures(info), source=info.path)
    assert [data for _, data in packets(target, 0)] == [data for _, data in packets(info.path, 0)]
    assert probe(target).pts[0] == 0


def test_a_part_takes_its_own_sound_in_sync(tmp_path: Path) -> None:
    info = sounding(tmp_path / "s.mp4", "aac")
    target = write(tmp_path / "a.mov", info, pictures(info)[10:30], frames=range(10, 30), source=info.path)
    start, stop = Fraction(10, 24), Fraction(30, 24)
    for stream in range(2):
        assert packets(target, stream) == [p for p in packets(info.path, stream) if start <= p[0] < stop]


@pytest.mark.parametrize("name", ["a.mp4", "a.mxf"])
def test_sound_that_does_not_fit_names_a_container_that_does(tmp_path: Path, name: str) -> None:
    info = replace(sounding(tmp_path / "s.mkv", "pcm_u8", 0.5), width=256, height=120)
    with pytest.raises(UnsupportedFormat, match=r"pcm_u8 sound of 48000 Hz; name the output \.mov or \.mkv"):
        choose_format(None, tmp_path / name, info)


def test_sound_that_no_container_holds_is_left_out_and_counted(tmp_path: Path) -> None:
    info = sounding(tmp_path / "s.m2ts", "pcm_bluray", 0.5)
    assert (info.audio_streams, info.unknown_audio) == (0, 2)
    choose_format(None, tmp_path / "a.mov", info)


def test_codecs_are_known_by_whatever_name_their_decoder_has() -> None:
    assert carries("mov", Sound("dts", "dca", 48000))
    assert carries("matroska", Sound("dts", "dca", 48000))
    assert carries("mov", Sound("amr_nb", "amrnb", 8000))


@pytest.mark.parametrize("name", ["s.mov", "s.mkv"])
def test_of_a_trimmed_clip_neither_pictures_nor_the_rest_are_read(tmp_path: Path, name: str) -> None:
    read = Path("/proc/self/io")
    if not read.exists():
        pytest.skip("the system does not count what is read")
    info = sounding(tmp_path / name, "pcm_s16le", 20.0, size=8)
    copy = AudioCopy(info.path, Fraction(10), Fraction(11))
    output = av.open(str(tmp_path / "o.mov"), "w")
    copy.add_to(output)
    before = int(read.read_text().split()[1])
    copy.mux_until(None)
    assert int(read.read_text().split()[1]) - before < info.path.stat().st_size / 2
    copy.close()
    output.close()
    for stream in range(2):
        expected = [data for start, data in packets(info.path, stream) if 10 <= start < 11]
        assert [data for _, data in packets(tmp_path / "o.mov", stream)] == expected


def test_sound_that_vanished_leaves_nothing(tmp_path: Path) -> None:
    info = sounding(tmp_path / "s.mp4", "aac", 0.5)
    output_format = choose_format(None, tmp_path / "a.mov", info)
    info.path.write_bytes(b"no longer a movie")
    with pytest.raises(MediaUnreadable):
        open_writer(tmp_path / "a.mov", output_format, info, source=info.path)
    assert [path.name for path in tmp_path.iterdir()] == ["s.mp4"]
