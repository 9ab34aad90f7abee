"""What lies under the pointer: colour, disparity, distance and blur radius of one pixel."""

from __future__ import annotations

from ...core.optics import distance_at
from ...plugin.state import EffectState
from ..defocus_overlay import in_focus_radius
from .focus_pick import in_words
from .pictures import Shown, View


def readout(shown: Shown, state: EffectState | None, view: View, pixel: tuple[int, int]) -> str:
    """Args:
    view: whose colour is read.
    pixel: (column, row) of the picture.
    """
    column, row = pixel
    colour = shown.colour(view, pixel)
    if colour is None:
        return ""
    red, green, blue = colour
    words = [f"{column:4d}, {row:4d}", f"RGB {red:3d} {green:3d} {blue:3d}"]
    if shown.disparity is not None and shown.defocus is not None and state is not None:
        disparity = float(shown.disparity[row, column])
        radius = shown.defocus.blur * (disparity - shown.defocus.focus_disparity)
        words.append(f"disparity {disparity:.3f}")
        words.append(f"{in_words(distance_at(disparity, state.lens)):>7}")
        words.append(f"blur {abs(radius):.1f} px {_where(radius, shown.size[0])}")
    return "   ".join(words)


def _where(radius: float, width: int) -> str:
    if abs(radius) <= in_focus_radius(width):
        return "in focus"
    return "in front" if radius > 0 else "behind"
