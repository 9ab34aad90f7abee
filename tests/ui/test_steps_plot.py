from pathlib import Path

import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.ui.steps_plot import draw_steps
from PIL import Image

FIGURES = [
    {"size": "540p", "radius": 8, "quality": "draft", "seconds": {"median": 0.1}, "shares": {}},
    {
        "size": "540p",
        "radius": 96,
        "quality": "final",
        "seconds": {"median": 0.5},
        "shares": {
            "0.outlines": 0.05,
            "0.reveal": 0.05,
            "0.guess": 0.15,
            "0.encode": 0.25,
            "1.fuse": 0.3,
            "1.decode": 0.2,
        },
    },
]


def test_the_steps_are_drawn(tmp_path: Path) -> None:
    draw_steps(FIGURES, tmp_path / "steps.png")
    with Image.open(tmp_path / "steps.png") as picture:
        colours = picture.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 5  # a bar for every step, and the draft's


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable):
        draw_steps(FIGURES, tmp_path / "none" / "steps.png")
