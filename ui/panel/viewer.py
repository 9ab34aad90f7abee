"""The picture: one view or two with a line between, to zoom, pan, and click focus into."""

from __future__ import annotations

import itertools
from enum import Enum, auto

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent

from ..defocus_overlay import Bytes, in_focus_radius
from .hover import HoverFocus
from .legend import draw_legend
from .pictures import Shown, View
from .split import Split
from .theme import SUNKEN
from .view_transform import Point, ViewTransform
from .viewer_paint import draw_mark, draw_note, draw_picture, draw_split

NOTCH = 120.0
"""Of a wheel, in Qt's eighths of a degree."""

PER_NOTCH = 1.25
PIXELS_FROM = 3.0
"""Zoom from which the picture's pixels are shown as squares."""


class _Drag(Enum):
    PAN = auto()
    SPLIT = auto()
    FOCUS = auto()


class Viewer(HoverFocus):
    """Shows what it is given."""

    picked = Signal(int, int, bool, str)
    """Column and row clicked to focus on, whether to key it, and the key that all picks of one drag share."""

    hovered = Signal(object)
    """The pixel (column, row) under the pointer, or None."""

    zoomed = Signal(float)
    """Device pixels to a picture pixel, once there is a picture."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.view = View.RESULT
        self.split: Split | None = None
        self.mark: tuple[float, float, str] | None = None
        """The focus point, in picture widths and heights, and its words."""
        self.transform = ViewTransform((16, 9), (1.0, 1.0))
        self.shown: Shown | None = None
        self._note = ""
        self._images: dict[View, QImage] = {}
        self._drag: _Drag | None = None
        self._gestures = itertools.count()
        self._gesture = ""
        self._last = QPointF()
        self._is_hovered = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 135)
        self.setAccessibleName("Viewer")
        self.setAccessibleDescription("The picture. Click to key focus there.")

    @property
    def views(self) -> frozenset[View]:
        """What must be in what it is shown."""
        return frozenset([self.view] if self.split is None else [self.split.left, self.split.right])

    @property
    def has_legend(self) -> bool:
        return self.shown is not None and View.DEFOCUS in self.views and self.shown.disparity is not None

    def show_pictures(self, shown: Shown, aspect: float) -> None:
        """Args:
        aspect: width of the picture's pixel over its height.
        """
        self.shown = shown
        self._images = {view: _image(picture) for view, picture in shown.pictures.items()}
        self._set(self.transform.showing(shown.size, aspect))

    def show_note(self, note: str) -> None:
        """Words in the picture's place, or over it: what is missing and what to do; empty for none."""
        self._note = note
        self.update()

    def clear(self) -> None:
        self.shown, self._images = None, {}
        self.update()

    def show_view(self, view: View, split: Split | None) -> None:
        self.view, self.split = view, split
        self.update()

    def show_mark(self, mark: tuple[float, float, str] | None) -> None:
        self.mark = mark
        self.update()

    def fit(self) -> None:
        self._set(self.transform.fitted())

    def zoom_to(self, zoom: float) -> None:
        """Device pixels to a picture pixel, around the middle."""
        self._set(self.transform.at_zoom(zoom, (self.width() / 2, self.height() / 2)))

    def zoom_by(self, factor: float) -> None:
        self._set(self.transform.zoomed(factor, (self.width() / 2, self.height() / 2)))

    def sizeHint(self) -> QSize:
        return QSize(720, 405)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._set(self.transform.zoomed(PER_NOTCH ** (event.angleDelta().y() / NOTCH), _point(event.position())))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        pans = event.button() is Qt.MouseButton.MiddleButton or event.modifiers() & Qt.KeyboardModifier.AltModifier
        self._last = event.position()
        if pans:
            self._drag = _Drag.PAN
        elif event.button() is not Qt.MouseButton.LeftButton:
            return
        elif self.split is not None and self.split.is_held(event.position().x(), self._line()):
            self._drag = _Drag.SPLIT
        else:
            self._drag = _Drag.FOCUS
            self._gesture = f"pick {next(self._gestures)}"
            self._pick(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        match self._drag:
            case _Drag.PAN:
                self._set(self.transform.panned(at.x() - self._last.x(), at.y() - self._last.y()))
            case _Drag.SPLIT if self.split is not None:
                across = self.transform.to_picture(_point(at))[0] / self.transform.picture[0]
                self.split = self.split.dragged(across)
                self.update()
            case _Drag.FOCUS:
                self._pick(event)
            case _:
                on_line = self.split is not None and self.split.is_held(at.x(), self._line())
                self.setCursor(Qt.CursorShape.SplitHCursor if on_line else Qt.CursorShape.CrossCursor)
        self._last, self._is_hovered = at, True
        self._hover()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_F:
                self.fit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(PER_NOTCH)
            case Qt.Key.Key_Minus:
                self.zoom_by(1 / PER_NOTCH)
            case _:
                super().keyPressEvent(event)

    def left(self) -> None:
        self._is_hovered = False
        self.hovered.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(SUNKEN))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.transform.zoom < PIXELS_FROM)
        if self._images:
            if self.split is None:
                draw_picture(painter, self.transform, self._images.get(self.view))
            else:
                left, right = self._images.get(self.split.left), self._images.get(self.split.right)
                draw_split(painter, self.transform, left, right, self._line())
            if self.mark is not None:
                draw_mark(painter, self.transform, *self.mark)
        if self.shown is not None and self.has_legend:
            full_radius = self.shown.request.full_radius
            draw_legend(painter, self.rect(), full_radius, in_focus_radius(self.transform.picture[0]))
        if self._note:
            draw_note(painter, self.rect(), self._note)
        painter.end()

    def _line(self) -> float:
        """Where the split's line lies, in the widget's points."""
        assert self.split is not None
        return self.transform.to_widget((self.split.at * self.transform.picture[0], 0))[0]

    def _pick(self, event: QMouseEvent) -> None:
        pixel = self.transform.pixel_at(_point(event.position()))
        if pixel is not None and self._images:
            keyed = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.picked.emit(*pixel, keyed, self._gesture)

    def _measure(self) -> None:
        self._set(self.transform.resized((self.width(), self.height()), self.devicePixelRatioF()))

    def _hover(self) -> None:
        self.hovered.emit(self.transform.pixel_at(_point(self._last)))

    def _set(self, transform: ViewTransform) -> None:
        self.transform = transform
        if self._is_hovered:
            self._hover()  # a pointer at rest is over another pixel now
        if self.shown is not None:
            self.zoomed.emit(transform.zoom)
        self.update()


def _image(picture: Bytes) -> QImage:
    height, width = picture.shape[:2]
    # The copy is Qt's own: an image on borrowed memory is gone when the array is.
    return QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _point(position: QPointF) -> Point:
    return position.x(), position.y()
