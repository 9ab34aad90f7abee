import pytest
import torch
from focuspuller.core.vbr.fusion import Alignment, Fusion, TemporalFusionBlock, deformable_conv
from torch.nn import functional


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize(("height", "width"), [(16, 12), (5, 7), (1, 1)])
@pytest.mark.parametrize("reach", [0.7, 20.0])
def test_deformable_conv_is_torchvisions(groups: int, height: int, width: int, reach: float) -> None:
    operator = pytest.importorskip("torchvision.ops").deform_conv2d
    g = torch.Generator().manual_seed(1)
    features = torch.randn(2, 8, height, width, generator=g)
    # A reach of 20 px leads far out of the picture on every side.
    offsets = reach * torch.randn(2, groups * 18, height, width, generator=g)
    weight, bias = torch.randn(6, 8, 3, 3, generator=g), torch.randn(6, generator=g)
    ours = deformable_conv(features, offsets, weight, bias)
    theirs = operator(features, offsets, weight, bias, padding=1)
    assert torch.allclose(ours, theirs, atol=1e-4)


def test_whole_pixel_offsets_shift_the_picture() -> None:
    features = torch.randn(1, 4, 10, 10, generator=torch.Generator().manual_seed(2))
    offsets = torch.zeros(1, 9, 2, 10, 10)
    offsets[:, :, 0], offsets[:, :, 1] = 2, -1
    weight = torch.zeros(4, 4, 3, 3)
    weight[range(4), range(4), 1, 1] = 1
    moved = deformable_conv(features, offsets.flatten(1, 2), weight, torch.zeros(4))
    assert torch.allclose(moved[..., :8, 1:], features[..., 2:, :9], atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_deformable_conv_is_the_same_on_the_gpu() -> None:
    g = torch.Generator().manual_seed(3)
    parts = [torch.randn(shape, generator=g) for shape in [(2, 8, 9, 11), (2, 72, 9, 11), (6, 8, 3, 3), (6,)]]
    assert torch.allclose(deformable_conv(*parts), deformable_conv(*(p.cuda() for p in parts)).cpu(), atol=1e-4)


def test_alignment_starts_as_a_plain_convolution() -> None:
    torch.manual_seed(4)
    alignment = Alignment(16, Fusion.DEFORMABLE)
    neighbour, here = torch.randn(2, 2, 16, 9, 13)
    expected = functional.conv2d(
        alignment.reduce(torch.cat([neighbour, here], dim=1)), alignment.align.weight, alignment.align.bias, padding=1
    )
    for aligned in alignment([neighbour, neighbour], here):
        assert torch.allclose(aligned, expected, atol=1e-5)


def test_offsets_learn_from_the_first_step() -> None:
    torch.manual_seed(5)
    alignment = Alignment(16, Fusion.DEFORMABLE)
    assert alignment.offsets is not None
    neighbour, here = torch.randn(2, 1, 16, 8, 8)
    [aligned] = alignment([neighbour], here)
    torch.autograd.backward(aligned.square().mean())
    *_, weight, bias = alignment.offsets.parameters()
    for head in (weight, bias):
        assert head.grad is not None
        assert head.grad.any()


def test_the_neighbours_are_heard_however_far_the_offsets_strive() -> None:
    torch.manual_seed(7)
    block = TemporalFusionBlock(16, Fusion.DEFORMABLE)
    assert block.align.offsets is not None
    *_, weight, bias = block.align.offsets.parameters()
    with torch.no_grad():
        weight.normal_(std=100)
        bias.normal_(std=1000)
    before, here, after, other = torch.randn(4, 1, 16, 16, 16)
    # Without a bound every tap would lie outside, where there is nothing.
    for heard in (block(other, here, after), block(before, here, other)):
        assert (heard - block(before, here, after)).abs().mean() > 1e-2


def test_plain_fusion_has_no_offsets_and_still_hears_both_neighbours() -> None:
    torch.manual_seed(6)
    block = TemporalFusionBlock(16, Fusion.PLAIN)
    assert block.align.offsets is None
    before, here, after, other = torch.randn(4, 1, 16, 8, 8)
    assert not torch.allclose(block(before, here, after), block(other, here, after))
    assert not torch.allclose(block(before, here, after), block(before, here, other))
