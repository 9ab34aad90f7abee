import random

from focuspuller.ui.panel.history import History


def test_undo_and_redo_walk_the_values() -> None:
    history = History(0)
    for value in (1, 2, 3):
        history.push(value)
    assert [history.undo(), history.undo(), history.redo(), history.undo(), history.undo()] == [2, 1, 2, 1, 0]
    assert not history.can_undo
    assert history.undo() == 0
    assert [history.redo(), history.redo(), history.redo(), history.redo()] == [1, 2, 3, 3]


def test_a_drag_is_one_step_and_the_next_drag_another() -> None:
    history = History(0)
    for value in (1, 2, 3):
        history.push(value, "first")
    for value in (4, 5):
        history.push(value, "second")
    history.push(6)
    assert [history.undo(), history.undo(), history.undo()] == [5, 3, 0]


def test_a_gesture_key_used_again_after_an_undo_is_another_step() -> None:
    history = History(0)
    history.push(1, "drag")
    history.undo()
    history.push(2, "drag")
    history.push(3, "drag")
    assert history.undo() == 0
    assert history.redo() == 3


def test_what_was_undone_is_forgotten_by_the_next_edit() -> None:
    history = History(0)
    history.push(1)
    history.undo()
    history.push(2)
    assert not history.can_redo
    assert history.undo() == 0


def test_a_drag_back_to_where_it_began_costs_no_undo() -> None:
    history = History(0)
    history.push(1)
    history.push(2, "drag")
    history.push(1, "drag")
    assert history.undo() == 0
    assert history.redo() == 1


def test_any_walk_ends_where_it_began() -> None:
    for seed in range(50):
        choose = random.Random(seed)
        history = History(0)
        for _ in range(100):
            match choose.randrange(4):
                case 0:
                    history.undo()
                case 1:
                    history.redo()
                case kind:
                    history.push(choose.randrange(5), "" if kind == 2 else choose.choice("ab"))
        while history.can_undo:
            history.undo()
        assert history.value == 0
