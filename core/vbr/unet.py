"""What the coarse generator and the refiner share: a U-Net over frames that know their neighbours."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import STRIDE, UNSHUFFLE, Decoder, Encoder, Finish
from .configuration import Configuration
from .fusion import Fusion, TemporalFusionBlock

FRAME_LOGIT = -3.0
"""Where a pixel's trust in the sharp frame starts; that in every guess starts at 0."""

CONTRAST = 4.0
"""What differences between pictures are raised by: small ones mark what is wrong, and must not drown in the frame."""

NEAR_FOCUS = 4.0
"""px of blur at half the scale that tells small radii apart."""

CORRECTION = 0.1
"""Of a correction, to what the network says: corrections are small, and a step of the optimiser that moves the output
by more than they are worth would drown them."""


class Features(NamedTuple):
    """What a stage keeps of one frame. Its neighbours need `deep` alone."""

    deep: Tensor
    """(N, 2c, h/8, w/8)"""
    skip: Tensor
    """(N, c, h/4, w/4)"""
    pictures: Tensor
    """(N, pictures, 3, H, W): the frame, then the guesses"""
    inputs: Tensor
    """(N, inputs, H, W): what the encoder saw, for the finish to see again"""

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in self)


class VideoUNet(nn.Module):
    """A frame, its defocus map and what earlier steps made of them, to a better picture.

    The output is a correction of a blend of the frame and the guesses, chosen pixel by pixel: the sharp frame where it
    is in focus, which the features are too narrow to carry, and elsewhere whichever guess is right. The network sees
    the pictures as differences, for there lies what it has to mend; given them as they are, it leaves the blend only
    after a long wait, and from some seeds never.

    Args:
        guesses: pictures that come with the frame.
        configuration: channels, R_m and fusion of the network it is part of.
    """

    def __init__(self, guesses: int, configuration: Configuration) -> None:
        super().__init__()
        channels, fusion = configuration.channels, configuration.fusion
        self.pictures = guesses + 1
        self.channels = channels
        self.max_radius = configuration.max_radius
        self.seen = 3 * self.pictures + 2
        self.encoder = Encoder(self.seen, channels)
        self.fusion = None if fusion is Fusion.NONE else TemporalFusionBlock(2 * channels, fusion)
        self.decoder = Decoder(channels)
        self.finish = Finish(self.seen, self.pictures + 3)
        if guesses:
            self.finish.start_at(0, FRAME_LOGIT)

    def features_bytes(self, height: int, width: int, half: bool) -> int:
        """Bytes of one frame's features at that size."""
        positions = -(-height // STRIDE) * -(-width // STRIDE)
        values = self.channels * positions * (STRIDE // UNSHUFFLE) ** 2 + 2 * self.channels * positions
        size = 2 if half else 4
        return size * values + (size * self.seen + 4 * 3 * self.pictures) * height * width

    def forward(self, frames: Tensor, defocus: Tensor, guesses: Tensor) -> Tensor:
        """Windows of consecutive frames to their bokeh.

        Args:
            frames: (B, T, 3, H, W).
            defocus: (B, T, 1, H, W), px.
            guesses: (B, T, guesses, 3, H, W).

        Returns:
            (B, T, 3, H, W), float32.
        """
        features = self.encode(frames.flatten(0, 1), defocus.flatten(0, 1), guesses.flatten(0, 1))
        bokeh = self.decode(self.fuse(*_neighbours(features, len(frames))))
        return bokeh.reshape(frames.shape)

    def encode(self, frame: Tensor, defocus: Tensor, guesses: Tensor) -> Features:
        """Frame (N, 3, H, W), defocus (N, 1, H, W), px, guesses (N, guesses, 3, H, W), all at this stage's size."""
        height, width = defocus.shape[-2:]
        pictures = torch.cat([frame.unsqueeze(1), guesses], dim=1)
        differences = CONTRAST * pictures.diff(dim=1)
        # Beyond R_m there is nothing to tell radii apart for: what a refiner is given is that smooth already. Around
        # focus, where a pixel makes the difference, half the scale is spent on the first few.
        radius = (defocus / self.max_radius).clamp(-1, 1)
        near_focus = defocus / (defocus.abs() + NEAR_FOCUS)
        inputs = torch.cat([frame - 0.5, differences.flatten(1, 2), radius, near_focus], dim=1)
        if torch.is_autocast_enabled(inputs.device.type):
            inputs = inputs.to(torch.get_autocast_dtype(inputs.device.type))  # before it is unshuffled: half to move
        padded = inputs
        if height % STRIDE or width % STRIDE:
            padded = functional.pad(inputs, (0, -width % STRIDE, 0, -height % STRIDE), mode="replicate")
        deep, skip = self.encoder(padded)
        return Features(deep, skip, pictures, inputs)

    def fuse(self, before: Features, here: Features, after: Features) -> Features:
        """`here`, knowing its neighbours; at an end of the clip the missing neighbour is the frame itself."""
        if self.fusion is None:
            return here
        return here._replace(deep=self.fusion(before.deep, here.deep, after.deep))

    def decode(self, fused: Features) -> Tensor:
        """Bokeh (N, 3, H, W), float32: the pictures, blended pixel by pixel, and a correction of the blend."""
        height, width = fused.pictures.shape[-2:]
        detail = self.decoder(fused.deep, fused.skip)[..., :height, :width]
        out = self.finish(detail, fused.inputs).float()
        trust = out[:, : self.pictures].softmax(dim=1)
        bokeh: Tensor = CORRECTION * out[:, self.pictures :]
        for index in range(self.pictures):
            bokeh = torch.addcmul(bokeh, trust[:, index : index + 1], fused.pictures[:, index])
        return bokeh


def _neighbours(features: Features, batch: int) -> tuple[Features, Features, Features]:
    """Features of B windows of T frames, flat, as (before, here, after); the ends are their own neighbours."""
    deep = features.deep.reshape(batch, -1, *features.deep.shape[1:])
    before = torch.cat([deep[:, :1], deep[:, :-1]], dim=1).flatten(0, 1)
    after = torch.cat([deep[:, 1:], deep[:, -1:]], dim=1).flatten(0, 1)
    return features._replace(deep=before), features, features._replace(deep=after)
