"""The surfaces of a shot, those that a frame hides included, as far as its frames tell: through the cache, for no lens
changes them."""

from __future__ import annotations

from .frames import Image, within_display
from .hidden.clip import Revealed, revealed
from .hidden.motion import Motions, Sight, motions, motions_bytes
from .outlines.outlined import Outlines
from .shot import RenderCache, SeenKey, ShotPictures


class ShotSurfaces:
    """Frames, their disparity with firm edges, how they move, and what they hide.

    Whatever is asked for raises what reading the frame or its disparity does, and DeviceFailed where that of the
    outlines is out of memory.

    Args:
        outlines: what makes edges firm; None leaves them as they are.
    """

    def __init__(self, pictures: ShotPictures, outlines: Outlines | None, cache: RenderCache) -> None:
        self._pictures = pictures
        self._outlines = outlines
        self._cache = cache

    def __len__(self) -> int:
        return len(self._pictures.shot)

    @property
    def fingerprint(self) -> str:
        """Of what makes edges firm."""
        return "" if self._outlines is None else self._outlines.fingerprint

    def source(self, t: int) -> Image:
        """The all-in-focus frame (H, W, 3), cut off at black and at white: what the networks have learned of."""
        return within_display(self._pictures.source(t))

    def disparity(self, t: int) -> Image:
        """(H, W) in [0, 1]."""
        outlines = self._outlines
        if outlines is None:
            return self._pictures.disparity(t)
        return self._cache.get(
            self._key("disparity", t), lambda: outlines.firm(self.source(t), self._pictures.disparity(t))
        )

    def motions(self, t: int) -> Motions:
        """Between frame t and the next."""
        return self._cache.get(self._key("motions", t), lambda: motions(self._sight(t), self._sight(t + 1)))

    def hidden(self, t: int) -> Revealed:
        """What lies behind the surfaces that frame t shows, as far as frames around it have seen it."""
        return self._cache.get(self._key("hidden", t), lambda: revealed(self, t))

    @property
    def seen_bytes(self) -> int:
        """Of a frame's firm disparity and its motions."""
        height, width = self._pictures.shot.frames.height, self._pictures.shot.frames.width
        return motions_bytes(height, width) + (0 if self._outlines is None else 4 * height * width)

    def _sight(self, t: int) -> Sight:
        return Sight.of(self.source(t), self.disparity(t))

    def _key(self, kind: str, t: int) -> SeenKey:
        shot = self._pictures.shot
        return SeenKey(kind, shot.frames.fingerprint, shot.disparity.fingerprint, t, self.fingerprint)
