"""What a renderer is built as: the facts that its weights depend on."""

from __future__ import annotations

from dataclasses import dataclass

from .fusion import Fusion


@dataclass(frozen=True, slots=True)
class Configuration:
    """The network's shape. `PAPER` and `PRIOR` are the two that ship; the rest are ablations of them.

    Args:
        prior: every stage also gets, and its output is residual to, the classical rendering of the frame.
        fusion: how neighbouring frames are taken in.
        channels: of the features at a quarter of a stage's resolution.
        deep_channels: of those at an eighth.
        max_radius: R_m, px: the largest blur that the coarse generator renders; above what SVB holds, so that it
            learns at full resolution.
    """

    prior: bool = True
    fusion: Fusion = Fusion.DEFORMABLE
    channels: int = 96
    deep_channels: int = 80
    max_radius: float = 48.0


PRIOR = Configuration()
PAPER = Configuration(prior=False)
