"""A clip's disparity, from a source to a file: estimate, normalise, steady, write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import torch

from ..errors import DisparityLengthMismatch, OutputExists, OutputIsInput
from ..frames import Image
from ..media.disparity import resampled
from ..media.info import MediaInfo
from ..media.open import Footage
from ..media.output import open_writer, source_files
from ..media.output_format import disparity_format
from ..media.partial import remove
from .normalise import PERCENTILES, Normalisation, normalisation
from .raw_maps import RawMaps, maps_folder
from .sidecar import DisparityFacts, is_foreign, read_facts, sidecar_path, write_facts
from .source import DisparitySource
from .steady import steadied

Progress = Callable[[str, int, int], None]
"""Called with what is going on, frames done and frames in all."""


@dataclass(frozen=True, slots=True)
class DepthReport:
    """What was made; `estimated` counts the frames that the source was asked for this time."""

    target: Path
    frames: int
    estimated: int
    near: float | None
    far: float | None
    cuts: tuple[int, ...]
    notes: tuple[str, ...] = ()


def make_disparity(
    clip: Footage,
    source: DisparitySource,
    target: Path,
    *,
    stabilise: float,
    device: torch.device,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress = lambda phase, done, total: None,
) -> DepthReport:
    """Write the clip's disparity to `target`, and the sidecar beside it; both whole or absent.

    Args:
        clip: the footage, whose timestamps the disparity gets.
        stabilise: 0 leaves the source's maps alone, 1 takes out all flicker; see `steadied`.
        resume: go on from the maps that lie beside the target; where that is made already, nothing is done again.

    Raises:
        OutputExists, OutputIsInput, OutputBusy, OutputUnwritable, UnsupportedFormat, ResumeMismatch,
        DisparityLengthMismatch: before anything is estimated.
        DisparityError, DisparityNotFinite, FrameUnreadable, DeviceFailed: estimated maps are kept for `resume`.
    """
    output = disparity_format(target)
    facts = {"clip": clip.fingerprint, "frames": len(clip), **source.record, "quantity": source.quantity}
    if resume and not maps_folder(target).exists() and (made := _made_already(clip, source, target, stabilise)):
        return made
    made_of = [path for path in map(Path, source.record.values()) if path.is_file()]
    _refuse([*source_files(clip.info.path), *made_of], target, resume, overwrite)
    if len(source) != len(clip):
        raise DisparityLengthMismatch(
            f"{source.record['model']} has {len(source)} frames, the clip {len(clip)}; give one as long as the clip"
        )
    with RawMaps(target, facts, resume=resume, anew=overwrite and not resume) as maps:
        estimated = len(clip) - len(maps)
        maps.extend(_told(source.maps(len(maps)), "depth", len(maps), len(clip), progress))
        scale = normalisation(maps, source.quantity, str(source.record["model"]))
        width, height = source.size or (clip.width, clip.height)
        info = _described(clip.info, target, width, height)
        with (
            steadied(clip, maps, scale, stabilise, device, source.size, progress) as steady,
            open_writer(target, output, info) as writer,
        ):
            for image in _told(steady.frames, "steady" if stabilise else "write", 0, len(clip), progress):
                writer.write(resampled(image.clip(0, 1), width, height))
            # Before the new clip is in place: never does a sidecar speak of another than the one it lies beside.
            remove(sidecar_path(target))
        write_facts(target, _facts(clip, source, scale, stabilise, steady.cuts))
        maps.discard()
    return DepthReport(target, len(clip), estimated, scale.near, scale.far, steady.cuts)


def _made_already(clip: Footage, source: DisparitySource, target: Path, stabilise: float) -> DepthReport | None:
    """What a run before this one reported, if the sidecar of what is there says that it was the same."""
    facts = read_facts(target) if target.exists() else None
    if facts is None or any(facts.made.get(name) != value for name, value in _made_of(clip, source, stabilise).items()):
        return None
    cuts = facts.made.get("cuts")
    known = tuple(cut for cut in cuts if isinstance(cut, int)) if isinstance(cuts, list) else ()
    return DepthReport(target, len(clip), 0, facts.near, facts.far, known, (f"{target} is whole already",))


def _refuse(inputs: Iterable[Path], target: Path, resume: bool, overwrite: bool) -> None:
    if is_foreign(sidecar_path(target)):
        raise OutputExists(f"{sidecar_path(target)} is no sidecar of ours; move it away, or give another name with -o")
    if not target.exists():
        return
    if any(target.samefile(file) for file in inputs):
        raise OutputIsInput(f"{target} is what the maps are made of; give another name with -o")
    if not overwrite and not (resume and maps_folder(target).exists()):
        raise OutputExists(f"{target} exists; give another name, or --overwrite to replace it")


def _described(info: MediaInfo, target: Path, width: int, height: int) -> MediaInfo:
    """The clip's time, without its sound, and upright."""
    aspect = 1 / info.pixel_aspect if info.rotation % 180 else info.pixel_aspect
    stretched = aspect * Fraction(info.width * height, info.height * width)
    return replace(
        info, path=target, width=width, height=height, rotation=0, pixel_aspect=stretched, metadata={}, audio_streams=0
    )


def _facts(
    clip: Footage, source: DisparitySource, scale: Normalisation, stabilise: float, cuts: tuple[int, ...]
) -> DisparityFacts:
    made = {
        **_made_of(clip, source, stabilise),
        "normalisation": {"percentiles": PERCENTILES, "low": scale.low, "high": scale.high},
        "cuts": cuts,
    }
    return DisparityFacts(scale.near, scale.far, True, made)


def _made_of(clip: Footage, source: DisparitySource, stabilise: float) -> dict[str, object]:
    """What a disparity clip depends on."""
    return {
        "source": dict(source.record),
        "quantity": source.quantity.value,
        "stabilise": stabilise,
        "clip": {"name": Path(clip.name).name, "frames": len(clip), "fingerprint": clip.fingerprint},
    }


def _told(images: Iterable[Image], phase: str, done: int, total: int, progress: Progress) -> Iterator[Image]:
    """The images, with progress told before the first and after each."""
    progress(phase, done, total)
    for count, image in enumerate(images, done + 1):
        yield image
        progress(phase, count, total)
