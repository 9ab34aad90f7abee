"""Methods against the truth, video by video, with disparity as good or as bad as asked."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..errors import DatasetError, OutputExists
from ..frames import Image
from ..svb.corrupt import Corruption, corrupt
from ..svb.dataset import Video
from ..svb.packed import lens_numbers
from . import metrics
from .methods import Given, Method
from .pictures import check_pictures, read_pictures, save_pictures

EXHIBITS = 4
"""Videos whose middle frame is kept to be looked at."""

Progress = Callable[[int, int], None]
"""Called with (renderings judged, renderings in all)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Table 1's columns: of one video, or means over videos. NaN where there was nothing to measure."""

    psnr: float
    ssim: float
    psnr_ob: float
    ssim_ob: float
    consistency: float


@dataclass(frozen=True, slots=True)
class Result:
    """One method at one corruption level."""

    method: str
    level: Corruption
    videos: Mapping[str, Figures]

    @property
    def mean(self) -> Figures:
        """Over the videos that have each figure."""
        columns = zip(*(astuple(figures) for figures in self.videos.values()), strict=True)
        known = ([value for value in column if math.isfinite(value)] for column in columns)
        return Figures(*(sum(values) / len(values) if values else math.nan for values in known))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One moment as every method rendered it: pictures (H, W, 3), display-coded; maps (H, W).

    Attributes:
        disparity: what the methods were given.
        in_focus: true (H, W) where the truth is sharp.
        bokeh: by method.
    """

    video: str
    frame: Image
    disparity: Image
    in_focus: np.ndarray
    truth: Image
    bokeh: Mapping[str, Image]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results level by level, methods in the order asked for; exhibits at the first level."""

    results: Sequence[Result]
    exhibits: Sequence[Exhibit]


def evaluate(
    videos: Sequence[Video],
    methods: Mapping[str, Method],
    levels: Sequence[Corruption],
    *,
    pictures: Mapping[str, Path] | None = None,
    save: Path | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Render every video by every method at every level, and measure it as 8-bit pictures: those that `save` keeps.

    The corruption of a video depends on its name alone, and each level adds to that of the one before.

    Args:
        pictures: folders of renderings made elsewhere, by the name of their row; `check_pictures` says what is in them.
        save: a folder for `<video>/<frame>.png`, of one method at one level.

    Raises:
        DatasetError: a picture is damaged, or smaller than SSIM's window; `pictures` lacks one.
        OutputExists: `save` holds renderings of one of the videos.
        OutputUnwritable: no space, no permission.
    """
    for video in videos:
        if min(video.size) < metrics.WINDOW:
            raise DatasetError(f"{video.path}: pictures are below {metrics.WINDOW} px; give larger videos")
        if save is not None and (save / video.path.name).exists():
            raise OutputExists(f"{save / video.path.name} exists; choose another folder for --save")
    made = pictures or {}
    for folder in made.values():
        check_pictures(folder, videos)
    figures: dict[tuple[Corruption, str], dict[str, Figures]] = {
        (level, name): {} for level in levels for name in (*methods, *made)
    }
    exhibits = []
    shown = {round(i) for i in np.linspace(0, len(videos) - 1, EXHIBITS)}
    done, total = 0, len(videos) * len(figures)
    for number, video in enumerate(videos):
        clip = _clip(video)
        mask = metrics.occlusion_boundaries(clip.given.disparity, clip.given.defocus)
        for level in levels:
            rng = np.random.default_rng(zlib.crc32(os.fsencode(video.path.name)))
            given = clip.given._replace(disparity=corrupt(clip.given.disparity, level, rng))
            rendered = {}
            for name in (*methods, *made):
                codes = read_pictures(made[name], video) if name in made else _codes(methods[name](given))
                figures[level, name][video.path.name] = measure(codes.float() / 255, clip.truth, mask)
                rendered[name] = codes
                if save is not None:
                    save_pictures(save, video, codes)
                done += 1
                if progress is not None:
                    progress(done, total)
            if number in shown and level == levels[0]:
                exhibits.append(_exhibit(video, clip, given, rendered))
    results = [Result(name, level, videos_of) for (level, name), videos_of in figures.items()]
    return Evaluation(results, exhibits)


def measure(bokeh: Tensor, truth: Tensor, mask: Tensor) -> Figures:
    """All figures of one video (T, 3, H, W), boundaries within the mask (T, 1, H, W)."""
    return Figures(
        psnr=metrics.psnr(bokeh, truth).item(),
        ssim=metrics.ssim(bokeh, truth).item(),
        psnr_ob=metrics.psnr(bokeh, truth, mask).item(),
        ssim_ob=metrics.ssim(bokeh, truth, mask).item(),
        consistency=metrics.consistency(bokeh, truth).item() if len(bokeh) > 1 else math.nan,
    )


class _Clip(NamedTuple):
    """A whole video, and its truth (T, 3, H, W)."""

    given: Given
    truth: Tensor


def _clip(video: Video) -> _Clip:
    height, width = video.size
    frames, truth = torch.empty(2, len(video), 3, height, width)
    disparity = torch.empty(len(video), 1, height, width)
    for t in range(len(video)):
        moment = video.read(t)
        frames[t], truth[t] = (torch.from_numpy(one).permute(2, 0, 1) for one in (moment.frame, moment.bokeh))
        disparity[t, 0] = torch.from_numpy(moment.disparity)
    blur, focus = (numbers.view(-1, 1, 1, 1) for numbers in lens_numbers(video.lens))
    return _Clip(Given(frames, disparity, blur, focus), truth)


def _codes(bokeh: Tensor) -> Tensor:
    return (bokeh.clamp(0, 1) * 255).round().to(torch.uint8)


def _exhibit(video: Video, clip: _Clip, given: Given, rendered: Mapping[str, Tensor]) -> Exhibit:
    t = len(video) // 2
    radius = clip.given.defocus[t, 0].abs()

    def picture(images: Tensor) -> Image:
        shown: Image = images[t].permute(1, 2, 0).numpy()
        return shown

    return Exhibit(
        video=video.path.name,
        frame=picture(given.frames),
        disparity=given.disparity[t, 0].numpy(),
        in_focus=(radius <= radius.min() + 0.5).numpy(),
        truth=picture(clip.truth),
        bokeh={name: picture(codes.float() / 255) for name, codes in rendered.items()},
    )
