from focuspuller.ui.panel.theme import GROUND
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleOptionButton, QWidget


def test_an_empty_check_box_stands_out_from_its_ground(application: QApplication) -> None:
    parent = QWidget()
    box = QCheckBox(parent)
    option = QStyleOptionButton()
    box.initStyleOption(option)
    indicator = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    edge = box.grab().toImage().pixelColor(indicator.left(), indicator.center().y())
    assert contrast(edge, QColor(GROUND)) >= 3
    parent.deleteLater()


def contrast(one: QColor, other: QColor) -> float:
    """As WCAG measures it, 1 to 21."""
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
