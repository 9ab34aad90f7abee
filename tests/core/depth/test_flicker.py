import numpy as np
import pytest
import torch
from focuspuller.core.depth.edges import drawn_to_picture
from focuspuller.core.depth.flicker import weighted_median, without_flicker
from focuspuller.core.depth.motion import Motion, warped
from focuspuller.core.depth.window import Neighbour


def test_the_median_is_the_plain_one_where_weights_are_equal() -> None:
    values = torch.from_numpy(np.random.default_rng(0).random((7, 1, 5, 6)))
    torch.testing.assert_close(weighted_median(values, torch.ones_like(values)), values.median(0, keepdim=True).values)
    heavy = torch.ones_like(values)
    heavy[3] = 100
    torch.testing.assert_close(weighted_median(values, heavy), values[3:4])


def test_warping_there_and_back_is_trusted_and_anything_else_is_not() -> None:
    flow = torch.zeros(1, 2, 20, 30)
    flow[:, 0] = 3
    image = torch.rand(1, 1, 20, 30)
    torch.testing.assert_close(warped(image, flow)[..., :27], image[..., 3:])
    there = Motion.of(flow, -flow)
    assert there.trust[..., 3:24].min() > 0.99
    assert there.trust[..., 27:].max() == 0, "outside the picture nothing is known"
    assert Motion.of(flow, flow).trust[..., 8:20].max() < 0.01
    twice = there.then(there)
    assert twice.flow[0, 0, 10, 10] == pytest.approx(6)


def test_flicker_goes_and_strangers_are_not_listened_to() -> None:
    random = torch.Generator().manual_seed(0)
    still = Motion(torch.zeros(1, 2, 16, 16), torch.ones(1, 1, 16, 16))
    frame = torch.rand(1, 3, 16, 16, generator=random)
    truth = torch.rand(1, 1, 16, 16, generator=random)

    def seen(picture: torch.Tensor, shift: float = 0.0) -> Neighbour:
        noise = 0.01 * torch.randn(1, 1, 16, 16, generator=random)
        return Neighbour(picture, truth + noise + shift, still)

    here = seen(frame).disparity
    better = without_flicker(frame, here, [seen(frame) for _ in range(6)])
    assert (better - truth).abs().mean() < 0.6 * (here - truth).abs().mean()
    strangers = without_flicker(frame, here, [seen(1 - frame, 0.5) for _ in range(6)])
    assert (strangers - here).abs().mean() < 0.01


def test_a_blurred_edge_is_drawn_to_where_the_picture_has_it() -> None:
    frame = torch.zeros(1, 3, 24, 32)
    frame[..., 16:] = 0.8
    blurred = torch.sigmoid((torch.arange(32) - 15.5) / 1.5).expand(1, 1, 24, 32)
    drawn = drawn_to_picture(blurred, frame)[0, 0, 12]
    steps = drawn.diff()
    assert int(steps.argmax()) == 15
    assert steps.max() > 2 * blurred[0, 0, 12].diff().max()
    even = torch.full((1, 1, 24, 32), 0.4)
    torch.testing.assert_close(drawn_to_picture(even, frame), even)
