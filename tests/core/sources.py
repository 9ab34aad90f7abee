"""Frame sources made of arrays, that count what is read."""

import numpy as np
from focuspuller.core.errors import FrameUnreadable
from focuspuller.core.frames import Image


class Pictures:
    def __init__(self, pictures: list[Image], name: str = "pictures", broken: set[int] | None = None) -> None:
        self.pictures = pictures
        self.name = name
        self.fingerprint = f"{name}:{hash(tuple(picture.tobytes() for picture in pictures))}"
        self.height, self.width = pictures[0].shape[:2]
        self.read_frames: list[int] = []
        self._broken = broken or set()

    def __len__(self) -> int:
        return len(self.pictures)

    def read(self, index: int) -> Image:
        self.read_frames.append(index)
        if index in self._broken:
            raise FrameUnreadable(f"{self.name}: frame {index} is damaged; replace the file")
        return self.pictures[index].copy()

    def close(self) -> None:
        pass


def textured_clip(length: int, height: int = 36, width: int = 48, seed: int = 0) -> tuple[Pictures, Pictures]:
    """Noise frames, and a disparity ramp with a near square that moves a pixel a frame."""
    random = np.random.default_rng(seed)
    frames = [random.random((height, width, 3), np.float32) for _ in range(length)]
    maps = []
    for t in range(length):
        disparity = np.tile(np.linspace(0.1, 0.4, width, dtype=np.float32), (height, 1))
        disparity[8:20, 6 + t : 18 + t] = 0.9
        maps.append(disparity)
    return Pictures(frames, "frames"), Pictures(maps, "disparity")
