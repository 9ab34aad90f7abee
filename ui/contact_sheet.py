"""A sheet of moments of a shot: source, defocus map and result, one column a frame."""

from __future__ import annotations

import io
import math
from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from ..core.media.partial import write_whole
from ..plugin.session import Session
from .defocus_overlay import Bytes, defocus_overlay, for_screen, legend_colours

COLUMN_WIDTH = 480
MARGIN = 12
CAPTION = 30
BACKGROUND = (24, 24, 26)
TEXT = (226, 226, 228)


def moments(used: range, count: int) -> list[int]:
    """`count` frames spread evenly over the used range, both ends included."""
    return sorted({used[round(i * (len(used) - 1) / max(1, count - 1))] for i in range(count)})


def write_contact_sheet(session: Session, frames: list[int], target: Path) -> None:
    """Draw the sheet as PNG.

    Raises:
        OutputUnwritable: the folder or the disk refuses it.
    """
    info = session.info
    size = (COLUMN_WIDTH, round(COLUMN_WIDTH * info.height / info.width))
    strongest = max(session.defocus(t).max_radius for t in session.used)
    font = ImageFont.load_default(16)
    rows = ("source", f"defocus map, full hue at {strongest:.0f} px", "result")
    width = MARGIN + len(frames) * (size[0] + MARGIN)
    sheet = Picture.new("RGB", (width, len(rows) * (CAPTION + size[1]) + CAPTION + MARGIN), BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for column, t in enumerate(frames):
        x = MARGIN + column * (size[0] + MARGIN)
        source = session.source(t)
        overlay = defocus_overlay(source, session.defocus_map(t), strongest)
        pictures = (for_screen(source), overlay, for_screen(session.render(t)))
        for row, picture in enumerate(pictures):
            y = CAPTION + row * (CAPTION + size[1])
            sheet.paste(_thumbnail(picture, size), (x, y))
            if column == 0:
                draw.text((x, y - CAPTION + 7), rows[row], TEXT, font)
        draw.text((x, len(rows) * (CAPTION + size[1]) + 7), _caption(session, t), TEXT, font)
    _legend(draw, width, font)
    png = io.BytesIO()
    sheet.save(png, "PNG")
    write_whole(target, png.getvalue())


def _caption(session: Session, t: int) -> str:
    focus = session.state.focus_distance.value(t)
    distance = "infinity" if math.isinf(focus) else f"{focus:.2f} m"
    return f"frame {t}    focus {distance}    f/{session.state.aperture.value(t):.2g}"


def _legend(draw: ImageDraw.ImageDraw, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:
    x = width - MARGIN
    for words, colours in zip(("behind focus", "in front of focus"), legend_colours(2), strict=True):
        x -= round(draw.textlength(words, font))
        draw.text((x, 7), words, TEXT, font)
        x -= 20
        r, g, b = map(int, colours[-1])
        draw.rectangle((x, 9, x + 13, 22), (r, g, b))
        x -= 16


def _thumbnail(picture: Bytes, size: tuple[int, int]) -> Picture.Image:
    return Picture.fromarray(picture).resize(size, Picture.Resampling.LANCZOS)
