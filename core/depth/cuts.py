"""Where one shot ends and another begins."""

from __future__ import annotations

from .motion import Motion

LOST = 0.7
"""Share of a picture whose motion leads nowhere, at a cut. Fast shots lose a fifth, flashes two fifths, cuts nearly all
[measured]."""


def is_cut(motion: Motion) -> bool:
    """Whether the frame that the motion leads to is another shot's."""
    return float((motion.trust < 0.5).float().mean()) > LOST
