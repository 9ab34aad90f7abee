"""What is looked for: the subject's looks, cell by cell, and what a place says about it.

Every cell of the template, laid anywhere on a frame, finds one of four things there: something as near as the
subject, whose looks speak for or against it; something nearer, which may hide it and says next to nothing; something
farther, where the subject cannot be; or the outside of the picture. The sum over the template is the score of a
place: about 0.5 where all of the subject shows, 0 where all of it may be hidden, less where it cannot be.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .appearance import appearance
from .clicked import TOLERANCE, Clicked
from .view import Patch, View, patch_at

CELLS = 32
"""Of the template, across."""

REACH = 1.25
"""Half the template's width, in radii of the subject."""

NEARER, FARTHER, OUTSIDE = -0.03, -0.6, -0.05
"""What a cell says that finds something nearer than the subject, something farther, or nothing."""

LEARNING = 0.08
"""Share of a frame in the running template."""

ANCHOR = 0.35
"""Share of the clicked frame in what is looked for, which keeps the template from drifting away."""

MUCH_HIDDEN = 0.3
"""Share of the subject behind something nearer, from which on nothing is learnt."""

LEAST_CONTRAST = 0.05
"""Between the subject's own looks and its backdrop's, where both are of one colour."""


class Found(NamedTuple):
    """How much each cell shows something as near as the subject, nearer, farther; 0 all three off the picture."""

    fit: Tensor
    nearer: Tensor
    farther: Tensor


def found(patch: Patch, nearness: float | Tensor) -> Found:
    """What a patch's cells show of a subject that is as near as told."""
    apart = patch.disparity - nearness
    fit = (2 - apart.abs() / TOLERANCE).clamp(0, 1) * patch.inside
    return Found(fit, (patch.inside - fit) * (apart > 0), (patch.inside - fit) * (apart <= 0))


def cell_of(radius: float) -> float:
    """Px that a cell is wide when the subject has this radius."""
    return 2 * REACH * radius / CELLS


class Template:
    """The subject's looks, learnt from the frames on which it shows.

    Attributes:
        mask: (n, n) how much each cell counts: the subject's surface, less towards the rim.
    """

    def __init__(self, view: View, subject: Clicked) -> None:
        cell = cell_of(subject.radius)
        patch = patch_at(view, subject.centre, cell, CELLS)
        surface = View(view.picture, subject.surface)
        mask = patch_at(surface, subject.centre, cell, CELLS).disparity * patch.inside
        reach = (torch.arange(CELLS) - (CELLS - 1) / 2) / (CELLS / 2 / REACH)
        self._central = torch.exp(-0.5 * (reach[:, None] ** 2 + reach[None, :] ** 2))
        self.mask = mask * self._central
        self._anchor = self._running = appearance(patch.colour)
        self._relief = ((patch.disparity - subject.nearness) * mask).clamp(-TOLERANCE, TOLERANCE)
        around = appearance(patch_at(view, subject.centre, cell, 2 * CELLS).colour)
        elsewhere = functional.pad(1 - mask, [CELLS // 2] * 4, value=1.0)
        self._backdrop = (around * elsewhere).sum((1, 2), keepdim=True) / elsewhere.sum()

    def share(self, cells: Tensor) -> float:
        """The mean of (n, n) over the subject."""
        return float((cells * self.mask).sum() / self.mask.sum())

    def scores(self, patch: Patch, nearness: Tensor, coarse: bool = False) -> Tensor:
        """(k, m, m) of all places where the template lies within a patch, for each of k distances; or of every other
        place both ways where it is `coarse`."""
        looks = self._looks
        itself, chance = self._contrast
        gain = 1 / (itself - chance)
        fit, nearer, farther = found(patch, nearness[:, None, None])
        told = NEARER * nearer + FARTHER * farther + OUTSIDE * (1 - patch.inside) - (itself + chance) / 2 * gain * fit
        layers = torch.cat([appearance(patch.colour) * fit[:, None], told[:, None]], dim=1)
        wanted = torch.cat([looks * gain, torch.ones_like(looks[:1])]) * self.mask / self.mask.sum()
        return _correlated(_halved(layers), 4 * _halved(wanted)) if coarse else _correlated(layers, wanted)

    def evidence(self, patch: Patch, nearness: float) -> Tensor:
        """(n, n) in [0, 1]: how much each cell of the patch shows the subject."""
        itself, chance = self._contrast
        alike = (self._looks * appearance(patch.colour)).sum(0)
        return self.mask * found(patch, nearness).fit * ((alike - chance) / (itself - chance)).clamp(0, 1)

    def nearness(self, patch: Patch, evidence: Tensor) -> float:
        """The subject's disparity: the median over what shows of it, each cell taken by its own relief."""
        return _weighted_median(patch.disparity - self._relief, evidence)

    def likeness(self, patch: Patch, nearness: float) -> float:
        """How well looks and outline agree with a patch; for telling sizes apart."""
        fit = found(patch, nearness).fit
        alike = (self._looks * appearance(patch.colour)).sum(0)
        agreed = 1 - (fit - (self.mask > 0.5 * self._central).float()).abs()
        return self.share(alike * fit) + 0.2 * float((agreed * self._central).mean())

    def learn(self, patch: Patch, nearness: float) -> bool:
        """Take up how the subject looks now, where it shows; False, and nothing, when much of it is hidden."""
        fit, nearer, _ = found(patch, nearness)
        if self.share(nearer) > MUCH_HIDDEN:
            return False
        relief = (patch.disparity - nearness).clamp(-TOLERANCE, TOLERANCE)
        self._running = self._running + LEARNING * fit * (appearance(patch.colour) - self._running)
        self._relief = self._relief + LEARNING * fit * (relief - self._relief)
        self.mask = self.mask + LEARNING * (patch.inside - nearer) * (fit * self._central - self.mask)
        return True

    @property
    def _looks(self) -> Tensor:
        return ANCHOR * self._anchor + (1 - ANCHOR) * self._running

    @property
    def _contrast(self) -> tuple[float, float]:
        """How alike the looks are to the subject's own, and to those of its backdrop."""
        looks = self._looks
        itself = self.share((looks * self._anchor).sum(0))
        chance = self.share((looks * self._backdrop).sum(0))
        return max(itself, chance + LEAST_CONTRAST), chance


def _correlated(layers: Tensor, template: Tensor) -> Tensor:
    """Sum of products (k, C, N, N) with (C, n, n) wherever the template lies within: (k, N - n + 1, N - n + 1)."""
    size = layers.shape[-2:]
    spectrum = (torch.fft.rfft2(layers) * torch.fft.rfft2(template, s=size).conj()).sum(1)
    places = size[0] - template.shape[-1] + 1
    products: Tensor = torch.fft.irfft2(spectrum, s=size)
    return products[:, :places, :places]


def _halved(cells: Tensor) -> Tensor:
    """Means over 2 x 2 cells; slices add up several times faster than pooling does."""
    rows = cells[..., ::2, :] + cells[..., 1::2, :]
    return (rows[..., ::2] + rows[..., 1::2]) / 4


def _weighted_median(values: Tensor, weights: Tensor) -> float:
    order = values.flatten().argsort()
    total = weights.flatten()[order].cumsum(0)
    return float(values.flatten()[order][torch.searchsorted(total, total[-1] / 2)])
