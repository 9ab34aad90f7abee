"""Make SVB: from (recipe, seed, index) to a video, alone or with many workers, resumable."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DatasetError, OutputExists, OutputUnwritable, ResumeMismatch
from ..optics import Defocus
from .assets import AssetSource, ProceduralAssets
from .dataset import VideoFrame, write_video
from .scene import Scene, random_scene
from .shots import Shot, random_shot
from .trace import GAMMA, View, points_for, trace, trace_disparity

if TYPE_CHECKING:
    import torch

GENERATOR = 1
"""Raised whenever the same seed would give other videos; videos of two generators never share a folder."""

RECORD = "svb.json"
"""In the data set's folder: what made it."""

Progress = Callable[[int, int], None]
"""Called with (videos done, videos in all)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a data set is made of.

    Attributes:
        stream: keeps recipes apart, so that no seed makes one's training video the other's test video.
        points: aperture points per frame at least; large discs take more.
    """

    stream: int
    videos: int
    objects: int
    points: int
    frames: int = 16
    size: int = 256


PRESETS = {
    "train": Recipe(stream=0, videos=3000, objects=4, points=160),
    "crowded": Recipe(stream=3, videos=800, objects=9, points=160, frames=6),
    "test": Recipe(stream=1, videos=300, objects=9, points=400),
}


def make_scene(recipe: Recipe, seed: int, index: int, assets: AssetSource) -> tuple[Scene, Shot]:
    """The scene and the shot of video `index`: the same wherever and whenever they are made."""
    rng = np.random.default_rng([recipe.stream, seed, index])
    scene = random_scene(rng, assets, recipe.size, recipe.size, recipe.frames, recipe.objects)
    return scene, random_shot(rng, scene)


def shoot(scene: Scene, shot: Shot, index: int, view: View, points: int, device: torch.device | None) -> VideoFrame:
    """Frame `index` of the scene through the shot's lens, within `view`, traced with at least `points` points."""
    layers, lens = scene.frames[index], shot.lens[index]
    far, near = scene.span
    radius = lens.blur * max(abs(near - lens.focus_disparity), abs(far - lens.focus_disparity))
    return VideoFrame(
        frame=trace(layers, Defocus(0.0, 0.0), view, 1, device),
        bokeh=trace(layers, lens, view, points_for(radius, points), device),
        disparity=trace_disparity(layers, view),
        defocus=lens,
    )


def synthesise(
    out: Path,
    recipe: Recipe,
    seed: int,
    *,
    assets: AssetSource | None = None,
    workers: int = 1,
    resume: bool = False,
    device: torch.device | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the recipe's videos into the folder `out` as 00000, 00001, …

    Args:
        assets: procedural by default.
        workers: processes, one thread each; with 1 the work is done here.
        resume: go on with a folder that the same recipe and seed began; the number of videos may have grown.
        device: a GPU to trace on.

    Returns:
        How many videos were made now.

    Raises:
        OutputExists: the folder holds something and `resume` is off.
        ResumeMismatch: it was begun by another recipe, seed, asset source or generator.
        OutputUnwritable: no space or no permission.
        AssetsUnusable: the asset source has nothing to give.
        DatasetError: a worker process died.
    """
    assets = assets or ProceduralAssets()
    _claim(out, recipe, seed, assets, resume)
    todo = [index for index in range(recipe.videos) if not (out / f"{index:05d}").exists()]
    done = recipe.videos - len(todo)
    if progress:
        progress(done, recipe.videos)
    for finished, _ in enumerate(_made(todo, (out, recipe, seed, assets, device), workers), start=done + 1):
        if progress:
            progress(finished, recipe.videos)
    return len(todo)


Job = tuple[Path, Recipe, int, AssetSource, "torch.device | None"]


def _made(todo: list[int], job: Job, workers: int) -> Iterator[int]:
    """Indices of the videos as they get finished."""
    if workers == 1:
        for index in todo:
            yield _make(job, index)
        return
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    try:
        for made in as_completed([pool.submit(_make, job, index) for index in todo]):
            yield made.result()
    except BrokenProcessPool as error:
        raise DatasetError("a worker process died; resume with fewer workers, it may lack memory") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Workers of a process that was killed would go on for hours, beside whatever resumes their work."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _make(job: Job, index: int) -> int:
    out, recipe, seed, assets, device = job
    scene, shot = make_scene(recipe, seed, index, assets)
    view = View(recipe.size, recipe.size)
    moments = (shoot(scene, shot, t, view, recipe.points, device) for t in range(recipe.frames))
    write_video(out / f"{index:05d}", moments, GAMMA, shot.mode)
    return index


def _claim(out: Path, recipe: Recipe, seed: int, assets: AssetSource, resume: bool) -> None:
    """Make the folder and leave a record of what fills it, or check the one that is there."""
    record = {"generator": GENERATOR, "seed": seed, "assets": assets.name, **asdict(recipe)}
    del record["videos"]
    path = out / RECORD
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            if not resume:
                raise OutputExists(f"{out} is not empty; resume it or choose another folder")
            if json.loads(path.read_text(encoding="utf-8")) != record:
                raise ResumeMismatch(f"{out} was begun with other settings (see {RECORD}); choose another folder")
            return
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except FileNotFoundError as error:
        raise ResumeMismatch(f"{out} holds other things and no {RECORD}; choose another folder") from error
    except (ValueError, RecursionError) as error:
        raise ResumeMismatch(f"{path} is damaged ({error}); choose another folder") from error
    except OSError as error:
        raise OutputUnwritable(f"{out}: cannot be written ({error.strerror}); choose another folder") from error
