"""Make SVB: from (recipe, seed, index) to a video, alone or with many workers, resumable."""

from __future__ import annotations

import importlib.util
import itertools
import json
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DatasetError, OutputExists, OutputUnwritable, ResumeMismatch
from ..frames import Image
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


def tracing_device() -> torch.device | None:
    """The GPU, where there is one and Triton, which comes with PyTorch for it on Linux; None is the CPU."""
    from ..device import best_device

    device = best_device()
    return device if device.type == "cuda" and importlib.util.find_spec("triton") else None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a data set is made of.

    Attributes:
        stream: keeps recipes apart, so that no seed makes one's training video the other's test video.
        points: aperture points per frame at least; large discs take more.
        frames: of a video: consecutive ones of the take.
        take: frames, `frames` at least, over which things move and the lens racks, so that a short video is no hastier
            than a long one.
    """

    stream: int
    videos: int
    objects: int
    points: int
    frames: int = 16
    size: int = 256
    take: int = 16


PRESETS = {
    "train": Recipe(stream=0, videos=3000, objects=4, points=160),
    "crowded": Recipe(stream=3, videos=1800, objects=9, points=160, frames=6),
    "test": Recipe(stream=1, videos=300, objects=9, points=400),
}


def make_scene(recipe: Recipe, seed: int, index: int, assets: AssetSource) -> tuple[Scene, Shot]:
    """The scene and the shot of video `index`: the same wherever and whenever they are made."""
    rng = np.random.default_rng([recipe.stream, seed, index])
    length = max(recipe.frames, recipe.take)
    scene = random_scene(rng, assets, recipe.size, recipe.size, length, recipe.objects)
    shot = random_shot(rng, scene)
    if length == recipe.frames:
        return scene, shot
    first = int(rng.integers(length - recipe.frames + 1))
    part = slice(first, first + recipe.frames)
    return replace(scene, frames=scene.frames[part], targets=scene.targets[:, part]), replace(
        shot, lens=shot.lens[part]
    )


def shoot(
    scene: Scene,
    shot: Shot,
    index: int,
    view: View,
    points: int,
    device: torch.device | None = None,
    disparity: Image | None = None,
) -> VideoFrame:
    """Frame `index` of the scene through the shot's lens, within `view`, traced with at least `points` points; of the
    disparity that it has there, if that is known."""
    layers, lens = scene.frames[index], shot.lens[index]
    far, near = scene.span
    radius = lens.blur * max(abs(near - lens.focus_disparity), abs(far - lens.focus_disparity))
    return VideoFrame(
        frame=trace(layers, Defocus(0.0, 0.0), view, 1, device),
        bokeh=trace(layers, lens, view, points_for(radius, points), device),
        disparity=trace_disparity(layers, view) if disparity is None else disparity,
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
        device: a GPU to trace on; the workers paint.

    Returns:
        How many videos were made now.

    Raises:
        OutputExists: the folder holds something and `resume` is off.
        ResumeMismatch: it was begun by another recipe, seed, asset source or generator.
        OutputUnwritable: no space or no permission.
        AssetsUnusable: the asset source has nothing to give.
        DatasetError: a worker process died.
        DeviceFailed: the GPU did.
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
        yield from _made_by(pool, todo, job, workers)
    except BrokenProcessPool as error:
        raise DatasetError("a worker process died; resume with fewer workers, it may lack memory") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _made_by(pool: ProcessPoolExecutor, todo: list[int], job: Job, workers: int) -> Iterator[int]:
    if job[-1] is None:
        for made in as_completed([pool.submit(_make, job, index) for index in todo]):
            yield made.result()
        return
    # One process has the GPU; the others set up what it traces, no further ahead than memory likes.
    from ..device import device_errors

    # Without word of a device, painters need no torch.
    painting = (*job[:-1], None)
    with device_errors(job[-1], less="close what else uses it"), ThreadPoolExecutor(workers) as writers:
        stored: deque[Future[int]] = deque()
        for painted in _ahead((partial(pool.submit, _paint, painting, index) for index in todo), 2 * workers):
            stored.append(writers.submit(_store, job, painted, list(_shot(job, painted))))
            while len(stored) > workers or (stored and stored[0].done()):
                yield stored.popleft().result()
        for future in stored:
            yield future.result()


def _ahead(starts: Iterator[Callable[[], Future[Painted]]], count: int) -> Iterator[Painted]:
    """What comes of futures, in order, with `count` of them under way."""
    under_way = deque(start() for start in itertools.islice(starts, count))
    while under_way:
        yield under_way.popleft().result()
        under_way.extend(start() for start in itertools.islice(starts, 1))


def _end_with_parent() -> None:
    """Workers of a process that was killed would go on for hours, beside whatever resumes their work."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


@dataclass(frozen=True, slots=True)
class Painted:
    """A video that is all but traced: `disparities` (H, W) of its frames are."""

    index: int
    scene: Scene
    shot: Shot
    disparities: list[Image]


def _make(job: Job, index: int) -> int:
    painted = _paint(job, index)
    return _store(job, painted, _shot(job, painted))


def _paint(job: Job, index: int) -> Painted:
    _, recipe, seed, assets, _ = job
    scene, shot = make_scene(recipe, seed, index, assets)
    view = View(recipe.size, recipe.size)
    return Painted(index, scene, shot, [trace_disparity(layers, view) for layers in scene.frames])


def _shot(job: Job, painted: Painted) -> Iterator[VideoFrame]:
    _, recipe, _, _, device = job
    view = View(recipe.size, recipe.size)
    for t, disparity in enumerate(painted.disparities):
        yield shoot(painted.scene, painted.shot, t, view, recipe.points, device, disparity)


def _store(job: Job, painted: Painted, moments: Iterable[VideoFrame]) -> int:
    write_video(job[0] / f"{painted.index:05d}", moments, GAMMA, painted.shot.mode)
    return painted.index


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
