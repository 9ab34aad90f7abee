import numpy as np
import pytest
from focuspuller.core.cache import FrameCache
from focuspuller.core.errors import ParameterError
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.effect import EffectInstance
from focuspuller.plugin.host import DEPTH, SOURCE, OfflineHost, ParameterValue
from focuspuller.plugin.params import PARAMETERS
from focuspuller.plugin.state import EffectState, new_uuid

from tests.core.sources import textured_clip

STATE = EffectState(
    new_uuid(), Lens(85, 0.5, 30), Curve(Scale.DIOPTRES, 2, (Key(0, 1.0), Key(4, 4.0))), Curve(Scale.STOPS, 2.8)
)


def test_parameters_are_the_states() -> None:
    host = OfflineHost(*textured_clip(5), STATE, "draft")
    assert [host.parameter(name, 0) for name in ("focal_length", "near", "far", "quality")] == [85, 0.5, 30, "draft"]
    assert [host.parameter("focus_distance", t) for t in (0, 4)] == [1.0, 4.0]
    assert host.parameter("aperture", 3) == pytest.approx(2.8)
    with pytest.raises(ParameterError, match="wibble"):
        host.parameter("wibble", 0)


def test_every_animated_parameter_can_be_asked_for() -> None:
    host = OfflineHost(*textured_clip(5), STATE, "draft")
    for parameter in PARAMETERS.values():
        if parameter.animates:
            assert isinstance(host.parameter(parameter.name, 1), float)


def test_the_largest_blur_is_found_without_asking_for_every_frame() -> None:
    class Counting(OfflineHost):
        asked = 0

        def parameter(self, name: str, time: float) -> ParameterValue:
            self.asked += 1
            return super().parameter(name, time)

    host = Counting(*textured_clip(40), STATE, "draft")
    effect = EffectInstance(host, FrameCache(0))
    largest = max(effect.defocus(t).max_radius for t in range(40))
    host.asked = 0
    assert effect.renderer.shot.largest_blur == largest
    assert host.asked < 20


def test_clips_are_the_sources() -> None:
    frames, disparity = textured_clip(5)
    host = OfflineHost(frames, disparity, STATE, "draft")
    clip = host.clip(SOURCE)
    assert clip is not None
    assert (clip.width, clip.height, clip.frame_count) == (48, 36, 5)
    image = host.image(DEPTH, 2)
    assert image is not None
    np.testing.assert_array_equal(image, disparity.pictures[2])
    assert host.image(SOURCE, 5) is None
    assert host.image(SOURCE, -1) is None
    assert OfflineHost(frames, None, STATE, "draft").clip(DEPTH) is None
