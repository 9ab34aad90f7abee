"""Few keys for a long take, found piece by piece: anew only in those in which the focus is another than before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from .key import Key
from .look_ahead import Rack, editable_keys
from .spline import Floats

PIECE = 2000
"""Frames: a minute or so. A shorter take is one piece, and so is what does not change at all."""


def keys_in_pieces(dioptres: Floats, tolerance: float, start: int, racks: Sequence[Rack]) -> tuple[Key, ...]:
    """As `editable_keys`, with two keys a frame apart wherever pieces meet.

    A handle leans by the keys beside its own. As both pieces hold both keys, every segment is the same in its piece as
    in the whole, but for the one between the two, in which there is no frame.
    """
    whole = range(PIECE, len(dioptres) - PIECE, PIECE)
    seams = [at for at in whole if np.ptp(dioptres[at - PIECE : at + PIECE])]
    held = [*racks, *(Rack(start + at, start + at + 1, start + at + 1) for at in seams)]
    keys: dict[float, Key] = {}
    for first, last in pairwise([0, *seams, len(dioptres) - 2]):
        frames = range(start + first, start + last + 2)
        inside = tuple(rack for rack in held if rack.start in frames or rack.arrives in frames)
        piece = _piece(dioptres[first : last + 2].tobytes(), tolerance, start + first, inside)
        keys |= {key.frame: key for key in piece}
    return tuple(keys.values())


@lru_cache(maxsize=256)
def _piece(dioptres: bytes, tolerance: float, start: int, racks: tuple[Rack, ...]) -> tuple[Key, ...]:
    return editable_keys(np.frombuffer(dioptres), tolerance, start, racks).keys
