"""Draws what the viewer shows: the picture, the line between two views of it, the focus point, and words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from .theme import ACCENT, DIM_TEXT
from .view_transform import ViewTransform

CROSS = 9.0


def draw_picture(painter: QPainter, transform: ViewTransform, image: QImage | None) -> None:
    """Args:
    image: None while there is none of that view.
    """
    if image is not None:
        left, top = transform.to_widget((0, 0))
        right, bottom = transform.to_widget(transform.picture)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image)


def draw_split(
    painter: QPainter, transform: ViewTransform, left: QImage | None, right: QImage | None, line: float
) -> None:
    """Args:
    line: where the two meet, in the widget's points.
    """
    width, height = transform.widget
    for image, from_x, to_x in ((left, 0.0, line), (right, line, width)):
        painter.setClipRect(QRectF(from_x, 0, to_x - from_x, height))
        draw_picture(painter, transform, image)
    painter.setClipping(False)
    top, bottom = transform.to_widget((0, 0))[1], transform.to_widget(transform.picture)[1]
    painter.setPen(QPen(QColor(ACCENT), 1.5))
    painter.drawLine(QPointF(line, max(0, top)), QPointF(line, min(height, bottom)))
    painter.setBrush(QColor(ACCENT))
    painter.drawRoundedRect(QRectF(line - 3, height / 2 - 14, 6, 28), 3, 3)


def draw_mark(painter: QPainter, transform: ViewTransform, across: float, down: float, words: str) -> None:
    """Args:
    across, down: the focus point, in picture widths and heights.
    """
    width, height = transform.picture
    x, y = transform.to_widget((across * width, down * height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, wide in ((QColor(0, 0, 0, 150), 3.0), (QColor(ACCENT), 1.4)):
        painter.setPen(QPen(colour, wide))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(QPointF(x + dx * CROSS / 3, y + dy * CROSS / 3), QPointF(x + dx * CROSS, y + dy * CROSS))
    box = painter.fontMetrics().boundingRect(words).adjusted(-5, -3, 5, 3)
    beside = x + CROSS + 4
    if beside + box.width() > transform.widget[0]:
        beside = x - CROSS - 4 - box.width()
    label = QRectF(beside, y - box.height() / 2, box.width(), box.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(label, 3, 3)
    painter.setPen(QColor(ACCENT))
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, words)


def draw_note(painter: QPainter, room: QRect, note: str) -> None:
    """In the middle of `room`."""
    place = QRectF(room).adjusted(24, 24, -24, -24)
    draw_boxed(painter, place, Qt.AlignmentFlag.AlignCenter, note, DIM_TEXT, (14, 10))


def draw_boxed(
    painter: QPainter, place: QRectF, where: Qt.AlignmentFlag, words: str, colour: str, margin: tuple[int, int]
) -> None:
    """Words on a dark ground, which reaches `margin` (across, down) beyond them."""
    flags = where | Qt.TextFlag.TextWordWrap
    across, down = margin
    box = painter.boundingRect(place, flags, words).adjusted(-across, -down, across, down)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 190))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor(colour))
    painter.drawText(place, flags, words)
