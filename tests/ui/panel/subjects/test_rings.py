import pytest
from focuspuller.ui.panel.legend import legend_height
from focuspuller.ui.panel.subjects.aim import Aim
from focuspuller.ui.panel.subjects.rings import Rings
from focuspuller.ui.panel.viewer import Viewer
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget


def test_what_the_next_click_is_for_stands_above_the_legend(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Viewer, "has_legend", True)
    viewer = Viewer()
    viewer.resize(400, 300)
    rings = Rings(viewer)
    rings.show_aim(Aim.FOLLOW)
    drawn = QImage(rings.size(), QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(0)
    rings.render(drawn, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    rows = [y for y in range(drawn.height()) if drawn.pixelColor(200, y).alpha()]
    assert rows
    assert rows[-1] < 300 - legend_height(viewer.fontMetrics())
    viewer.deleteLater()
