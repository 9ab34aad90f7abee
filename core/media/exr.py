"""OpenEXR pictures: half or float, with layers, in parts, or nothing but a depth channel.

EXR colour is scene-linear while a frame is display-coded, so colour goes through a plain display gamma, out and back;
what is above 1 or below 0 stays so. Maps are read as the numbers that are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from ..errors import MediaNotFound, MediaUnreadable
from ..frames import DISPLAY_GAMMA, Image
from .limits import MAX_PIXELS, check_size

# What a map is looked for under, the last part of a channel's name, the best first.
_MAP_CHANNELS = ("disparity", "depth", "z", "y")
# What renderers call the layer of their picture among its passes; "" is none.
_PICTURE_LAYERS = ("", "combined", "beauty", "rgba", "rgb")
_MAX_SAMPLES = 4 * MAX_PIXELS
_FASTEST = 1000
"""Frames per second that a header is believed."""

MOST = float(np.finfo(np.float16).max)
"""The brightest that half floats hold."""

_Window = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom exclusive."""


def read_exr(path: Path) -> Image:
    """The picture as a frame (H, W, 3), of the size of the display window.

    R, G and B, or those of the layer likeliest to be the picture; else the one channel there is, as grey.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    channels = _read_channels(path)
    colour = _colour_of(channels)
    linear = np.stack(colour, axis=-1) if colour else np.repeat(_map_of(path, channels)[..., None], 3, axis=-1)
    # Not a number is what renderers leave where a shader failed: black, as viewers show it.
    linear = np.nan_to_num(linear, copy=False, nan=0.0)
    return _power(linear.clip(-MOST, MOST, out=linear), 1 / DISPLAY_GAMMA)


def light_of(image: Image) -> NDArray[np.float16]:
    """A frame (H, W, 3) as it is stored: half-float, scene-linear."""
    return _power(image, DISPLAY_GAMMA).clip(-MOST, MOST).astype(np.float16)


def read_exr_map(path: Path) -> Image:
    """One number per pixel as it is stored, float32 (H, W): neither gamma nor clipping, NaN and inf included.

    The channel called disparity, depth, Z or Y, in any layer or part, best in none or in one called so; not the Z or Y
    of a layer that has X too, which are vectors. Else the only one there is; else the mean of R, G and B.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    return _map_of(path, _read_channels(path))


class ExrInfo(NamedTuple):
    """What a picture says about itself; its size is the display window's, its depth the deepest channel's."""

    width: int
    height: int
    bit_depth: int
    alpha: bool
    pixel_aspect: Fraction
    rate: Fraction | None = None
    """Frames per second."""
    chromaticities: tuple[float, ...] | None = None
    """CIE x and y of red, green, blue and white."""


def describe_exr(path: Path) -> ExrInfo:
    """Of a whole file.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    parts = _read_parts(path)
    left, top, right, bottom = _window(parts[0], "displayWindow")
    depths = [channel.pixels.itemsize * 8 for part in parts for channel in part.channels.values()]
    alpha = any(name.rpartition(".")[2] == "A" for part in parts for name in part.channels)
    # Stored as a float; the ratios in use (1.3333, 1.4222, 1.8963) have small denominators.
    header = parts[0].header
    aspect = Fraction(float(header["pixelAspectRatio"])).limit_denominator(1000) or Fraction(1)
    rate = Fraction(header.get("framesPerSecond", 0)).limit_denominator(1001)
    return ExrInfo(
        *(right - left, bottom - top, max(depths), alpha, aspect),
        rate=rate if 0 < rate <= _FASTEST else None,
        chromaticities=header.get("chromaticities"),
    )


def exr_text(path: Path, name: str) -> str | None:
    """What a text in the header says, if there is one of that name.

    Raises:
        MediaNotFound, MediaUnreadable.
    """
    text = _open(path, header_only=True).header().get(name)
    return text if isinstance(text, str) else None


def write_exr(
    path: Path, light: NDArray[np.float16], attributes: Mapping[str, str | tuple[float, ...]] | None = None
) -> None:
    """Write scene-linear RGB (H, W, 3).

    Args:
        attributes: for the header, by name.

    Raises:
        OSError: the file cannot be written.
    """
    header = {**(attributes or {}), "compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    # Through a file of Python's: given a path, OpenEXR says nothing when the disk is full.
    with path.open("wb") as file:
        OpenEXR.File(header, {"RGB": np.ascontiguousarray(light)}).write(file)


def _power(image: Image, exponent: float) -> Image:
    """What is below zero stays as far below."""
    powered: Image = np.copysign(np.abs(image) ** np.float32(exponent), image)
    return powered


def _open(path: Path, header_only: bool) -> OpenEXR.File:
    if not path.exists():
        raise MediaNotFound(f"{path}: there is no such file; check the path")
    try:
        file = OpenEXR.File(str(path), separate_channels=True, header_only=header_only)
    except (RuntimeError, ValueError, ZeroDivisionError) as error:  # the last of a rate without a denominator
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
    """R, G and B of the likeliest layer; nothing where no layer has all three."""
    for layer in sorted({name[:-1] for name in channels if name[-1:] == "R"}, key=_unlikeness):
        if all(layer + primary in channels for primary in "RGB"):
            return [channels[layer + primary] for primary in "RGB"]
    return []


def _unlikeness(layer: str) -> tuple[int, str]:
    """Of a layer, named with its dot, to the picture: what is in none comes first, then what renderers call theirs."""
    last = layer.lower().rstrip(".").rpartition(".")[2]
    return _PICTURE_LAYERS.index(last) if last in _PICTURE_LAYERS else len(_PICTURE_LAYERS), layer


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
