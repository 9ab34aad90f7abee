import math
from collections.abc import Callable

import numpy as np
import pytest
from focuspuller.core.cache import FrameCache
from focuspuller.core.errors import (
    Cancelled,
    DisparityError,
    DisparityNotFinite,
    FrameMissing,
    MediaNotFound,
    OpticsError,
)
from focuspuller.core.frames import Image
from focuspuller.core.optics import Lens, defocus_of
from focuspuller.plugin.description import Context, describe_in_context
from focuspuller.plugin.effect import EffectInstance
from focuspuller.plugin.host import DEPTH, SOURCE, ClipProperties, Host, ParameterValue
from focuspuller.plugin.params import PARAMETERS

from tests.core.sources import Pictures, textured_clip

LENGTH = 6


class FakeHost(Host):
    """A host that is nothing but its answers."""

    def __init__(
        self, *, depth: bool = True, frames_there: range = range(LENGTH), **parameters: ParameterValue
    ) -> None:
        frames, disparity = textured_clip(LENGTH)
        self.sources: dict[str, Pictures] = {SOURCE: frames, DEPTH: disparity} if depth else {SOURCE: frames}
        self.frames_there = frames_there
        self.parameters = {name: parameter.default for name, parameter in PARAMETERS.items()} | parameters
        self.animated: dict[str, Callable[[float], ParameterValue]] = {}
        self.stop_asked = False
        self.asked: set[str] = set()

    def clip(self, name: str) -> ClipProperties | None:
        if name not in self.sources:
            return None
        source = self.sources[name]
        return ClipProperties(source.name, source.fingerprint, source.width, source.height, len(source))

    def image(self, clip: str, time: int) -> Image | None:
        return self.sources[clip].read(time) if time in self.frames_there else None

    def parameter(self, name: str, time: float) -> ParameterValue:
        self.asked.add(name)
        return self.animated[name](time) if name in self.animated else self.parameters[name]

    def aborted(self) -> bool:
        return self.stop_asked


def instance(host: FakeHost) -> EffectInstance:
    return EffectInstance(host, FrameCache(1 << 26))


def test_every_parameter_that_a_host_is_offered_is_asked_for() -> None:
    host = FakeHost(aperture=1.4, quality="draft")
    instance(host).render(2)
    assert host.asked == {parameter.name for parameter in describe_in_context(Context.GENERAL).parameters}


def test_parameters_become_the_lens() -> None:
    host = FakeHost(aperture=2.0, focal_length=85.0, near=0.5, far=30.0)
    host.animated["focus_distance"] = lambda t: 1.0 + t
    lens = Lens(85, 0.5, 30)
    for t in range(LENGTH):
        defocus, exact = instance(host).defocus(t), defocus_of(2.0, 1.0 + t, lens, host.sources[SOURCE].width)
        assert (defocus.blur, defocus.focus_disparity) == pytest.approx((exact.blur, exact.focus_disparity), abs=1e-9)


def test_render_reads_only_the_frames_it_said_it_needs() -> None:
    host = FakeHost(aperture=1.4, quality="draft")
    effect = instance(host)
    for t in (0, 3, LENGTH - 1):
        needed = effect.get_frames_needed(t)
        for source in host.sources.values():
            source.read_frames.clear()
        effect.purge_caches()
        effect.render(t)
        for name, source in host.sources.items():
            assert set(source.read_frames) == set(needed[name])


def test_a_pinhole_and_a_missing_depth_clip_are_the_identity() -> None:
    closed, without = FakeHost(aperture=32.0), FakeHost(depth=False, aperture=1.4)
    for host in (closed, without):
        effect = instance(host)
        assert effect.is_identity(2) == (SOURCE, 2)
        np.testing.assert_array_equal(effect.render(2), host.sources[SOURCE].pictures[2])
        assert effect.get_frames_needed(2) == {SOURCE: range(2, 3)}
        effect.begin_sequence_render(range(2, 4))
        np.testing.assert_array_equal(list(effect.render_sequence(range(2, 4))), host.sources[SOURCE].pictures[2:4])
    assert instance(FakeHost(aperture=1.4)).is_identity(2) is None


def test_a_sequence_fails_before_its_first_frame() -> None:
    def near_from_frame_4(quality: str = "final", aperture: float = 2.8) -> EffectInstance:
        host = FakeHost(quality=quality, aperture=aperture)
        host.animated["focus_distance"] = lambda t: 2.0 if t < 4 else 0.01
        return instance(host)

    # The network needs a bound of the whole shot's blur; a draft does not, nor does a pinhole.
    for quality, wanted in (("draft", range(LENGTH)), ("final", range(LENGTH)), ("final", range(2))):
        with pytest.raises(OpticsError, match=r"^frame 4: focus distance 0\.01 m .*; focus farther away"):
            near_from_frame_4(quality).begin_sequence_render(wanted)
    near_from_frame_4("draft").begin_sequence_render(range(4))
    near_from_frame_4(aperture=32.0).begin_sequence_render(range(4))
    empty = FakeHost()
    empty.sources.clear()
    with pytest.raises(MediaNotFound):
        instance(empty).begin_sequence_render(range(LENGTH))


def test_any_host_s_shot_has_its_largest_blur() -> None:
    host = FakeHost(aperture=2.0)
    host.animated["focus_distance"] = lambda t: 1.0 + (t - 2) ** 2
    effect = instance(host)
    assert effect.renderer.shot.largest_blur == max(effect.defocus(t).max_radius for t in range(LENGTH))
    host.animated["focus_distance"] = lambda t: 0.01
    with pytest.raises(OpticsError):
        _ = effect.renderer.shot.largest_blur


def test_rendered_one_by_one_or_as_a_sequence_the_pixels_are_the_same() -> None:
    host = FakeHost(aperture=1.4, quality="draft")
    host.animated["focus_distance"] = lambda t: math.inf if t > 4 else 1.0 + t
    sequence = list(instance(host).render_sequence(range(LENGTH)))
    for t in reversed(range(LENGTH)):
        np.testing.assert_array_equal(instance(host).render(t), sequence[t])


def test_an_abort_stops_the_sequence() -> None:
    host = FakeHost(aperture=1.4, quality="draft")
    rendered = instance(host).render_sequence(range(LENGTH))
    next(rendered)
    host.stop_asked = True
    with pytest.raises(Cancelled, match="--resume"):
        next(rendered)


@pytest.mark.parametrize("quality", ["draft", "final"])
def test_aborted_before_the_first_picture_nothing_is_even_read(quality: str) -> None:
    host = FakeHost(aperture=1.4, quality=quality)
    host.stop_asked = True
    with pytest.raises(Cancelled):
        next(instance(host).render_sequence(range(LENGTH)))
    assert not any(source.read_frames for source in host.sources.values())


def test_another_render_scale_or_picture_upstream_need_not_be_told_of() -> None:
    def renders_as_a_new_instance(*times: int) -> None:
        for t in times:
            np.testing.assert_array_equal(effect.render(t), instance(host).render(t))

    host = FakeHost(aperture=1.4, quality="draft")
    effect, full = instance(host), host.sources
    renders_as_a_new_instance(2)
    host.sources = {
        name: Pictures([picture[::2, ::2] for picture in source.pictures], name) for name, source in full.items()
    }
    assert effect.render(2).shape == (18, 24, 3)
    renders_as_a_new_instance(2, 4)
    host.sources = full
    renders_as_a_new_instance(2, 4)
    host.sources = full | {SOURCE: Pictures([1 - picture for picture in full[SOURCE].pictures], "negative")}
    renders_as_a_new_instance(2)


def test_a_change_in_the_midst_of_an_action_waits_for_the_next_one() -> None:
    host = FakeHost(aperture=1.4, quality="draft")
    effect = instance(host)

    def changing(time: float) -> str:
        effect.instance_changed()
        return "draft"

    before = effect.render(2)
    host.animated["quality"] = changing
    np.testing.assert_array_equal(effect.render(2), before)


@pytest.mark.parametrize("quality", ["draft", "final"])
def test_disparity_that_does_not_fit_is_told_of(quality: str) -> None:
    host = FakeHost(aperture=1.4, quality=quality)
    maps = host.sources[DEPTH].pictures
    host.sources[DEPTH] = Pictures([disparity[::2, ::2] for disparity in maps], "small")
    with pytest.raises(DisparityError, match=r"small: .* frame \d as 18x24 .*36x48 .*; have it scaled"):
        instance(host).render(2)
    host.sources[DEPTH] = Pictures([np.where(disparity > 0.8, np.nan, disparity) for disparity in maps], "holes")
    with pytest.raises(DisparityNotFinite, match="fill the holes"):
        instance(host).render(2)


def test_a_frame_that_the_host_lacks_is_named() -> None:
    with pytest.raises(FrameMissing, match="frame 4"):
        instance(FakeHost(frames_there=range(4), aperture=1.4)).render(4)


def test_a_host_without_neighbour_frames_gets_the_frame_itself_for_them() -> None:
    """As at the ends of a clip that is one frame long."""
    for there in (range(3, 4), range(LENGTH)):
        host = FakeHost(frames_there=there, aperture=1.4)
        alone = instance(host).render(3)
        if len(there) == 1:
            for source in host.sources.values():
                source.pictures = source.pictures[3:4]
            host.frames_there = range(1)
            np.testing.assert_array_equal(alone, instance(host).render(0))


def test_regions_and_preferences_follow_the_source() -> None:
    effect = instance(FakeHost())
    assert effect.get_region_of_definition(0) == (0, 0, 48, 36)
    assert effect.get_clip_preferences().frame_varying
