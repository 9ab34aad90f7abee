from collections.abc import Iterator

import pytest
from focuspuller.core.errors import ParameterError
from focuspuller.ui.panel.fields.field import Field
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget


class Form(QWidget):
    """A field of lower-case words, with another beside it to go to."""

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[str] = []
        self.reasons: list[str] = []
        self.field = Field(self.enter)
        self.other = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.other)
        self.field.refused.connect(self.reasons.append)
        self.field.show_text("standing")
        self.show()
        self.activateWindow()
        assert QTest.qWaitForWindowActive(self)
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def enter(self, text: str) -> None:
        if not text.islower():
            raise ParameterError(f"'{text}' shouts; give lower case")
        self.entered.append(text)
        self.field.show_text(text)

    def type(self, text: str) -> None:
        self.field.selectAll()
        QTest.keyClicks(self.field, text)


@pytest.fixture
def form(application: QApplication) -> Iterator[Form]:
    made = Form()
    yield made
    made.close()
    made.deleteLater()
    application.processEvents()


def test_enter_takes_what_was_typed(form: Form) -> None:
    form.type("new")
    assert form.entered == []
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.entered == ["new"]
    assert form.field.text() == "new"


def test_leaving_takes_it_too_and_only_when_something_was_typed(form: Form) -> None:
    form.other.setFocus()
    form.field.setFocus()
    form.type("new")
    form.other.setFocus()
    assert form.entered == ["new"]


def test_what_is_refused_stays_with_its_reason_and_changes_nothing(form: Form) -> None:
    form.type("LOUD")
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    assert form.entered == []
    assert form.reasons == ["'LOUD' shouts; give lower case"]
    assert form.field.text() == "LOUD"
    form.type("q")
    assert form.reasons[-1] == ""


def test_what_is_refused_gives_way_when_the_focus_leaves(form: Form) -> None:
    for keys in ([Qt.Key.Key_Return], []):
        form.field.setFocus()
        form.type("LOUD")
        for key in keys:
            QTest.keyClick(form.field, key)
        form.other.setFocus()
        assert form.field.text() == "standing"
        assert form.reasons[-1] == ""


def test_escape_brings_back_what_stands(form: Form) -> None:
    form.type("LOUD")
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    QTest.keyClick(form.field, Qt.Key.Key_Escape)
    assert form.field.text() == "standing"
    assert form.reasons[-1] == ""


def test_a_value_shown_meanwhile_does_not_disturb_typing(form: Form) -> None:
    form.type("ne")
    form.field.show_text("moved")
    QTest.keyClicks(form.field, "w")
    assert form.field.text() == "new"
    QTest.keyClick(form.field, Qt.Key.Key_Escape)
    assert form.field.text() == "moved"


def test_a_refused_entry_gives_way_to_a_new_value(form: Form) -> None:
    form.type("LOUD")
    QTest.keyClick(form.field, Qt.Key.Key_Return)
    form.field.show_text("moved")
    assert form.field.text() == "moved"
    assert form.reasons[-1] == ""


def test_up_and_down_step(form: Form) -> None:
    steps: list[int] = []
    form.field.stepped.connect(lambda by, held: steps.append(by))
    QTest.keyClick(form.field, Qt.Key.Key_Up)
    QTest.keyClick(form.field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert steps == [1, -10]
