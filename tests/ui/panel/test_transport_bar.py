from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.panel.windows import Desk, Hand


def test_the_ruler_seeks_and_the_frame_can_be_typed(desk: Desk, edit: Path) -> None:
    window = desk.open(edit)
    hand, ruler = Hand(desk, window), window.picture.transport_bar.ruler
    hand.click(ruler, ruler.scale.middle(7), 8)
    assert window.project.transport.playhead == 7
    hand.drag(ruler, (ruler.scale.middle(7), 8), (ruler.scale.middle(3), 8))
    assert window.project.transport.playhead == 3
    frame = window.picture.transport_bar.frame
    frame.setFocus()
    frame.selectAll()
    hand.write(frame, "11")
    hand.key(Qt.Key.Key_Return)
    assert window.project.transport.playhead == 11
