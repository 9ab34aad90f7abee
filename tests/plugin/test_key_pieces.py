from typing import Any

import numpy as np
import pytest
from focuspuller.plugin import key_pieces
from focuspuller.plugin.curve import Curve, Scale
from focuspuller.plugin.key_pieces import keys_in_pieces
from focuspuller.plugin.look_ahead import Rack, editable_keys

LENGTH = 1000
FRAMES = np.arange(float(LENGTH))
WANTED = 0.5 + 0.3 * np.sin(FRAMES / 40) + 0.1 * np.sin(FRAMES / 9)
RACKS = [Rack(95, 110, 110), Rack(400, 412, 412)]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_pieces, "PIECE", 100)
    key_pieces._piece.cache_clear()


def test_joined_they_keep_to_what_is_asked_and_are_hardly_more() -> None:
    keys = keys_in_pieces(WANTED, 0.02, 7, RACKS)
    assert np.abs(Curve(Scale.DIOPTRES, 1.0, keys).levels_at(FRAMES + 7.0) - WANTED).max() <= 0.02
    assert {95, 110, 400, 412} <= {key.frame for key in keys}
    assert len(keys) <= len(editable_keys(WANTED, 0.02, 7, RACKS).keys) + 3 * LENGTH / 100


def test_what_is_short_or_does_not_change_is_one_piece() -> None:
    short, still = WANTED[:199], np.full(LENGTH, 0.5)
    assert keys_in_pieces(short, 0.02, 0, RACKS) == editable_keys(short, 0.02, 0, RACKS).keys
    assert len(keys_in_pieces(still, 0.02, 0, [])) == 1
    assert len(keys_in_pieces(WANTED[:1], 0.02, 0, [])) == 1


def test_only_pieces_that_change_are_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(dioptres: np.ndarray, *rest: Any) -> Curve:
        looked_at.append(len(dioptres))
        return editable_keys(dioptres, *rest)

    monkeypatch.setattr(key_pieces, "editable_keys", counted)
    before = keys_in_pieces(WANTED, 0.02, 0, RACKS)
    assert sum(looked_at) >= LENGTH
    looked_at.clear()
    after = keys_in_pieces(WANTED + 0.1 * ((FRAMES > 430) & (FRAMES < 470)), 0.02, 0, RACKS)
    assert sum(looked_at) <= 102
    assert [key for key in after if not 400 < key.frame < 502] == [key for key in before if not 400 < key.frame < 502]
