"""What scenes are made of: one interface, two sources.

`FolderAssets` takes photographs and RGBA cut-outs that a user has (the paper's own LHQ and matting sets, say);
`ProceduralAssets` needs no download and leaves what is trained on it free of other people's licences.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image as Pillow

from ..errors import AssetsUnusable
from ..frames import Image
from .procedural.figures import figure
from .procedural.pictures import picture

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""By what is in them, whatever they are called: others start programs."""

MAX_PIXELS = 1 << 26
"""Larger pictures are refused from their header, before anything is allocated."""

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
    """Photographs from one folder, RGBA cut-outs from another, both searched recursively.

    Raises:
        AssetsUnusable: a folder holds no picture; or, while drawing, one that cannot be read, or only cut-outs
            without both transparent and opaque parts.
    """

    def __init__(self, backgrounds: Path, objects: Path) -> None:
        self._backgrounds = _pictures_in(backgrounds)
        self._objects = _pictures_in(objects)
        self._objects_folder = objects
        digest = hashlib.sha256()
        for folder, paths in ((backgrounds, self._backgrounds), (objects, self._objects)):
            for path in paths:
                digest.update(os.fsencode(f"{path.relative_to(folder)} {path.stat().st_size}\n"))
        self.name = (
            f"folders: {len(self._backgrounds)} backgrounds, {len(self._objects)} cut-outs, {digest.hexdigest()[:16]}"
        )

    def background(self, rng: np.random.Generator, height: int, width: int) -> Image:
        photograph = _opened(self._backgrounds[int(rng.integers(len(self._backgrounds)))], "RGB")
        scale = min(photograph.width / width, photograph.height / height) * rng.uniform(0.6, 1.0)
        crop_width, crop_height = width * scale, height * scale
        left = rng.uniform(0, photograph.width - crop_width)
        top = rng.uniform(0, photograph.height - crop_height)
        box = (left, top, left + crop_width, top + crop_height)
        return _floats(photograph.resize((width, height), Pillow.Resampling.LANCZOS, box=box))

    def cutout(self, rng: np.random.Generator, size: int) -> Image:
        for index in rng.permutation(len(self._objects)):
            rgba = _opened(self._objects[int(index)], "RGBA")
            box = rgba.getchannel("A").point([0] * 8 + [255] * 248).getbbox()
            if box is None or min(rgba.getchannel("A").getextrema()) == 255:
                continue
            rgba = rgba.crop(box)
            scale = (size - 2 * RIM) / max(rgba.size)
            shape = (max(1, round(rgba.width * scale)), max(1, round(rgba.height * scale)))
            straight = _floats(rgba.resize(shape, Pillow.Resampling.LANCZOS))
            return np.pad(straight, ((RIM, RIM), (RIM, RIM), (0, 0)))
        raise AssetsUnusable(
            f"{self._objects_folder}: no picture has both transparent and opaque parts; give RGBA cut-outs"
        )


def _pictures_in(folder: Path) -> list[Path]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not paths:
        raise AssetsUnusable(f"{folder}: no pictures there; give a folder of {', '.join(sorted(SUFFIXES))} files")
    return paths


def _opened(path: Path, mode: str) -> Pillow.Image:
    try:
        with Pillow.open(path, formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise AssetsUnusable(
                    f"{path}: {opened.width} x {opened.height} is larger than any asset needs; scale it down"
                )
            return opened.convert(mode)
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError) as error:
        raise AssetsUnusable(f"{path}: cannot be read as a picture ({error}); repair or remove it") from error


def _floats(image: Pillow.Image) -> Image:
    return np.asarray(image, np.float32) / np.float32(255)
