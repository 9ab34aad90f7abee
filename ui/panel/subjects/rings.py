"""Lies over the picture: a ring around each subject that is followed at the frame, and what the next click is for."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ....plugin.subject import Subject
from ..legend import legend_height
from ..theme import SUNKEN, TEXT
from ..viewer import Viewer
from ..viewer_paint import draw_boxed
from .aim import Aim
from .colours import colour_of

LABEL = 17.0
"""Pixels across a subject's number."""


class Rings(QWidget):
    """Args:
    viewer: shows the picture; clicks go through to it.
    """

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(viewer)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._viewer = viewer
        self._subjects: tuple[Subject, ...] = ()
        self._aim: Aim | None = None
        viewer.zoomed.connect(self._fit)
        self._fit()

    def show_subjects(self, subjects: tuple[Subject, ...]) -> None:
        self._subjects = subjects
        self.update()

    def show_aim(self, aim: Aim | None) -> None:
        self._aim = aim
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._viewer.shown
        if shown is not None:
            for number, subject in enumerate(self._subjects):
                if shown.request.frame in subject.frames:
                    self._draw_ring(painter, number, subject, shown.request.frame - subject.first)
        if self._aim is not None:
            self._draw_words(painter, self._aim.value)
        painter.end()

    def _draw_ring(self, painter: QPainter, number: int, subject: Subject, at: int) -> None:
        """Dashed where the subject is hidden."""
        transform = self._viewer.transform
        width, height = transform.picture
        place = subject.across[at] * width, subject.down[at] * height
        centre = QPointF(*transform.to_widget(place))
        below = transform.to_widget((place[0], place[1] + subject.radius[at] * height))
        radius = below[1] - centre.y()
        style = Qt.PenStyle.SolidLine if subject.seen[at] else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, wide in ((QColor(0, 0, 0, 150), 3.5), (colour_of(number), 1.8)):
            painter.setPen(QPen(colour, wide, style))
            painter.drawEllipse(centre, radius, radius)
        label = QRectF(0, 0, LABEL, LABEL)
        label.moveCenter(centre + QPointF(radius, -radius) * math.sqrt(0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(number))
        painter.drawEllipse(label)
        painter.setPen(QColor(SUNKEN))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(number + 1))

    def _draw_words(self, painter: QPainter, words: str) -> None:
        legend = legend_height(painter.fontMetrics()) if self._viewer.has_legend else 0.0
        place = QRectF(self.rect()).adjusted(24, 24, -24, -20 - legend)
        where = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        draw_boxed(painter, place, where, words, TEXT, (12, 6))

    def _fit(self) -> None:
        self.setGeometry(self._viewer.rect())
        self.update()
