from __future__ import annotations

import numpy as np
import pytest
import torch
from focuspuller.core.classical.layered import layered
from focuspuller.core.frames import Image
from focuspuller.core.media.info import HLG, LINEAR, PQ
from focuspuller.core.media.transfer import coded, displayed


def codes(*values: float) -> Image:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("transfer", "code", "light"),
    [
        (LINEAR, 0.5, 0.5),
        (PQ, 0.5806888810416109, 1.0),  # 203 cd/m2, ITU-R BT.2408
        (PQ, 0.7518270962, 1000 / 203),
        (PQ, 1.0, 10_000 / 203),
        (HLG, 0.75, 1.0),
        (HLG, 0.5, (1 / 12) / 0.2649625),
        (HLG, 1.0, 1 / 0.2649625),
    ],
)
def test_known_light(transfer: int, code: float, light: float) -> None:
    np.testing.assert_allclose(displayed(codes(code), transfer) ** 2.2, light, rtol=1e-4)


@pytest.mark.parametrize("transfer", [LINEAR, PQ, HLG])
def test_every_code_of_16_bits_comes_back(transfer: int) -> None:
    every = np.arange(1 << 16)
    back = coded(displayed((every / 65535).astype(np.float32), transfer), transfer)
    np.testing.assert_array_equal(np.round(back * 65535), every)


@pytest.mark.parametrize("transfer", [LINEAR, PQ, HLG])
def test_it_rises_on_either_side_of_zero_and_beyond_one(transfer: int) -> None:
    beyond = np.linspace(-0.8, 2.2, 400, dtype=np.float32)
    assert (np.diff(displayed(beyond, transfer)) > 0).all()
    np.testing.assert_allclose(coded(displayed(beyond, transfer), transfer), beyond, atol=1e-6)


@pytest.mark.parametrize("transfer", [LINEAR, PQ, HLG])
def test_a_lamp_keeps_its_light(transfer: int) -> None:
    """A disc of 14 px radius holds what a lamp of 3 px shone, in the light that the codes stand for."""
    picture = np.full((64, 64, 3), 0.2, np.float32)
    picture[31:34, 31:34] = 0.75
    frame = torch.from_numpy(displayed(picture, transfer)).permute(2, 0, 1)
    bokeh = layered(frame, torch.full((1, 64, 64), 14.0), quality="draft")
    shot, through = (float((image.double() ** 2.2).sum()) for image in (frame, bokeh))
    assert through == pytest.approx(shot, rel=0.01)
    assert displayed(coded(bokeh.numpy(), transfer), transfer) == pytest.approx(bokeh.numpy(), rel=1e-5)
