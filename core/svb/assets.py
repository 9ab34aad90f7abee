"""What scenes are made of: one interface, two sources.

`FolderAssets` takes photographs and RGBA cut-outs that a user has (the paper's own LHQ and matting sets, say);
`ProceduralAssets` needs no download and leaves what is trained on it free of other people's licences.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from ..errors import AssetsUnusable
from ..frames import Image
from .procedural.figures import figure
from .procedural.pictures import picture

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""By what is in them, whatever they are called: others start programs."""

MAX_PIXELS = 1 << 26
"""Larger pictures are refused from their header, before anything is allocated."""

DRAWN = 2
"""Raised whenever the same folders and seed would give other scenes."""

RIM = 1
"""Texels kept clear around a cut-out, so that rays beyond it meet nothing."""


class AssetSource(Protocol):
    """Draws pictures by a random generator alone, so that a seed gives the same scene wherever it is made."""

    @property
    def name(self) -> str:
        """What a dataset records as its origin."""
        ...

    def background(self, rng: np.random.Generator, height: int, width: int) -> Image:
        """An opaque display-coded picture (height, width, 3) in [0, 1]."""
        ...

    def cutout(self, rng: np.random.Generator, size: int) -> Image:
        """Straight display-coded RGBA (h, w, 4) in [0, 1], its longer side `size`, its outermost texels clear."""
        ...


class ProceduralAssets:
    """Painted on the spot."""

    name = "procedural"

    def background(self, rng: np.random.Generator, height: int, width: int) -> Image:
        return picture(rng, height, width)

    def cutout(self, rng: np.random.Generator, size: int) -> Image:
        return figure(rng, size)


class FolderAssets:
    """Photographs from one folder, RGBA cut-outs from another; both are searched recursively, but for what is hidden.
    All are turned upright as their EXIF says. Those that turn out damaged while they are drawn are passed over.

    Raises:
        AssetsUnusable: a folder holds no picture, or one whose header is not that of a picture that can be used; or,
            while drawing, only damaged ones, or only cut-outs without both transparent and opaque parts.
    """

    def __init__(self, backgrounds: Path, objects: Path) -> None:
        self._backgrounds = _pictures_in(backgrounds)
        self._objects = _pictures_in(objects)
        self._folders = (backgrounds, objects)
        digest = hashlib.sha256()
        for folder, paths in ((backgrounds, self._backgrounds), (objects, self._objects)):
            for path in paths:
                digest.update(os.fsencode(f"{path.relative_to(folder)} {path.stat().st_size}\n"))
        self.name = (
            f"folders {DRAWN}: {len(self._backgrounds)} backgrounds, {len(self._objects)} cut-outs, "
            f"{digest.hexdigest()[:16]}"
        )

    def background(self, rng: np.random.Generator, height: int, width: int) -> Image:
        photograph = next(_shuffled(rng, self._backgrounds, "RGB"), None)
        if photograph is None:
            raise AssetsUnusable(f"{self._folders[0]}: every picture is damaged; repair or replace them")
        scale = min(photograph.width / width, photograph.height / height) * rng.uniform(0.6, 1.0)
        crop_width, crop_height = width * scale, height * scale
        left = rng.uniform(0, photograph.width - crop_width)
        top = rng.uniform(0, photograph.height - crop_height)
        box = (left, top, left + crop_width, top + crop_height)
        return _floats(photograph.resize((width, height), Pillow.Resampling.LANCZOS, box=box))

    def cutout(self, rng: np.random.Generator, size: int) -> Image:
        for rgba in _shuffled(rng, self._objects, "RGBA"):
            box = rgba.getchannel("A").point([0] * 8 + [255] * 248).getbbox()
            if box is None or min(rgba.getchannel("A").getextrema()) == 255:
                continue
            rgba = rgba.crop(box)
            scale = (size - 2 * RIM) / max(rgba.size)
            shape = (max(1, round(rgba.width * scale)), max(1, round(rgba.height * scale)))
            straight = _floats(rgba.resize(shape, Pillow.Resampling.LANCZOS))
            return np.pad(straight, ((RIM, RIM), (RIM, RIM), (0, 0)))
        raise AssetsUnusable(
            f"{self._folders[1]}: no picture has both transparent and opaque parts; give RGBA cut-outs"
        )


def _pictures_in(folder: Path) -> list[Path]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    paths = [p for p in paths if not any(part.startswith(".") for part in p.relative_to(folder).parts)]
    if not paths:
        raise AssetsUnusable(f"{folder}: no pictures there; give a folder of {', '.join(sorted(SUFFIXES))} files")
    for path in paths:
        _check(path)
    return paths


def _check(path: Path) -> None:
    """Refuse by its header what will be no asset."""
    try:
        with Pillow.open(path, formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise AssetsUnusable(
                    f"{path}: {opened.width} x {opened.height} is larger than any asset needs; scale it down"
                )
            if opened.mode == "F":
                raise AssetsUnusable(f"{path}: its numbers have no white; save it with 8 or 16 bits a channel")
    except _DAMAGED as error:
        raise AssetsUnusable(f"{path}: cannot be read as a picture ({error}); repair or remove it") from error


def _shuffled(rng: np.random.Generator, paths: list[Path], mode: str) -> Iterator[Pillow.Image]:
    """The pictures, decoded as they are asked for, without those that turn out damaged."""
    for index in rng.permutation(len(paths)):
        path = paths[int(index)]
        try:
            with Pillow.open(path, formats=FORMATS) as opened:
                upright = ImageOps.exif_transpose(opened)
        except _DAMAGED as error:
            if getattr(error, "errno", None) is None:
                continue
            # Not the file but its disk, which may be back when this scene is made again.
            raise AssetsUnusable(f"{path}: cannot be read ({error}); see to its disk, then resume") from error
        yield _eight_bits(upright).convert(mode)


def _eight_bits(image: Pillow.Image) -> Pillow.Image:
    """Of 16-bit grey, Pillow keeps the low end alone."""
    if not image.mode.startswith("I"):
        return image
    return Pillow.fromarray(np.clip(np.asarray(image) / 257, 0, 255).round().astype(np.uint8))


_DAMAGED = (OSError, SyntaxError, ValueError, struct.error, Pillow.DecompressionBombError)
"""What Pillow raises."""


def _floats(image: Pillow.Image) -> Image:
    return np.asarray(image, np.float32) / np.float32(255)
