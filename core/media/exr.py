"""OpenEXR pictures: half or float, with layers, in parts, or nothing but a depth channel.

EXR colour is scene-linear while a frame is display-coded, so colour goes through a plain display gamma of 2.2, out and
back, and is clipped to [0, 1]: highlights above 1 are lost. Maps are read as the numbers that are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from ..errors import MediaNotFound, MediaUnreadable
from ..frames import Image
from .limits import MAX_PIXELS, check_size

DISPLAY_GAMMA = 2.2

# What a map is looked for under, the last part of a channel's name, the best first.
_MAP_CHANNELS = ("disparity", "depth", "z", "y")
_MAX_SAMPLES = 4 * MAX_PIXELS

_Window = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom exclusive."""


def read_exr(path: Path) -> Image:
    """The picture as display-coded RGB, float32 (H, W, 3) in [0, 1], of the size of the display window.

    R, G and B, or those of the first layer that has them; else the one channel there is, as grey.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    channels = _read_channels(path)
    colour = _colour_of(channels)
    linear = np.stack(colour, axis=-1) if colour else np.repeat(_map_of(path, channels)[..., None], 3, axis=-1)
    # Not a number is what renderers leave where a shader failed: black, as viewers show it.
    linear = np.nan_to_num(linear, copy=False, nan=0.0)
    image: Image = linear.clip(0, 1, out=linear) ** np.float32(1 / DISPLAY_GAMMA)
    return image


def read_exr_map(path: Path) -> Image:
    """One number per pixel as it is stored, float32 (H, W): neither gamma nor clipping, NaN and inf included.

    The channel called disparity, depth, Z or Y, in any layer or part, best in none or in one called so; not the Z or Y
    of a layer that has X too, which are vectors. Else the only one there is; else the mean of R, G and B.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    return _map_of(path, _read_channels(path))


def describe_exr(path: Path) -> tuple[int, int, int, bool, Fraction]:
    """(width, height, bits of the deepest channel, whether there is alpha, pixel aspect); the size is the display
    window's.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    parts = _read_parts(path)
    left, top, right, bottom = _window(parts[0], "displayWindow")
    depths = [channel.pixels.itemsize * 8 for part in parts for channel in part.channels.values()]
    alpha = any(name.rpartition(".")[2] == "A" for part in parts for name in part.channels)
    # Stored as a float; the ratios in use (1.3333, 1.4222, 1.8963) have small denominators.
    aspect = Fraction(float(parts[0].header["pixelAspectRatio"])).limit_denominator(1000) or Fraction(1)
    return right - left, bottom - top, max(depths), alpha, aspect


def exr_text(path: Path, name: str) -> str | None:
    """What a text in the header says, if there is one of that name.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    text = _open(path, header_only=True).header().get(name)
    return text if isinstance(text, str) else None


def write_exr(path: Path, image: Image, texts: Mapping[str, str] | None = None) -> None:
    """Write a display-coded picture (H, W, 3) as half-float scene-linear RGB.

    Args:
        texts: for the header, by name.

    Raises:
        OSError: the file cannot be written.
    """
    linear = image.clip(0, 1) ** np.float32(DISPLAY_GAMMA)
    header = {**(texts or {}), "compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    # Through a file of Python's: given a path, OpenEXR says nothing when the disk is full.
    with path.open("wb") as file:
        OpenEXR.File(header, {"RGB": np.ascontiguousarray(linear, np.float16)}).write(file)


def _open(path: Path, header_only: bool) -> OpenEXR.File:
    if not path.exists():
        raise MediaNotFound(f"{path}: there is no such file; check the path")
    try:
        file = OpenEXR.File(str(path), separate_channels=True, header_only=header_only)
    except (RuntimeError, ValueError) as error:
        raise MediaUnreadable(f"{path}: not an OpenEXR picture, or a damaged one; render it again") from error
    return file


def _read_parts(path: Path) -> list[OpenEXR.Part]:
    """Every part, once the header has been found to be reasonable."""
    declared = _open(path, header_only=True).parts
    samples = 0
    for part in declared:
        if part.type() in (OpenEXR.deepscanline, OpenEXR.deeptile):
            raise MediaUnreadable(f"{path}: deep pixels; flatten it first")
        for window in ("displayWindow", "dataWindow"):
            left, top, right, bottom = _window(part, window)
            check_size(path, right - left, bottom - top)
        channels = part.header["channels"]
        samples += len(channels) * (right - left) * (bottom - top)
        if any((channel.xSampling, channel.ySampling) != (1, 1) for channel in channels):
            raise MediaUnreadable(f"{path}: subsampled channels (luminance and chroma); save it as RGB")
    if not 0 < samples <= _MAX_SAMPLES:
        raise MediaUnreadable(f"{path}: no channels, or too many to read at once; save only the layers that are needed")
    parts: list[OpenEXR.Part] = _open(path, header_only=False).parts
    if len(parts) < len(declared):  # it stops, without an error, at the first part that it cannot decode
        raise MediaUnreadable(f"{path}: truncated or damaged; render it again")
    return parts


def _read_channels(path: Path) -> dict[str, Image]:
    """Every channel by name, the first part's first, cut to or padded with black to the display window."""
    parts = _read_parts(path)
    display = _window(parts[0], "displayWindow")
    found: dict[str, Image] = {}
    for part in parts:
        for name, channel in part.channels.items():
            if name not in found:
                found[name] = _placed(channel.pixels, _window(part, "dataWindow"), display)
    return found


def _window(part: OpenEXR.Part, name: str) -> _Window:
    (left, top), (right, bottom) = part.header[name]
    return int(left), int(top), int(right) + 1, int(bottom) + 1


def _placed(pixels: NDArray[np.generic], data: _Window, display: _Window) -> Image:
    """The pixels of the data window as they lie in the display window, black around them."""
    left, top, right, bottom = display
    data_left, data_top, data_right, data_bottom = data
    image = np.zeros((bottom - top, right - left), np.float32)
    first_row, first_column = max(top, data_top), max(left, data_left)
    last_row, last_column = max(first_row, min(bottom, data_bottom)), max(first_column, min(right, data_right))
    image[first_row - top : last_row - top, first_column - left : last_column - left] = pixels[
        first_row - data_top : last_row - data_top, first_column - data_left : last_column - data_left
    ]
    return image


def _colour_of(channels: dict[str, Image]) -> list[Image]:
    """R, G and B, those without a layer first; nothing where no layer has all three."""
    layers = sorted({name[:-1] for name in channels if name[-1:] == "R"})  # "" sorts first
    for layer in layers:
        if all(layer + primary in channels for primary in "RGB"):
            return [channels[layer + primary] for primary in "RGB"]
    return []


def _strangeness(layer: str) -> int:
    """How unlikely a layer's channel is the map: the picture's own comes before its depth pass, and that before all."""
    return 0 if not layer else 1 if layer.rpartition(".")[2] in _MAP_CHANNELS else 2


def _map_of(path: Path, channels: dict[str, Image]) -> Image:
    named = [(*name.lower().rpartition(".")[::2], values) for name, values in channels.items()]
    vectors = {layer for layer, last, _ in named if last == "x"}
    for wanted in _MAP_CHANNELS:
        found = [
            (layer, values)
            for layer, last, values in named
            if last == wanted and not (last in ("z", "y") and layer in vectors)
        ]
        if found:
            return min(found, key=lambda candidate: _strangeness(candidate[0]))[1]
    colour = _colour_of(channels)
    if colour:
        mean: Image = np.mean(colour, axis=0, dtype=np.float32)
        return mean
    if len(channels) != 1:
        raise MediaUnreadable(
            f"{path}: none of its {len(channels)} channels is called disparity, depth, Z, Y, or R, G and B; "
            "rename the one to use"
        )
    return next(iter(channels.values()))
