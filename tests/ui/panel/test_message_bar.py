import pytest
from focuspuller.ui.panel.message_bar import MessageBar
from focuspuller.ui.panel.observing import Message
from PySide6.QtWidgets import QApplication


@pytest.fixture
def bar(application: QApplication) -> MessageBar:
    return MessageBar()


def note(text: str) -> Message:
    return Message(text, is_error=False)


def test_there_is_none_until_there_is_something_to_say(bar: MessageBar) -> None:
    assert bar.isHidden()
    bar.show_message(note("kept"))
    assert not bar.isHidden()
    assert bar.text.text() == "Kept."


def test_a_note_gives_way_and_an_error_does_not(bar: MessageBar) -> None:
    bar.show_message(note("one"))
    bar.show_message(Message("it is gone; put it back"))
    assert bar.text.text() == "It is gone; put it back."
    bar.show_message(note("opening a.mov…"))
    assert bar.text.text() == "It is gone; put it back.\nOpening a.mov…"
    assert bar.property("error") == "true"
    bar.show_message(note("opening b.mov…"))
    bar.take_back("opening a.mov…")  # not said any more
    assert bar.text.text() == "It is gone; put it back.\nOpening b.mov…"
    bar.take_back("opening b.mov…")
    assert bar.text.text() == "It is gone; put it back."


def test_what_is_going_on_leaves_all_else_standing(bar: MessageBar) -> None:
    bar.show_message(note("one\ntwo"))
    bar.show_doing("opening a.mov…")
    assert bar.text.text() == "One.\nTwo.\nOpening a.mov…"
    bar.take_back("opening a.mov…")
    assert bar.text.text() == "One.\nTwo."


def test_what_is_taken_back_or_closed_is_gone(bar: MessageBar) -> None:
    bar.show_message(Message("it is gone; put it back"))
    bar.show_message(note("two"))
    bar.take_back("it is gone; put it back")
    assert bar.text.text() == "Two."
    assert bar.property("error") == "false"
    bar.show_message(Message("no room; make some"))
    bar.close_button.click()
    assert bar.isHidden()
    bar.show_message(note("three"))
    assert bar.text.text() == "Three."
