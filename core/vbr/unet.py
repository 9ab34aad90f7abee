"""What the coarse generator and the refiner share: a U-Net over frames that know their neighbours."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from .blocks import FINISH_REACH, HALF, STRIDE, Decoder, Encoder, Finish
from .bounds import BOUNDS, bounded, bounds
from .configuration import Configuration
from .fusion import Fusion, TemporalFusionBlock
from .halves import blend, gather
from .prior import PICTURES
from .sight import Sight, deepest, halved

FIRST_LOGIT, OTHER_LOGIT, NEW_LOGIT = 0.0, -3.0, -6.0
"""Where a pixel's trust in the first guess starts, that in any other picture, and that in one that comes later."""

AT_A_TIME = 1 << 18
"""px of a frame, about, that enter, and are finished, at a time. On a CPU, going through a tensor of all of a large
frame costs more than making it."""


HEAD_REACH = 2
"""Positions above its own that the encoder's head is given: one that it reaches into, and one more for an even number,
for it takes them by twos."""


class Features(NamedTuple):
    """What a stage keeps of one frame. Its neighbours need `deep` alone."""

    deep: Tensor
    """(N, d, h/8, w/8)"""
    skip: Tensor
    """(N, c, h/4, w/4)"""
    halves: Tensor
    """(N, 4 inputs, h/2, w/2): what the encoder saw, for the finish to see again, and to blend"""
    bounds: Tensor | None
    """(N, 6, h/8, w/8), `bounds` of the result; None in training, which learns by how far it strays"""
    size: tuple[int, int]
    """H, W"""

    @property
    def nbytes(self) -> int:
        held = self.deep.nbytes + self.skip.nbytes + self.halves.nbytes
        return held if self.bounds is None else held + self.bounds.nbytes


class VideoUNet(nn.Module):
    """A frame, its defocus map and what earlier steps made of them, to a better picture.

    The output is a correction of a blend of pictures, chosen pixel by pixel: the frame, which is right where it is in
    focus, the prior's rendering and its parts, and the stage before. The network sees them as differences to the first
    guess, for there lies what it has to mend; given them as they are, it leaves the blend only after a long wait, and
    from some seeds never.

    Args:
        refines: whether the guesses end with the stage before.
        configuration: of the network it is part of.

    Attributes:
        kept_in: what `Features.skip` and `halves`, which are most of what is held of a frame, are rounded to in full
            precision.
    """

    def __init__(self, refines: bool, configuration: Configuration) -> None:
        super().__init__()
        channels, deep, fusion = configuration.channels, configuration.deep_channels, configuration.fusion
        self.channels, self.deep_channels = channels, deep
        self.sight = Sight(configuration.prior, refines, configuration.max_radius)
        self.kept_in = torch.float
        self.encoder = Encoder(self.sight.channels, channels, deep)
        self.fusion = None if fusion is Fusion.NONE else TemporalFusionBlock(deep, fusion)
        self.decoder = Decoder(channels, deep)
        self.finish = Finish(self.sight.channels, self.sight.said)
        for picture in range(self.sight.pictures):
            self.finish.start_at(3 + picture, FIRST_LOGIT if picture == 1 else OTHER_LOGIT)

    @torch.no_grad()
    def start_from(self, coarser: VideoUNet) -> None:
        """Take over what a stage has learned that has one picture less to go by, the last: begin where it stands, and
        trust the new picture hardly at all."""
        learned = coarser.state_dict()
        for name, parameter in self.named_parameters():
            theirs = learned[name]
            if parameter.shape[1:] != theirs.shape[1:]:
                parameter.zero_()
            parameter[tuple(slice(size) for size in theirs.shape)] = theirs
        self.finish.start_at(self.sight.said - 1, NEW_LOGIT)

    def features_bytes(self, height: int, width: int, half: bool) -> int:
        """Bytes of one frame's features at that size."""
        positions = deepest(height) * deepest(width)
        convolved = (torch.half if half else torch.float).itemsize
        kept = (torch.half if half else self.kept_in).itemsize
        seen = 4 * self.channels + STRIDE**2 * self.sight.channels
        cells = -(-height // STRIDE) * -(-width // STRIDE)
        return (convolved * self.deep_channels + kept * seen) * positions + torch.float.itemsize * BOUNDS * cells

    def forward(self, frames: Tensor, defocus: Tensor, guesses: Tensor) -> Tensor:
        """Windows of consecutive frames to their bokeh.

        Args:
            frames: (B, T, 3, H, W).
            defocus: (B, T, 1, H, W), px.
            guesses: (B, T, channels, H, W): what `VBR.guesses` gives.

        Returns:
            (B, T, 3, H, W), float32.
        """
        features = self.encode(frames.flatten(0, 1), defocus.flatten(0, 1), guesses.flatten(0, 1))
        bokeh = self.decode(self.fuse(*_neighbours(features, len(frames))))
        return bokeh.reshape(frames.shape)

    def encode(self, frame: Tensor, defocus: Tensor, guesses: Tensor) -> Features:
        """Frame (N, 3, H, W), defocus (N, 1, H, W), px, guesses (N, channels, H, W), all at this stage's size."""
        height, width = halved(frame.shape[-2]), halved(frame.shape[-1])
        halves = torch.empty(
            (len(frame), HALF**2 * self.sight.channels, height, width),
            dtype=torch.half if torch.is_autocast_enabled(frame.device.type) else self.kept_in,
            device=frame.device,
            memory_format=torch.channels_last,
        )
        known = []
        for rows in strips((height, width), AT_A_TIME // HALF**2, frame.device):
            # With the rows beside them that the encoder's head reaches into.
            above = min(rows.start, HEAD_REACH)
            seen = gather(self.sight, frame, defocus, guesses, range(rows.start - above, min(rows.stop + 1, height)))
            halves[..., rows, :] = seen[..., above : above + rows.stop - rows.start, :]
            known.append(self.encoder.enter(seen, above))
        within = None if self.training else bounds(frame, defocus, guesses[:, : 3 * PICTURES * self.sight.prior])
        # Nothing else holds them, and memory is at its highest in the encoder.
        del guesses, seen
        deep, skip = self.encoder(torch.cat(known, dim=-2))
        if skip.dtype is torch.float:
            skip = skip.to(self.kept_in)
        return Features(deep, skip, halves, within, (frame.shape[-2], frame.shape[-1]))

    def fuse(self, before: Features, here: Features, after: Features) -> Features:
        """`here`, knowing its neighbours; at an end of the clip the missing neighbour is the frame itself."""
        if self.fusion is None:
            return here
        return here._replace(deep=self.fusion(before.deep, here.deep, after.deep))

    def decode(self, fused: Features) -> Tensor:
        """Bokeh (N, 3, H, W), float32: the pictures, blended pixel by pixel, and a correction of the blend."""
        detail = self.decoder(fused.deep, fused.skip.to(fused.deep.dtype))
        parts = strips(fused.size, AT_A_TIME, detail.device)
        if len(parts) == 1:
            return self._finished(detail, fused, parts[0])
        bokeh: Tensor = detail.new_empty(len(detail), 3, *fused.size, dtype=torch.float)
        for rows in parts:
            bokeh[..., rows, :] = self._finished(detail, fused, rows)
        return bokeh

    def _finished(self, detail: Tensor, fused: Features, rows: slice) -> Tensor:
        """These rows of the result, (N, 3, h, W)."""
        top, bottom = rows.start // HALF, -(-rows.stop // HALF)
        near = slice(max(0, top - FINISH_REACH), bottom + FINISH_REACH)
        seen = fused.halves[..., near, :].float()
        said = self.finish(detail[..., near, :], seen.to(detail.dtype))
        here = slice(top - near.start, bottom - near.start)
        bokeh = blend(self.sight, said[..., here, :], seen[..., here, :])
        bokeh = bokeh[..., : rows.stop - rows.start, : fused.size[1]]
        return bokeh if fused.bounds is None else bounded(bokeh, fused.bounds, rows)


def strips(size: tuple[int, int], pixels: int, device: torch.device) -> list[slice]:
    """Rows of a picture of that size, about so many pixels at a time; a GPU takes the whole."""
    height, width = size
    rows = height if device.type != "cpu" else max(1, pixels // (HALF * width)) * HALF
    return [slice(top, min(top + rows, height)) for top in range(0, height, rows)]


def _neighbours(features: Features, batch: int) -> tuple[Features, Features, Features]:
    """Features of B windows of T frames, flat, as (before, here, after); the ends are their own neighbours."""
    deep = features.deep.reshape(batch, -1, *features.deep.shape[1:])
    before = torch.cat([deep[:, :1], deep[:, :-1]], dim=1).flatten(0, 1)
    after = torch.cat([deep[:, 1:], deep[:, -1:]], dim=1).flatten(0, 1)
    return features._replace(deep=before), features, features._replace(deep=after)
