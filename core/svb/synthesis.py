"""Make SVB: from (recipe, seed, index) to a video, alone or with many workers, resumable."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import DatasetError, OutputExists, OutputUnwritable, ResumeMismatch
from ..frames import Image
from ..media.partial import sweep
from .assets import AssetSource, ProceduralAssets
from .dataset import RECORD, VideoFrame, write_video
from .recipe import Recipe, make_scene, shoot
from .scene import Scene
from .shots import Shot
from .trace import GAMMA, View, trace_disparity

if TYPE_CHECKING:
    import torch

GENERATOR = 1
"""Raised whenever the same seed would give other videos; videos of two generators never share a folder."""

Progress = Callable[[int, int], None]
"""Called with (videos done, videos in all)."""


def tracing_device() -> torch.device | None:
    """The GPU, where there is one and Triton for it; None is the CPU."""
    from ..device import best_device, has_triton

    device = best_device()
    return device if has_triton(device) else None


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
    sweep(out)
    todo = [index for index in range(recipe.videos) if not (out / f"{index:05d}").exists()]
    done = recipe.videos - len(todo)
    if progress:
        progress(done, recipe.videos)
    for finished, _ in enumerate(_made(todo, (out, recipe, seed, assets, device), workers), start=done + 1):
        if progress:
            progress(finished, recipe.videos)
    return len(todo)


Job = tuple[Path, Recipe, int, AssetSource, "torch.device | None"]

Made = TypeVar("Made")

_job: Job | None = None
"""A worker's, given to it once: the assets of a large collection are a hundred thousand paths."""


def _made(todo: list[int], job: Job, workers: int) -> Iterator[int]:
    """Indices of the videos as they get finished."""
    if workers == 1:
        with _device_errors(job):
            for index in todo:
                yield _make(job, index)
        return
    if sys.platform == "win32":
        workers = min(workers, 61)  # it cannot wait for more
    # Without word of a device, painters need no torch.
    painting = (*job[:-1], None)
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin_worker, (painting,))
    try:
        yield from _made_by(pool, todo, job, workers)
    except BrokenProcessPool as error:
        raise DatasetError("a worker process died; resume with fewer workers, it may lack memory") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _device_errors(job: Job) -> AbstractContextManager[None]:
    if job[-1] is None:
        return nullcontext()
    from ..device import device_errors

    return device_errors(job[-1], less="close what else uses it")


def _made_by(pool: ProcessPoolExecutor, todo: list[int], job: Job, workers: int) -> Iterator[int]:
    if job[-1] is None:
        for made in as_completed([pool.submit(_in_worker, _make, index) for index in todo]):
            yield made.result()
        return
    # One process has the GPU; the others set up what it traces, no further ahead than memory likes.
    with _device_errors(job), ThreadPoolExecutor(workers) as writers:
        stored: deque[Future[int]] = deque()
        for painted in _ahead((partial(pool.submit, _in_worker, _paint, index) for index in todo), 2 * workers):
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


def _begin_worker(job: Job) -> None:
    global _job
    _job = job
    _end_with_parent()


def _in_worker(step: Callable[[Job, int], Made], index: int) -> Made:
    assert _job is not None
    return step(_job, index)


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
