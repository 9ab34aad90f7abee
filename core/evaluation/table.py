"""What an evaluation found, to be read and looked at: Table 1, Figure 5, Figure 6."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..media.partial import write_whole
from ..svb.corrupt import Corruption
from .evaluate import Exhibit, Figures, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    digits: int
    higher_is_better: bool = True


COLUMNS = (
    Column("PSNR", 2),
    Column("SSIM", 4),
    Column("PSNR_ob", 2),
    Column("SSIM_ob", 4),
    Column("Consistency", 3, higher_is_better=False),
)
"""In the order of `Figures`."""

NOTES = (
    "Means over videos of figures pooled over each video's 8-bit frames. _ob: at occlusion boundaries, that is, "
    "disparity edges (steps above 0.01 between neighbouring pixels) spread by the larger blur radius beside them; "
    "the paper's text leaves this mask open. Consistency: Eq 10, mean absolute difference x 100."
)

ABSENT = "n/a"

ZOOM = 4
"""The sheet's close-ups show this part of a frame's shorter side."""


def markdown(results: Sequence[Result]) -> str:
    """Table 1: a row a method, the best of each column and level in bold, and what the columns mean."""
    levels = list(dict.fromkeys(result.level for result in results))
    arrows = [f"{column.title} {'↑' if column.higher_is_better else '↓'}" for column in COLUMNS]
    with_level = len(levels) > 1
    header = ["Method", *(["Disparity"] if with_level else []), *arrows]
    lines = [_row(header), _row(["---"] * len(header))]
    for level in levels:
        rows = [result for result in results if result.level == level]
        written = [[_written(value, column) for value, column in _pairs(row.mean)] for row in rows]
        best = [_best([cells[i] for cells in written], column) for i, column in enumerate(COLUMNS)]
        for row, cells in zip(rows, written, strict=True):
            bold = [f"**{cell}**" if cell == top else cell for cell, top in zip(cells, best, strict=True)]
            lines.append(_row([row.method, *([level_name(level)] if with_level else []), *bold]))
    return "\n".join([*lines, "", NOTES])


def as_json(results: Sequence[Result]) -> list[dict[str, object]]:
    """The same for machines, with every video's figures; null where there was nothing to measure."""
    return [
        {
            "method": result.method,
            "corruption": level_name(result.level),
            "mean": _plain(result.mean),
            "videos": {name: _plain(figures) for name, figures in result.videos.items()},
        }
        for result in results
    ]


def level_name(level: Corruption) -> str:
    return "none" if level is Corruption.NONE else level.name


def draw_robustness(results: Sequence[Result], picture: Path) -> None:
    """Figure 5 as PNG: every figure over the levels of corruption, a line a method.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 6.5), layout="constrained")
    panels = list(figure.subplots(2, 3).flat)
    levels = sorted({result.level for result in results})
    for name in dict.fromkeys(result.method for result in results):
        mean = {result.level: astuple(result.mean) for result in results if result.method == name}
        known = [level for level in levels if level in mean]
        for i, panel in enumerate(panels[:-1]):
            places = [levels.index(level) for level in known]
            panel.plot(places, [mean[level][i] for level in known], marker="o", label=name)
    for panel, column in zip(panels, COLUMNS, strict=False):
        panel.set(title=f"{column.title} ({'higher' if column.higher_is_better else 'lower'} is better)")
        panel.set_xticks(range(len(levels)), [level_name(level) for level in levels])
        panel.set_xlabel("corruption of disparity")
        panel.grid(alpha=0.3)
    panels[-1].axis("off")
    # Given afterwards, a name may begin with "_" and have "$" in it.
    lines = list(panels[0].lines)
    legend = panels[-1].legend(lines, ["?"] * len(lines), loc="center")
    for text, line in zip(legend.get_texts(), lines, strict=True):
        text.set(text=line.get_label(), parse_math=False)
    _save(figure, picture)


def draw_sheet(exhibits: Sequence[Exhibit], picture: Path) -> None:
    """Figure 6 as PNG: two rows an exhibit, whole pictures, then close-ups of where the methods err most.

    A yellow cross on the disparity map marks the focal plane.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    from matplotlib.figure import Figure

    # The input is the frame, which is shown already.
    methods = [name for name in exhibits[0].bokeh if name != "input"]
    titles = ["disparity", "frame", *methods, "truth"]
    figure = Figure(figsize=(2.6 * len(titles), 5.2 * len(exhibits)), layout="constrained")
    panels = figure.subplots(2 * len(exhibits), len(titles), squeeze=False)
    for number, exhibit in enumerate(exhibits):
        rows, columns = closest_look(exhibit)
        shown = [exhibit.disparity, exhibit.frame, *(exhibit.bokeh[name] for name in methods), exhibit.truth]
        whole, close = panels[2 * number], panels[2 * number + 1]
        for title, image, above, below in zip(titles, shown, whole, close, strict=True):
            for panel, part in ((above, image), (below, image[rows, columns])):
                panel.imshow(part, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
                panel.set_xticks([])
                panel.set_yticks([])
            left, top = columns.start - 0.5, rows.start - 0.5
            side = rows.stop - rows.start
            above.plot(
                [left, left + side, left + side, left, left], [top, top, top + side, top + side, top], "r-", lw=1
            )
            above.set_title(title if number == 0 else "", parse_math=False)
        whole[0].plot(*focus_point(exhibit.in_focus), marker="x", color="yellow", markersize=12, markeredgewidth=3)
        whole[0].set_ylabel(exhibit.video, parse_math=False)
    _save(figure, picture)


def closest_look(exhibit: Exhibit) -> tuple[slice, slice]:
    """(rows, columns) of the square in which the errors of the methods, other than the input, add up to most."""
    rendered = [image for name, image in exhibit.bokeh.items() if name != "input"] or [exhibit.frame]
    error = sum(np.abs(image - exhibit.truth).sum(-1) for image in rendered)
    height, width = exhibit.truth.shape[:2]
    side = max(1, min(height, width) // ZOOM)
    sums = np.pad(np.asarray(error, np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    inside = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    top, left = divmod(int(inside.argmax()), inside.shape[1])
    return slice(top, top + side), slice(left, left + side)


def focus_point(in_focus: np.ndarray) -> tuple[int, int]:
    """(x, y) of the sharp pixel nearest to the middle of them all."""
    points = np.argwhere(in_focus)
    y, x = points[np.square(points - points.mean(0)).sum(1).argmin()]
    return int(x), int(y)


def _save(figure: Figure, picture: Path) -> None:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=120)
    write_whole(picture, drawn.getvalue())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _pairs(figures: Figures) -> list[tuple[float, Column]]:
    return list(zip(astuple(figures), COLUMNS, strict=True))


def _written(value: float, column: Column) -> str:
    return f"{value:.{column.digits}f}" if math.isfinite(value) else ABSENT


def _best(cells: Sequence[str], column: Column) -> str | None:
    """The best as written, so that ties are bold alike; None when there is no competition."""
    known = [cell for cell in cells if cell != ABSENT]
    if len(known) < 2:
        return None
    return (max if column.higher_is_better else min)(known, key=float)


def _plain(figures: Figures) -> Mapping[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in asdict(figures).items()}
