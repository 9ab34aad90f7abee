"""Between coded values and a frame's, by the transfer function that a clip is tagged with.

A frame is display-coded: its light is its values to the power of `DISPLAY_GAMMA`, 1 being reference white. SDR is coded
so already, near enough (BT.1886, sRGB, gamma 2.2). HDR is not: a lens that added up its code values would leave a
highlight's disc three stops too dark.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..device import one_thread
from ..frames import DISPLAY_GAMMA, Image
from .info import HLG, LINEAR, PQ

WHITE_OF_PQ = 203.0
"""cd/m2 of reference white, ITU-R BT.2408."""

WHITE_OF_HLG = 0.75
"""The signal of reference white, likewise."""

# SMPTE ST 2084
_M1, _M2 = 2610 / 16384, 2523 / 32
_C1, _C2, _C3 = 3424 / 4096, 2413 / 128, 2392 / 128
_PEAK_OF_PQ = 10_000.0

# ITU-R BT.2100
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073

# Rows that stay in the cache between one arithmetic step and the next.
_BLOCK_SAMPLES = 1 << 16

_TINY = 1e-300
"""What zero is taken for, whose logarithm takes many times as long."""

Curve = Callable[[Tensor], Tensor]
"""Of values > 0, in double precision."""


class _Transfer(NamedTuple):
    """Light of coded values, 1 at reference white, and back."""

    light: Curve
    code: Curve


def _power(base: Tensor, exponent: float) -> Tensor:
    # Several times as fast as `pow`, and the same wherever a value stands in a picture.
    return base.log().mul_(exponent).exp_()


def _pq_light(code: Tensor) -> Tensor:
    inside, beyond = _parted(code)
    root = _power(inside, 1 / _M2)
    share = _power((root - _C1).clamp_(min=_TINY) / (_C2 - _C3 * root), 1 / _M1)
    return share * _power(beyond, DISPLAY_GAMMA) * (_PEAK_OF_PQ / WHITE_OF_PQ)


def _pq_code(light: Tensor) -> Tensor:
    inside, beyond = _parted(light * (WHITE_OF_PQ / _PEAK_OF_PQ))
    root = _power(inside, _M1)
    return _power((_C1 + _C2 * root) / (1 + _C3 * root), _M2) * _power(beyond, 1 / DISPLAY_GAMMA)


def _parted(values: Tensor) -> tuple[Tensor, Tensor]:
    """What PQ knows of, and how many times that they are: it ends at 1, and the purest colours of YUV lie beyond."""
    inside = values.clamp(max=1)
    return inside, values / inside


def _hlg_scene(code: Tensor) -> Tensor:
    # What a lens adds is the scene's light, before the system's gamma.
    return torch.where(code <= 0.5, code.square() / 3, (((code - _C) / _A).exp() + _B) / 12)


_WHITE_OF_SCENE = (math.exp((WHITE_OF_HLG - _C) / _A) + _B) / 12


def _hlg_light(code: Tensor) -> Tensor:
    return _hlg_scene(code) / _WHITE_OF_SCENE


def _hlg_code(light: Tensor) -> Tensor:
    scene = light * _WHITE_OF_SCENE
    return torch.where(scene <= 1 / 12, (3 * scene).sqrt(), _A * (12 * scene - _B).clamp_(min=_TINY).log() + _C)


_TRANSFERS = {
    LINEAR: _Transfer(lambda code: code, lambda light: light),
    PQ: _Transfer(_pq_light, _pq_code),
    HLG: _Transfer(_hlg_light, _hlg_code),
}


def displayed(coded: Image, transfer: int) -> Image:
    """A frame of coded values, 0 at black and 1 at the most; both may go on beyond.

    Args:
        transfer: one of `BY_LIGHT`.
    """
    light = _TRANSFERS[transfer].light
    return _mapped(coded, lambda values: _power(light(values), 1 / DISPLAY_GAMMA))


def coded(displayed: Image, transfer: int) -> Image:
    """The inverse of `displayed`."""
    code = _TRANSFERS[transfer].code
    return _mapped(displayed, lambda values: code(_power(values, DISPLAY_GAMMA)))


def _mapped(picture: Image, curve: Curve) -> Image:
    """Through a curve; negative values as their opposites, and zero as it is."""
    result: Image = np.empty(picture.shape, np.float32)
    flat, mapped = np.ascontiguousarray(picture).reshape(-1), result.reshape(-1)
    with one_thread(), torch.inference_mode():
        for start in range(0, flat.size, _BLOCK_SAMPLES):
            block = torch.tensor(flat[start : start + _BLOCK_SAMPLES])
            # In double precision: of a code of 16 bits a twentieth is lost at most, not several.
            value = curve(block.abs().double().clamp_(min=_TINY)).copysign_(block)
            torch.where(block == 0, block, value.float(), out=torch.from_numpy(mapped[start : start + _BLOCK_SAMPLES]))
    return result
