"""The timeline's clips: a thumbnail, the name, the frames that are shown, and a mark where the effect is on."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ..defocus_overlay import Bytes
from .button_bar import ButtonBar
from .theme import ACCENT, DIM_TEXT, RAISED, SUNKEN, TEXT

PICTURE = QSize(80, 45)
PICTURE_ROLE = Qt.ItemDataRole.UserRole
DETAIL_ROLE = Qt.ItemDataRole.UserRole + 1
EFFECT_ROLE = Qt.ItemDataRole.UserRole + 2


class ClipList(QWidget):
    chosen = Signal(int)

    needed = Signal(int)
    """The clip with this number has come into view without a thumbnail."""

    def __init__(self, actions: list[QAction]) -> None:
        super().__init__()
        heading = QLabel("Clips")
        heading.setObjectName("heading")
        self.list = QListWidget()
        self.list.setItemDelegate(_ClipDelegate(self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Clips")
        self.list.currentRowChanged.connect(self._choose)
        self.list.verticalScrollBar().valueChanged.connect(self._ask)
        bar = ButtonBar()
        for action in actions:
            bar.add(action)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 4, 6)
        column.setSpacing(6)
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        column.addWidget(bar)

    def show_clips(self, clips: list[tuple[str, str]]) -> None:
        """Args:
        clips: the name of each and a line about it.
        """
        self.list.blockSignals(True)
        self.list.clear()
        for row, (name, detail) in enumerate(clips):
            self.list.addItem(QListWidgetItem(name))
            self.show_detail(row, detail)
        self.list.blockSignals(False)

    def show_detail(self, index: int, detail: str) -> None:
        """Another line about a clip: once its media are open, more is known of it."""
        item = self.list.item(index)
        item.setData(DETAIL_ROLE, detail)
        item.setToolTip(f"<p>{escape(item.text())}<br>{escape(detail)}</p>")  # names may look like markup

    def show_current(self, index: int) -> None:
        self.list.blockSignals(True)
        self.list.setCurrentRow(index)
        self.list.blockSignals(False)

    def show_effects(self, on: list[bool | None]) -> None:
        """Args:
        on: for each clip, None where there is no effect and False where it is switched off.
        """
        for row, effect in enumerate(on):
            item = self.list.item(row)
            if item.data(EFFECT_ROLE) != effect:
                item.setData(EFFECT_ROLE, effect)

    def show_thumbnail(self, index: int, picture: Bytes) -> None:
        if index < self.list.count():
            height, width = picture.shape[:2]
            image = QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
            self.list.item(index).setData(PICTURE_ROLE, image)

    def showEvent(self, event: object) -> None:
        self._ask()

    def resizeEvent(self, event: object) -> None:
        self._ask()

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(row)

    def _ask(self) -> None:
        """For the thumbnails that are in view."""
        room = self.list.viewport().rect()
        first = max(0, self.list.indexAt(room.topLeft()).row())
        for row in range(first, self.list.count()):
            item = self.list.item(row)
            if self.list.visualItemRect(item).top() > room.bottom():
                break
            if item.data(PICTURE_ROLE) is None:
                self.needed.emit(row)


class _ClipDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(PICTURE.width() + 80, max(PICTURE.height() + 12, 2 * option.fontMetrics.height() + 14))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        room: QRect = option.rect.adjusted(0, 1, 0, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(room, QColor(RAISED))
            painter.fillRect(QRect(room.left(), room.top(), 3, room.height()), QColor(ACCENT))
        frame = QRect(room.left() + 8, room.center().y() - PICTURE.height() // 2, PICTURE.width(), PICTURE.height())
        painter.fillRect(frame, QColor(SUNKEN).lighter(150))
        image = index.data(PICTURE_ROLE)
        if isinstance(image, QImage):
            fitted = image.size().scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, fitted.width(), fitted.height())
            place.moveCenter(frame.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)
        words = room.adjusted(PICTURE.width() + 18, 5, -6, -5)
        metrics, line = option.fontMetrics, option.fontMetrics.height()
        effect = index.data(EFFECT_ROLE)
        if effect is not None:
            self._draw_mark(painter, words, line, is_on=bool(effect))
        name_room = words.adjusted(0, 0, -16, 0)
        painter.setPen(QColor(TEXT))
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, name_room.width())
        painter.drawText(name_room.left(), words.top() + metrics.ascent(), name)
        painter.setPen(QColor(DIM_TEXT))
        detail = metrics.elidedText(str(index.data(DETAIL_ROLE)), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words.left(), words.top() + line + 3 + metrics.ascent(), detail)
        painter.restore()

    def _draw_mark(self, painter: QPainter, words: QRect, line: int, *, is_on: bool) -> None:
        """A lens's iris: filled where the effect acts, a ring where it is switched off."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(ACCENT))
        painter.setBrush(QColor(ACCENT) if is_on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(words.right() - 9, words.top() + line / 2 - 4, 8, 8))
