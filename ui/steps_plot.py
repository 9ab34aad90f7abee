"""Where a frame's time goes, as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..core.media.partial import write_whole

STEPS = ("outlines", "reveal", "guess", "encode", "fuse", "decode")


def draw_steps(figures: Sequence[Mapping[str, Any]], picture: Path) -> None:
    """A bar for every size and radius, as PNG: seconds a frame, by step over all stages; draft in one piece.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    figure = Figure(figsize=(9, 0.4 * len(figures) + 1.5), layout="constrained")
    axes = figure.subplots()
    names = [f"{row['size']}, {row['radius']} px, {row['quality']}" for row in figures]
    seconds = [row["seconds"]["median"] for row in figures]
    drafts = [0.0 if row["shares"] else second for row, second in zip(figures, seconds, strict=True)]
    axes.barh(names, drafts, color="0.6", label="draft")
    left = [0.0] * len(figures)
    for step in STEPS:
        widths = [
            second * sum(share for name, share in row["shares"].items() if name.endswith(step))
            for row, second in zip(figures, seconds, strict=True)
        ]
        axes.barh(names, widths, left=left, label=step)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set(xlabel="seconds a frame, all cores")
    axes.legend()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=120)
    write_whole(picture, drawn.getvalue())
