from focuspuller.ui.panel.subjects.aim import Aim, Aiming


def test_one_click_is_taken_with_all_of_its_drag() -> None:
    aiming = Aiming()
    assert aiming.takes("pick 0") is None
    aiming.aim = Aim.FOLLOW
    assert aiming.takes("pick 1") is Aim.FOLLOW
    assert aiming.aim is None
    assert aiming.has_taken("pick 1")
    assert not aiming.has_taken("pick 2")
    assert aiming.takes("pick 2") is None
