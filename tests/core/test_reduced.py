import numpy as np
import pytest
from focuspuller.core.frames import Image
from focuspuller.core.reduced import ReducedFrames, reduced


class Source:
    name, fingerprint, width, height = "clip.mov", "a1", 64, 36

    def __len__(self) -> int:
        return 5

    def read(self, index: int) -> Image:
        return np.full((36, 64, 3), index / 5, np.float32)

    def close(self) -> None:
        raise AssertionError("it is not ours to close")


@pytest.mark.parametrize("pixels", [100, 577, 2304, 10**9])
def test_it_has_no_more_pixels_than_are_allowed_and_keeps_its_shape(pixels: int) -> None:
    source = Source()
    small = ReducedFrames(source, pixels, source.read)
    assert small.width * small.height <= pixels
    assert (small.width, small.height) == (64, 36) or abs(small.width / small.height - 16 / 9) < 0.5
    assert small.read(3).shape == (small.height, small.width, 3)
    assert len(small) == 5
    small.close()


def test_its_pictures_are_told_apart_from_those_of_other_sizes() -> None:
    source = Source()
    prints = {ReducedFrames(source, pixels, source.read).fingerprint for pixels in (100, 577, 2304)}
    assert len(prints | {source.fingerprint}) == 4


def test_each_pixel_is_the_mean_of_those_that_it_stands_for() -> None:
    image = np.random.default_rng(1).random((36, 64, 3)).astype(np.float32)

    def mean(values: np.ndarray) -> np.ndarray:
        means: np.ndarray = values.reshape(18, 2, 32, 2, -1).mean((1, 3))
        return means

    disparity = image[..., 0].copy()
    np.testing.assert_allclose(reduced(disparity, 32, 18), mean(disparity)[..., 0], atol=1e-6)
    # Of a frame, in linear light.
    np.testing.assert_allclose(reduced(image, 32, 18) ** 2.2, mean(image**2.2), atol=1e-4)


def test_at_its_own_size_it_stays_as_it_is() -> None:
    image = np.random.default_rng(1).random((36, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(reduced(image, 64, 36), image, atol=1e-5)
