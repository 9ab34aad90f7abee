from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import OutputUnwritable
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import EffectState, new_uuid
from focuspuller.ui.contact_sheet import COLUMN_WIDTH, moments, write_contact_sheet
from PIL import Image

from tests import clips


def test_moments_are_spread_from_end_to_end() -> None:
    assert moments(range(72), 5) == [0, 18, 36, 53, 71]
    assert moments(range(10, 12), 5) == [10, 11]
    assert moments(range(7, 8), 5) == [7]


def test_a_column_a_moment(tmp_path: Path) -> None:
    media = clips.clip_with_disparity(tmp_path, 6)
    state = EffectState(
        new_uuid(), Lens(), Curve(Scale.DIOPTRES, 1, (Key(0, 1.0), Key(5, float("inf")))), Curve(Scale.STOPS, 1.4)
    )
    with Session(*media, state, quality="draft") as session:
        write_contact_sheet(session, [0, 5], tmp_path / "sheet.png")
        sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
        assert 2 * COLUMN_WIDTH < sheet.shape[1] < 3 * COLUMN_WIDTH
        with pytest.raises(OutputUnwritable):
            write_contact_sheet(session, [0], tmp_path / "no" / "sheet.png")
