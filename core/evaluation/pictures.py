"""Renderings as pictures, FOLDER/<video>/<frame>.png: kept from a method, or made elsewhere and measured like one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image as Pillow
from torch import Tensor

from ..errors import DatasetError
from ..media.partial import partial_beside, publish, remove, unwritable
from ..svb.dataset import Video
from ..svb.picture_file import check_picture, check_size, read_picture


def check_pictures(folder: Path, videos: Sequence[Video]) -> None:
    """By their headers, before hours of work.

    Raises:
        DatasetError: a frame of the videos has no picture, or one of another kind or size.
    """
    try:
        for video in videos:
            for path in _paths(folder, video):
                check_size(path, check_picture(path, grey=False).size, video.size)
    except DatasetError as error:
        raise DatasetError(f"{error}; give a PNG of every frame, in folders as --save writes them") from error


def read_pictures(folder: Path, video: Video) -> Tensor:
    """(T, 3, H, W), 8-bit codes.

    Raises:
        DatasetError: one of them is damaged.
    """
    codes = [read_picture(path, video.size, grey=False) for path in _paths(folder, video)]
    return torch.from_numpy(np.stack(codes)).permute(0, 3, 1, 2).contiguous()


def save_pictures(folder: Path, video: Video, codes: Tensor) -> None:
    """Codes (T, 3, H, W), the video's folder whole or absent.

    Raises:
        OutputUnwritable: no space, no permission.
    """
    target = folder / video.path.name
    with unwritable(target):
        folder.mkdir(parents=True, exist_ok=True)
        partial = partial_beside(target)
        try:
            partial.mkdir()
            for path, picture in zip(_paths(folder, video), codes.permute(0, 2, 3, 1).numpy(), strict=True):
                Pillow.fromarray(picture).save(partial / path.name)
            publish(partial, target)
        finally:
            remove(partial)


def _paths(folder: Path, video: Video) -> list[Path]:
    return [folder / video.path.name / f"{t:04d}.png" for t in range(len(video))]
