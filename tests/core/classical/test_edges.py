"""Which defocus maps get firmer, and which must not change."""

from __future__ import annotations

import torch
from focuspuller.core.classical.edges import firm_edges


def test_surfaces_and_hard_edges_stay_as_they_are() -> None:
    y, x = torch.meshgrid(torch.arange(60.0), torch.arange(80.0), indexing="ij")
    slanted = 0.2 * x - 0.1 * y
    stepped = torch.where(x < 40, 12.0, -7.5)
    for defocus in (torch.zeros(60, 80), slanted, stepped):
        assert torch.equal(firm_edges(defocus[None, None])[0, 0], defocus)


def test_a_soft_edge_becomes_a_step_on_the_background_s_side() -> None:
    x = torch.arange(80.0).expand(1, 1, 60, 80)
    soft = 20 * ((42 - x) / 5).clamp(0, 1)
    firm = firm_edges(soft)
    between = (firm > 1) & (firm < 19)
    assert between[..., 0, :].sum() <= 2
    assert ((soft > 1) & (soft < 19))[..., 0, :].sum() == 4
    assert (firm >= soft).all()
