"""How fast shots render, what of a frame's time goes where, and how near that comes to its convolutions alone."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, pad
from torch.utils._python_dispatch import TorchDispatchMode

from ..cache import FrameCache
from ..device import best_device, one_thread
from ..frames import Image
from ..hidden.clip import AROUND, WholeClip, revealed
from ..hidden.motion import Sight, motions
from ..hidden.reveal import DISPARITY
from ..optics import Defocus
from ..outlines.outlined import SHIPPED, load_outlines
from ..renderer import Engine, Quality, Renderer
from ..shot import Shot
from ..vbr import weights
from ..vbr.configuration import PRIOR
from ..vbr.convolution import ONE_DNN
from ..vbr.model import VBR
from ..vbr.network import Network, load_network
from ..vbr.pyramid import rescale, rescale_hidden, scales, shot_scale
from .benchmark_classical import RADII, cores, ground, mixed_depth, textured_frame
from .measure import SIZES, Seconds, peak_memory

MEMORY = 8 << 30

WARM_UP, SPARE = 3, 2
"""Batches before those that are measured, until memory is what it will be, and after them: the last of a stream have no
others to prepare, and cost less."""

RUNS = 3
"""Of one step, of which the fastest counts."""

FUSED = (
    {torch.ops.mkldnn._convolution_pointwise.default: 0, torch.ops.mkldnn._convolution_pointwise_.binary: 1}
    if ONE_DNN
    else {}
)
"""Convolutions that do more in the same pass, and what of their arguments comes before those of a convolution."""

SPEED, SWING = 3, 16
"""px a frame of what passes, and frames from the middle to where it turns round."""

SOFT = 1 / 240
"""Share of a picture's width over which an edge in its disparity is drawn as a slope, as depth networks do."""

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class RenderFigure:
    """One quality at one size and blur.

    Attributes:
        radius: largest blur radius in the shot, px.
        seconds: of one frame of a stream, frames side by side.
        peak_memory: bytes that a process of its own needs at most for that, torch included; None if it was killed.
        shares: of a frame's work on one core, by stage and step; of final quality.
        roofline_ratio: work of a frame over that of its convolutions alone, back to back; of final quality. On a GPU
            the discs of the classical rendering are convolutions too.
        network_ratio: the same without the classical rendering that the network starts from, its discs, and what is
            looked for in the frame and in those around.
    """

    quality: str
    size: str
    radius: int
    seconds: Seconds
    peak_memory: int | None
    shares: Mapping[str, float] = field(default_factory=dict)
    roofline_ratio: float | None = None
    network_ratio: float | None = None


class PassingDiscs:
    """A clip without end in front of whose ground discs pass to and fro.

    Args:
        picture: (H, W) or (H, W, 3), frames or disparity of the whole scene with the discs in the middle.
        ground: the same without them.
        discs: (H, W), where they are in it.
    """

    def __init__(self, name: str, picture: Image, ground: Image, discs: NDArray[np.bool_]) -> None:
        self.name = self.fingerprint = name
        self.height, self.width = picture.shape[:2]
        self._ground, self._values = ground, picture[discs]
        self._rows, self._columns = np.nonzero(discs)

    def __len__(self) -> int:
        return 10_000

    def read(self, index: int) -> Image:
        shift = SPEED * abs(index % (4 * SWING) - 2 * SWING) - SPEED * SWING
        picture = self._ground.copy()
        picture[self._rows, (self._columns + shift) % self.width] = self._values
        return picture

    def close(self) -> None:
        pass


def benchmark_render(repeat: int, progress: Callable[[str, int, int], None]) -> list[RenderFigure]:
    """Draft, and the network, at every size and radius; `repeat` times as many frames as there are cores."""
    runs = [(quality, size, radius) for size in SIZES for radius in RADII for quality in Quality]
    figures: list[RenderFigure] = []
    with tempfile.TemporaryDirectory() as scratch:
        # How fast a network is does not depend on what it has learned.
        engine = Engine(Path(scratch) / "untrained.safetensors")
        assert engine.weights is not None
        weights.save(VBR(PRIOR), engine.weights, {})
        for quality, size, radius in runs:
            progress("render", len(figures), len(runs))
            figures.append(_figure(quality, size, radius, engine, repeat))
    progress("render", len(runs), len(runs))
    return figures


def _figure(quality: Quality, size: str, radius: int, engine: Engine, repeat: int) -> RenderFigure:
    width, height = SIZES[size]
    renderer = shot_of_discs(quality, width, height, radius, engine)
    seconds = _stream_seconds(renderer, repeat)
    peak = peak_memory(render_discs, quality, width, height, radius, engine, 8 * cores())
    if quality is Quality.DRAFT:
        return RenderFigure(quality, size, radius, seconds, peak)
    return RenderFigure(quality, size, radius, seconds, peak, *_shares(width, height, radius, engine))


def shot_of_discs(quality: Quality, width: int, height: int, radius: int, engine: Engine) -> Renderer:
    """A renderer of the benchmark's scene in motion, with blur of up to that radius."""
    shot = Shot(*clip_of_discs(width, height), lambda t: Defocus(2.0 * radius, 0.5))
    return Renderer(shot, quality, FrameCache(MEMORY), engine)


def clip_of_discs(width: int, height: int) -> tuple[PassingDiscs, PassingDiscs]:
    """Frames and disparity of the benchmark's scene in motion."""
    frame = textured_frame(width, height).permute(1, 2, 0).contiguous().numpy()
    disparity, plain = (depth / 2 + 0.5 for depth in (mixed_depth(width, height)[0], ground(width, height)))
    # The ground is the same texture, turned, so that what comes to light is news.
    turned = np.ascontiguousarray(frame[:, ::-1])
    frames = PassingDiscs("frames", frame, turned, (disparity != plain).numpy())
    # The ground has no edges, and is the same wherever a disc stands: what is soft of one passes with it.
    beside = round(width * SOFT / 2)
    discs = pad((disparity - plain)[None], (beside,) * 4, mode="replicate")
    soft = avg_pool2d(discs, 2 * beside + 1, stride=1)[0]
    return frames, PassingDiscs("disparity", (plain + soft).numpy(), plain.contiguous().numpy(), (soft != 0).numpy())


def render_discs(quality: Quality, width: int, height: int, radius: int, engine: Engine, frames: int) -> None:
    for _ in shot_of_discs(quality, width, height, radius, engine).stream(range(100, 100 + frames)):
        pass


def _stream_seconds(renderer: Renderer, repeat: int) -> Seconds:
    """Of a frame, over batches of one a core, in the middle of a stream."""
    pictures = renderer.stream(range(100, 100 + (WARM_UP + repeat + SPARE) * cores()))
    list(islice(pictures, WARM_UP * cores()))
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        list(islice(pictures, cores()))
        taken.append((time.perf_counter() - start) / cores())
    pictures.close()
    return Seconds(statistics.median(taken), min(taken), max(taken), repeat)


def _shares(width: int, height: int, radius: int, engine: Engine) -> tuple[dict[str, float], float, float]:
    """Shares by "stage.step", and the two ratios to the convolutions."""
    assert engine.weights is not None
    network, outlines = load_network(engine.weights, best_device()), load_outlines(SHIPPED, best_device())
    frames, disparity = clip_of_discs(width, height)
    looked_at = range(100 - AROUND, 101 + AROUND)
    pictures, maps = ([source.read(t) for t in looked_at] for source in (frames, disparity))
    with one_thread():
        with _Convolutions() as seeing:
            outlines.firm(pictures[AROUND], maps[AROUND])
        outlining = _least(partial(outlines.firm, pictures[AROUND], maps[AROUND]))
        maps = [outlines.firm(*given) for given in zip(pictures, maps, strict=True)]
        revealing, hidden = _revealing(pictures, maps)
        hidden[..., DISPARITY] = radius * (2 * hidden[..., DISPARITY] - 1)
        defocus = radius * (2 * maps[AROUND] - 1)
        picture, radii, behind = (
            torch.from_numpy(image).to(network.device).permute(2, 0, 1)[None]
            for image in (pictures[AROUND], defocus[..., None], hidden)
        )
        with network.computing():
            steps, convolutions = _steps(network, picture, radii, behind, radius)
        convolutions = {**convolutions, "outlines": seeing.seconds(network.device)}
    steps = {"0.outlines": outlining, "0.reveal": revealing} | steps
    whole, all_of_them = sum(steps.values()), sum(convolutions.values())
    guessed = sum(seconds for step, seconds in steps.items() if step.endswith(("guess", "outlines", "reveal")))
    shares = {step: seconds / whole for step, seconds in steps.items()}
    return shares, whole / all_of_them, (whole - guessed) / convolutions["network"]


def _revealing(pictures: Sequence[Image], maps: Sequence[Image]) -> tuple[float, Image]:
    """Seconds that a frame's motions and what is hidden in it take; and that (H, W, CHANNELS), of the middle one."""
    clip = WholeClip(pictures, maps)
    here, following = (Sight.of(pictures[t], maps[t]) for t in (AROUND, AROUND + 1))
    seconds = _least(partial(motions, here, following)) + _least(partial(revealed, clip, AROUND))
    return seconds, revealed(clip, AROUND).picture()


def _steps(
    network: Network, frame: Tensor, defocus: Tensor, hidden: Tensor, radius: int
) -> tuple[dict[str, float], Mapping[str, float]]:
    """Seconds of every step of a frame; and of the convolutions alone, the guesses' ("guess") and the others'."""
    model, coarser = network.model, None
    steps: dict[str, float] = {}
    convolutions = {"guess": 0.0, "network": 0.0}
    for stage, scale in enumerate(scales(shot_scale(radius, model.configuration.max_radius))):
        small, radii = rescale(frame, defocus, scale)
        behind = rescale_hidden(hidden, scale)
        with _Convolutions() as guessing:
            guesses = model.guesses(small, radii, coarser, behind)
        submodule = model.submodule(stage)
        with _Convolutions() as learned:
            features = submodule.encode(small, radii, guesses)
            output = model.decode(stage, model.fuse(stage, features, features, features))
        steps[f"{stage}.guess"] = _least(partial(model.guesses, small, radii, coarser, behind))
        steps[f"{stage}.encode"] = _least(partial(submodule.encode, small, radii, guesses))
        steps[f"{stage}.fuse"] = _least(partial(model.fuse, stage, features, features, features))
        steps[f"{stage}.decode"] = _least(partial(model.decode, stage, features))
        convolutions["guess"] += guessing.seconds(network.device)
        convolutions["network"] += learned.seconds(network.device)
        coarser = output
    return steps, convolutions


class _Convolutions(TorchDispatchMode):  # type: ignore[no-untyped-call]  # which torch leaves untyped
    """Within it every convolution is noted: the network's, and, on a GPU, the classical rendering's discs."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._noted: list[list[object]] = []

    def __torch_dispatch__(
        self,
        operator: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        if operator is torch.ops.aten.conv2d.default:
            self._noted.append([_layout(given) for given in args])
        elif operator in FUSED:
            x, weight, bias, padding, stride = args[FUSED[operator] :][:5]
            self._noted.append([*(_layout(given) for given in (x, weight, bias)), stride, padding])
        return operator(*args, **(kwargs or {}))

    def seconds(self, device: torch.device) -> float:
        """Of them all, back to back, on random tensors of the same layouts."""
        # Their precision is chosen by now.
        with torch.autocast(device.type, enabled=False):
            return sum(_least(partial(conv2d, *(_random(given, device) for given in noted))) for noted in self._noted)


def _layout(given: object) -> object:
    return torch.empty_like(given, device="meta") if isinstance(given, Tensor) else given


def _random(given: object, device: torch.device) -> Any:
    return torch.randn_like(given, device=device) if isinstance(given, Tensor) else given


def _least(work: Work) -> float:
    """Seconds of the fastest of a few runs."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
    return min(taken)
