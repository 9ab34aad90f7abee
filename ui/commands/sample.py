"""`focuspuller sample`: draws the embedded sample and writes its clip, exact disparity, sound and timeline."""

from __future__ import annotations

import argparse
import io
import math
import tempfile
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from ...core.ahead import ahead
from ...core.errors import OutputExists
from ...core.media.info import ColourTags, MediaInfo
from ...core.media.output import open_writer
from ...core.media.output_format import choose_format
from ...core.media.partial import remove, unwritable
from ...core.optics import Lens
from ...core.sample.scene import render_sample
from ...plugin.curve import Curve, Key, Scale
from ...plugin.state import DisparityReference, EffectState
from ...plugin.timeline import apply, document_of_movie, save_document
from ..console import Console, Result
from .inputs import one_clip

WIDTH, HEIGHT = 640, 360
RATE = 24
FRAMES = 72
SOUND_RATE = 48_000
BT709 = ColourTags(primaries=1, transfer=1, matrix=1, range=1)


def run(args: argparse.Namespace, console: Console) -> Result:
    folder: Path = args.output
    if folder.exists():
        raise OutputExists(f"{folder} exists; name a folder to make")
    with unwritable(folder):
        folder.mkdir(parents=True)
    try:
        clip, disparity, timeline = _make(folder, console)
    except BaseException:  # even where it is interrupted, nothing stays in the way of the next try
        remove(folder)
        raise
    console.say(f"{clip}, {disparity}, {timeline}")
    return {"clip": clip, "disparity": disparity, "timeline": timeline}


def _make(folder: Path, console: Console) -> tuple[Path, Path, Path]:
    """The clip, its disparity and the timeline, in a folder that is there."""
    clip, disparity, timeline = (folder / f"sample.{kind}" for kind in ("mov", "disparity.mkv", "otio"))
    with tempfile.TemporaryDirectory() as scratch:
        sound = Path(scratch) / "sound.wav"
        sound.write_bytes(_bells())
        picture = MediaInfo(
            sound, WIDTH, HEIGHT, Fraction(RATE), Fraction(1, RATE), tuple(range(FRAMES)), "h264", "yuv420p", 8, BT709,
            timecode="01:00:00:00", audio_streams=1,
        )  # fmt: skip
        depth = replace(picture, pixel_format="gbrp16le", bit_depth=16, audio_streams=0, timecode=None)
        with (
            open_writer(clip, choose_format("h264", clip, picture), picture, source=sound) as frames,
            open_writer(disparity, choose_format("ffv1", disparity, depth), depth) as maps,
        ):
            drawn = (render_sample(t / RATE, WIDTH, HEIGHT, Lens()) for t in range(FRAMES))
            for t, (frame, disparity_map) in enumerate(ahead(drawn, 2)):
                console.progress("sample", t, FRAMES)
                frames.write(frame)
                maps.write(np.repeat(disparity_map[..., None], 3, axis=2))
    console.progress("sample", FRAMES, FRAMES)
    document = document_of_movie(clip, FRAMES, RATE, start=3600 * RATE)
    apply(one_clip(document, None), _rack(disparity))
    save_document(document, timeline)
    return clip, disparity, timeline


def _rack(disparity: Path) -> EffectState:
    """From the ball to the figure, and on to the lights."""
    keys = [(0, 1.18), (16, 1.18), (34, 1.95), (48, 1.95), (71, math.inf)]
    return EffectState(
        "6f1d1e0a-8f3c-4b53-9c36-1a3d1c8f2b10",  # fixed, so that the sample made anew is the same
        Lens(),
        Curve(Scale.DIOPTRES, 1.18, tuple(Key(frame, distance) for frame, distance in keys)),
        Curve(Scale.STOPS, 1.2),
        DisparityReference(str(disparity.absolute())),
    )


def _bells() -> bytes:
    """A WAV file: a struck chord every second, each note with the partials of a small bell."""
    seconds = np.arange(FRAMES * SOUND_RATE // RATE) / SOUND_RATE
    sound = np.zeros_like(seconds)
    for strike, notes in enumerate(((523.25, 659.25), (587.33, 783.99), (659.25, 1046.5))):
        since = np.clip(seconds - strike, 0, None)
        for note in notes:
            for partial, level, decay in ((1.0, 1.0, 2.5), (2.76, 0.45, 5.0), (5.4, 0.2, 9.0)):
                sound += level * np.exp(-decay * since) * np.sin(2 * np.pi * note * partial * since)
    pcm = np.rint(sound / np.abs(sound).max() * 0.35 * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SOUND_RATE)
        writer.writeframes(pcm.tobytes())
    return file.getvalue()
