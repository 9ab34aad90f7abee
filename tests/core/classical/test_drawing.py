"""Which layers there is anything to draw for."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from focuspuller.core.classical.drawing import find, found_by_tensors


def test_cells_are_found_where_there_is_light() -> None:
    draw = np.random.default_rng(5)
    edges = np.array([0, 1, 4, 9, np.inf], np.float32)
    for _ in range(50):
        squares = draw.choice([0, 0.5, 1, 2, 6, 30, np.inf], 6).astype(np.float32)
        lights = draw.choice([0, 1], 6).astype(np.float32)
        lit = squares[lights > 0]
        expected = [bool(((lit >= low) & (lit < high)).any()) for low, high in itertools.pairwise(edges)]
        cells = np.zeros(4, np.bool_)
        find(squares, lights, edges, cells)
        assert cells.tolist() == expected
        assert found_by_tensors(torch.from_numpy(squares), torch.from_numpy(lights), edges).tolist() == expected
