"""The picture of a run: loss and metrics over steps."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeGuard

from matplotlib.figure import Figure

from ..errors import OutputUnwritable
from .log import Entry, read_log

SMOOTHING = 0.9
"""Share of its running mean that the loss line keeps from entry to entry."""

LARGEST = 1e15
"""Of what is drawn; larger ones are damage."""


def draw_curve(log: Path, picture: Path, loss: str, judged: tuple[str, str]) -> None:
    """Draw a run's log as PNG: the loss of each stage, and below it what was validated.

    Args:
        loss: what it is.
        judged: key of what was validated, and what that is.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    entries = list(read_log(log))
    figure = Figure(figsize=(9, 7), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    for stage in dict.fromkeys(entry["stage"] for entry in entries if isinstance(entry.get("stage"), str)):
        steps, losses = _line([entry for entry in entries if entry.get("stage") == stage], "loss")
        (line,) = above.plot(steps, losses, alpha=0.25)
        above.plot(steps, _smoothed(losses), color=line.get_color(), label=stage)
        steps, figures = _line([entry for entry in entries if entry.get("stage") == stage], judged[0])
        below.plot(steps, figures, marker=".", color=line.get_color())
    above.set(ylabel=loss)
    above.legend()
    below.set(ylabel=judged[1], xlabel="step")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    try:
        figure.savefig(picture, format="png", dpi=120)
    except OSError as failure:
        raise OutputUnwritable(
            f"{picture} cannot be written: {failure.strerror}; choose another folder or make room"
        ) from failure


def _line(entries: Iterable[Entry], key: str) -> tuple[list[float], list[float]]:
    """(steps, values) of the entries that have the key."""
    points = [(entry.get("step"), entry.get(key)) for entry in entries]
    numbers = [(float(x), float(y)) for x, y in points if _can_be_drawn(x) and _can_be_drawn(y)]
    return [x for x, _ in numbers], [y for _, y in numbers]


def _can_be_drawn(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) <= LARGEST


def _smoothed(values: list[float]) -> list[float]:
    smooth: list[float] = []
    for value in values:
        smooth.append(value if not smooth else SMOOTHING * smooth[-1] + (1 - SMOOTHING) * value)
    return smooth
