from __future__ import annotations

import pytest
import torch
from focuspuller.core.vbr.highlights import with_highlights


def lamp(light: float) -> torch.Tensor:
    frame = torch.full((3, 72, 72), 0.1)
    frame[:, 35:38, 35:38] = light
    return frame ** (1 / 2.2)


@pytest.mark.parametrize("light", [1.2, 50.0, 6e4])
def test_a_lamp_keeps_its_light(light: float) -> None:
    frame = lamp(light)
    bokeh = torch.full_like(frame, 0.4)
    through = with_highlights(bokeh, frame, torch.full((1, 72, 72), 15.0))
    gained = float((through.double() ** 2.2 - bokeh.double() ** 2.2).sum())
    assert gained == pytest.approx(3 * 9 * (light - 1), rel=0.01)


def test_in_focus_it_is_the_frame() -> None:
    frame = lamp(50.0)
    sharp = with_highlights(frame.clamp(max=1), frame, torch.zeros(1, 72, 72))
    torch.testing.assert_close(sharp, frame, rtol=1e-5, atol=1e-6)


def test_where_no_light_is_above_white_nothing_is_added() -> None:
    bokeh = torch.rand(3, 24, 32)
    assert with_highlights(bokeh, lamp(1.0)[:, :24, :32], torch.full((1, 24, 32), 9.0)).equal(bokeh)
