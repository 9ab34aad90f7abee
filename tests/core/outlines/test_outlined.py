from pathlib import Path

import numpy as np
import pytest
import torch
from focuspuller.core.frames import Image
from focuspuller.core.hidden import motion
from focuspuller.core.hidden.motion import LARGEST, halvings_of
from focuspuller.core.optics import Defocus
from focuspuller.core.outlines import outlined, weights
from focuspuller.core.outlines.outlined import SHIPPED, Outlines, load_outlines
from focuspuller.core.outlines.outliner import Outliner
from focuspuller.core.outlines.ripples import calmed
from focuspuller.core.outlines.sharpened import sharpened
from focuspuller.core.outlines.soft import REACH, Beside, beside, highest, is_soft, lowest
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.corrupt import blurred, grown
from focuspuller.core.svb.recipe import Recipe, make_scene
from focuspuller.core.svb.trace import View, trace, trace_disparity
from torch import Tensor

from tests.core.hidden.scenes import passing
from tests.core.outlines.test_outliner import listening

CPU = torch.device("cpu")


@pytest.fixture
def outlines() -> Outlines:
    return Outlines(listening(), CPU, "listening")


def soft(disparity: Image, sigma: float = 2.0, growth: int = 0) -> Image:
    picture = blurred(torch.from_numpy(disparity)[None, None], sigma)
    given: Image = (grown(picture, growth) if growth else picture)[0, 0].numpy()
    return given


def scene() -> tuple[Image, Image]:
    frames, maps = passing(1)
    return frames[0], maps[0]


def test_hard_edges_stay_as_they_are(outlines: Outlines) -> None:
    frame, disparity = scene()
    np.testing.assert_array_equal(outlines.firm(frame, disparity), disparity)


def test_what_is_far_from_soft_edges_stays_as_it_is(outlines: Outlines) -> None:
    frame, disparity = scene()
    given = soft(disparity)
    firm = outlines.firm(frame, given)
    assert firm.dtype == np.float32
    assert np.abs(firm - given).max() > 0.01
    np.testing.assert_array_equal(firm[:, -20:], given[:, -20:])
    assert given.min() <= firm.min() <= firm.max() <= given.max()


def test_a_read_only_frame_and_disparity_will_do(outlines: Outlines) -> None:
    frame, disparity = scene()
    given = soft(disparity)
    expected = outlines.firm(frame, given)
    frame.flags.writeable = given.flags.writeable = False
    np.testing.assert_array_equal(outlines.firm(frame, given), expected)


@pytest.mark.parametrize("size", [(10, 10), (9, 40), (1, 30), (30, 1), (13, 47)])
def test_any_size_goes_through(outlines: Outlines, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    frame, disparity = rng.random((*size, 3), np.float32), soft(rng.random(size, np.float32))
    assert outlines.firm(frame, disparity).shape == size


def test_threads_change_no_pixel(outlines: Outlines) -> None:
    frame, disparity = scene()
    alone = outlines.firm(frame, soft(disparity))
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        np.testing.assert_array_equal(outlines.firm(frame, soft(disparity)), alone)
    finally:
        torch.set_num_threads(threads)


def as_it_is(disparity: Image) -> Image:
    """In the place of `calmed`, which has tests of its own."""
    return disparity


def test_ripples_are_evened_out_last(outlines: Outlines, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, disparity = scene()
    for given in (disparity, soft(disparity)):
        calm = outlines.firm(frame, given)
        with monkeypatch.context() as without:
            without.setattr(outlined, "calmed", as_it_is)
            np.testing.assert_array_equal(calmed(outlines.firm(frame, given)), calm)


class Steeper(Outliner):
    """Makes edges steeper, and moves none."""

    def forward(self, frame: Tensor, disparity: Tensor, soft: Tensor) -> tuple[Tensor, Beside]:
        around = beside(disparity, REACH)
        return torch.sigmoid(24 * (around.share(disparity) - 0.5)), around


def upright(width: int, at: float, sigma: float, height: int = 48) -> tuple[Image, Image]:
    """A frame of one colour, and the disparity of a soft upright edge."""
    line = 0.5 + 0.25 * np.tanh((np.arange(width) - at) / sigma)
    return np.full((height, width, 3), 0.5, np.float32), np.tile(line.astype(np.float32), (height, 1))


BESIDE, IN_PLACE = (-2.0, -1.0), (2.0, 3.0)
"""Of `ASTRAY`, to take all edges for one or the other."""


SMALL = 240
"""In the place of `LARGEST`: a quarter of it."""


@pytest.mark.parametrize("width", [SMALL, 2 * SMALL, 2 * SMALL + 1, 4 * SMALL - 1, 4 * SMALL + 39])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
# Sharp, it is between two pixels of the size that it is looked at, and anywhere there.
@pytest.mark.parametrize(("astray", "within"), [(BESIDE, 0.15), (IN_PLACE, 0.5)])
def test_at_any_size_an_edge_gets_steeper_and_stays_where_it_is(
    width: int, place: float, astray: tuple[float, float], within: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(motion, "LARGEST", SMALL)
    monkeypatch.setattr(outlined, "ASTRAY", astray)
    monkeypatch.setattr(outlined, "calmed", as_it_is)
    halvings = halvings_of(48, width)
    at = round(place * width) + 0.3
    frame, given = upright(width, at, sigma=2.0 * 2**halvings, height=40 << halvings)
    firm = Outlines(Steeper(), CPU, "steeper").firm(frame, given)[20 << halvings]
    assert np.diff(firm).max() > 1.3 * np.diff(given[0]).max()
    first = np.flatnonzero(firm > 0.5)[0]
    crossing = first - (firm[first] - 0.5) / (firm[first] - firm[first - 1])
    assert abs(crossing - at) < within * 2**halvings


def test_edges_in_their_place_are_sharpened_and_others_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the network says: of blurred edges that it confirms, only the blur is undone."""
    monkeypatch.setattr(outlined, "calmed", as_it_is)
    frame, disparity = scene()
    given = soft(disparity)
    picture = torch.from_numpy(given)[None, None]
    sharp = sharpened(picture, is_soft(picture))[0, 0].numpy()
    around = beside(picture, REACH)

    class Saying(Outliner):
        def __init__(self, share: Tensor) -> None:
            super().__init__()
            self.share = share

        def forward(self, frame: Tensor, disparity: Tensor, soft: Tensor) -> tuple[Tensor, Beside]:
            return self.share, around

    confirmed = around.share(torch.from_numpy(sharp)[None, None])
    np.testing.assert_allclose(Outlines(Saying(confirmed), CPU, "yes").firm(frame, given), sharp, atol=1e-6)
    elsewhere = confirmed.roll(3, -1)
    moved = Outlines(Saying(elsewhere), CPU, "no").firm(frame, given)
    there = (around.low + elsewhere * around.step)[0, 0].numpy()
    edge = (is_soft(picture)[0, 0].numpy() == 1) & (np.abs(there - given) > 0.25 * around.step[0, 0].numpy())
    np.testing.assert_allclose(moved[edge], there[edge], atol=1e-5)


def test_in_a_large_frame_sharper_edges_get_no_lines_along_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the size that it is looked at they are as soft as others."""
    monkeypatch.setattr(outlined, "calmed", as_it_is)
    width, size = 2 * LARGEST, (240, 2 * LARGEST)
    tilted = np.tile(np.linspace(0.2, 0.6, width, dtype=np.float32), (size[0], 1))
    boxes = np.kron(np.random.default_rng(0).random((4, width // 60)) > 0.5, np.ones((60, 60))).astype(np.float32)
    given = soft(tilted + 0.2 * boxes, sigma=1.2)
    firm = Outlines(Outliner().eval(), CPU, "untrained").firm(np.zeros((*size, 3), np.float32), given)
    assert np.abs(firm - given).max() > 0.01
    picture = torch.from_numpy(given)[None, None]
    assert np.all(firm <= highest(picture, 3)[0, 0].numpy() + 1e-6)
    assert np.all(firm >= lowest(picture, 3)[0, 0].numpy() - 1e-6)


def test_in_a_large_frame_thin_things_stay_where_the_network_has_nothing_to_say(outlines: Outlines) -> None:
    """They are lost at the size that it is looked at."""
    frame, given = upright(4 * LARGEST, 400, sigma=8.0)
    given[:, 1000:1002] = 0.9
    firm = outlines.firm(frame, given)
    assert np.abs(firm - given).max() > 0.01
    np.testing.assert_array_equal(firm[:, 1000:1002], given[:, 1000:1002])
    wire = upright(4 * LARGEST, 400, sigma=8.0)[1]
    wire[:, 430:432] = 0.9
    kept = Outlines(Steeper(), CPU, "steeper").firm(frame, wire)[:, 430:432]
    assert kept.min() > 0.8


@pytest.fixture(scope="module")
def painted() -> tuple[Image, Image]:
    """A scene that no training saw."""
    recipe = Recipe(stream=99, videos=1, objects=4, points=1, frames=1, size=192)
    layers, view = make_scene(recipe, 0, 0, ProceduralAssets())[0].frames[0], View(192, 192)
    return trace(layers, Defocus(0.0, 0.0), view, 1), trace_disparity(layers, view)


@pytest.mark.parametrize(("growth", "left"), [(-2, 0.7), (0, 0.9), (2, 0.7)])
def test_what_ships_finds_the_outlines_that_the_frame_shows(
    painted: tuple[Image, Image], growth: int, left: float
) -> None:
    frame, disparity = painted
    given = soft(disparity, growth=growth)
    before, after = (
        float(np.square(one - disparity).mean()) for one in (given, load_outlines(SHIPPED, CPU).firm(frame, given))
    )
    assert after < left * before


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    prints = set()
    for seed in range(2):
        weights.save(listening(seed), tmp_path / str(seed), {})
        prints.add(load_outlines(tmp_path / str(seed), CPU).fingerprint)
    assert len(prints) == 2
