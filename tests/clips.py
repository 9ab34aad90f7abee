"""Small clips on disk, written by focuspuller itself, and the command line as a process of its own."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import focuspuller
import numpy as np
from focuspuller.core.frames import Image
from focuspuller.core.media.info import ColourTags, MediaInfo
from focuspuller.core.media.output import open_writer
from focuspuller.core.media.output_format import choose_format
from focuspuller.core.media.partial import partial_beside

WIDTH, HEIGHT = 64, 48
RATE = Fraction(24)


def write_clip(path: Path, pictures: Sequence[Image], pixel_format: str = "gbrp") -> Path:
    """Frames (H, W, 3) as FFV1, which keeps them exactly."""
    height, width = pictures[0].shape[:2]
    info = MediaInfo(
        path, width, height, RATE, 1 / RATE, tuple(range(len(pictures))), "ffv1", pixel_format, 8, ColourTags()
    )
    with open_writer(path, choose_format("ffv1", path, info), info) as writer:
        for picture in pictures:
            writer.write(picture)
    return path


def textured(length: int, seed: int = 0) -> list[Image]:
    """Noise that pans: every frame another."""
    random = np.random.default_rng(seed)
    wide = random.random((HEIGHT, WIDTH + length, 3), np.float32)
    return [np.ascontiguousarray(wide[:, t : t + WIDTH]) for t in range(length)]


def near_square(length: int) -> list[Image]:
    """Disparity: a near square moving over a ramp, as grey frames (H, W, 3)."""
    maps = []
    for t in range(length):
        disparity = np.tile(np.linspace(0.1, 0.4, WIDTH, dtype=np.float32), (HEIGHT, 1))
        disparity[10:30, 8 + t % 20 : 28 + t % 20] = 0.9
        maps.append(np.repeat(disparity[..., None], 3, axis=2))
    return maps


@cache
def encoded(pictures: Callable[..., Sequence[Image]], *arguments: int) -> bytes:
    """The file that `write_clip` makes of those pictures, encoded once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        return write_clip(Path(folder) / "clip.mkv", pictures(*arguments)).read_bytes()


def clip_with_disparity(folder: Path, length: int) -> tuple[Path, Path]:
    clip, disparity = folder / "clip.mkv", folder / "clip.disparity.mkv"
    clip.write_bytes(encoded(textured, length))
    disparity.write_bytes(encoded(near_square, length))
    return clip, disparity


def left_by_the_dead(target: Path) -> Path:
    """The partial name of a target that a process before this one, which had its number, was making."""
    ours = partial_beside(target)
    return ours.with_name(re.sub(r"[0-9a-f]{8}-\d+\.partial\Z", "00000000-0.partial", ours.name))


def mount(folder: Path) -> Path:
    """A folder below `folder` that makes `focuspuller` importable, installed or not."""
    mounted = folder / ".mount"
    mounted.mkdir(exist_ok=True)
    if not (mounted / "focuspuller").exists():
        (mounted / "focuspuller").symlink_to(Path(focuspuller.__file__).parent)
    return mounted


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(mount(folder))}


def start(folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """`focuspuller …` under way in a process of its own, with `folder` as its working directory."""
    return subprocess.Popen(
        [sys.executable, "-m", "focuspuller", *map(str, arguments)],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`focuspuller …` to its end."""
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
