"""Which layers there is anything to draw for."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from focuspuller.core.classical.parts import find, found_by_tensors


def test_cells_are_found_where_there_is_light() -> None:
    draw = np.random.default_rng(5)
    edges = np.array([0, 1, 4, 9, np.inf], np.float32)
    for _ in range(50):
        radii = draw.choice([0, 0.5, -0.5, 1, -1, 1.5, -2.5, 2.5, 6, -np.inf], (2, 3)).astype(np.float32)
        lights = draw.choice([0, 1], (2, 3)).astype(np.float32)
        for front in (True, False):
            lit = radii[(lights > 0) & (radii > 0 if front else radii < 0)] ** 2
            expected = [bool(((lit >= low) & (lit < high)).any()) for low, high in itertools.pairwise(edges)]
            cells = np.zeros(4, np.bool_)
            find(radii, lights, edges, front, cells)
            assert cells.tolist() == expected
            found = found_by_tensors(torch.from_numpy(radii), torch.from_numpy(lights), edges, front)
            assert found.tolist() == expected
