"""How an output is coded: the codec, container and pixel format that keep the most of the source."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..errors import UnsupportedFormat
from .audio import carries, sounds_of
from .codecs import CODECS, MUXERS, Codec
from .colour import matrix_of
from .hdr10 import Hdr10
from .info import ColourTags, MediaInfo
from .numbering import is_pattern, numbered_name
from .sampling import Sampling

_MXF_RATES = {Fraction(n) for n in (24, 25, 30, 48, 50, 60, 100, 120)} | {
    Fraction(1000 * n, 1001) for n in (24, 30, 48, 60, 120)
}


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """How one output is coded. `muxer` is None for a sequence, which has one file a frame.

    `colour` is what the file is tagged with and what its pictures are converted by. `rotation` is what the container
    tells players to turn by; coded pictures are turned back by as much.
    """

    codec: str
    muxer: str | None
    pixel_format: str
    colour: ColourTags
    rotation: int
    hdr10: Hdr10 | None = None
    beyond: bool = False
    """Pictures may hold what RGB from 0 to 1 cannot, as far as the codes go: their source's do."""

    @property
    def encoder(self) -> str:
        return CODECS[self.codec].encoder

    @property
    def options(self) -> dict[str, str]:
        """The encoder's."""
        codec = CODECS[self.codec]
        options = {**codec.options, "flags": "+bitexact"}
        if profile := codec.profiles.get(self.pixel_format):
            options["profile"] = profile
        if codec.hdr10 and self.hdr10:
            said = zip(codec.hdr10, (self.hdr10.display, self.hdr10.light), strict=True)
            own = f"{codec.encoder.removeprefix('lib')}-params"
            options[own] = ":".join([codec.options[own], *(f"{name}={value}" for name, value in said if value)])
        return options

    @property
    def held_format(self) -> str:
        """The pixel format that finished frames wait in: the output's own; or RGB planes at least as fine as it, which
        hold an EXR's half floats bit by bit."""
        return self.pixel_format if self.muxer else "gbrp16le"

    @property
    def holds_light(self) -> bool:
        """Pictures are scene-linear half floats."""
        return self.codec == "exr"

    def coded_size(self, info: MediaInfo) -> tuple[int, int]:
        """(width, height) of the coded pictures."""
        return (info.height, info.width) if self.rotation % 180 else (info.width, info.height)


def choose_format(codec: str | None, target: Path, info: MediaInfo) -> OutputFormat:
    """How `target` will be coded so that the most of the source is kept.

    Without a codec the extension decides what an editor would expect: .mp4 is a delivery, H.264; .mov is an
    intermediate, ProRes 422 HQ (4444 for RGB and 4:4:4 sources); .mxf is DNxHR; .mkv is FFV1, lossless; a folder or
    name.%04d.png is 16-bit PNG; name.%04d.exr is half-float EXR. Sequences carry pictures alone.

    Raises:
        UnsupportedFormat: the pair, the picture's size or the source's sound does not fit; the message names what does.
    """
    extension = _extension(codec, target)
    name = codec or _default_codec(extension, info)
    if name not in CODECS:
        raise UnsupportedFormat(f"unknown codec {name!r}; choose one of {', '.join(CODECS)}")
    row = CODECS[name]
    if extension not in row.extensions:
        raise UnsupportedFormat(
            f"{name} cannot go in a {extension} file; name the output {' or '.join(row.extensions)}, "
            f"or use {' or '.join(_codecs_of(extension)) or 'another extension'}"
        )
    muxer = MUXERS.get(extension)
    keeps_rotation = muxer not in (None, "mxf")
    rotation = info.rotation if keeps_rotation else 0
    width, height = (info.height, info.width) if rotation % 180 else (info.width, info.height)
    chosen = _pixel_format(name, width, height, info)
    if muxer == "mxf":
        _check_mxf(info)
    if muxer:
        _check_audio(muxer, extension, info)
    beyond = Sampling.of_source(info).is_yuv or info.pixel_format.startswith(("gray", "ya"))
    hdr10 = info.hdr10 if row.hdr10 else None
    return OutputFormat(name, muxer, chosen, _tags(chosen, row, info), rotation, hdr10, beyond)


def disparity_format(target: Path) -> OutputFormat:
    """How maps (H, W) are coded: FFV1 of 16-bit grey, full range, value times 65535.

    Raises:
        UnsupportedFormat: `target` is no .mkv.
    """
    if target.suffix.lower() != ".mkv" or target.is_dir():
        raise UnsupportedFormat(f"{target}: disparity is written as 16-bit FFV1; name the output {target.stem}.mkv")
    return OutputFormat("ffv1", MUXERS[".mkv"], "gray16le", ColourTags(range=2), rotation=0)


def sequence_folder(target: Path) -> Path:
    """The folder of a sequence, given as name.%04d.png, name.####.png or the folder itself."""
    return target.parent if is_pattern(target.name) else target


def sequence_pattern(target: Path, output_format: OutputFormat) -> Path:
    """What the files of a sequence are called, with a place for the number."""
    if sequence_folder(target) != target:
        return target
    return target / f"{target.name}.%04d{CODECS[output_format.codec].extensions[0]}"


def sequence_file(target: Path, output_format: OutputFormat, number: int) -> Path:
    """The file of one frame of a sequence."""
    pattern = sequence_pattern(target, output_format)
    return pattern.with_name(numbered_name(pattern.name, number))


def _extension(codec: str | None, target: Path) -> str:
    extension = target.suffix.lower()
    if extension in MUXERS and target.is_dir():
        raise UnsupportedFormat(f"{target} is a folder; give the movie another name")
    if not extension or target.is_dir():
        return CODECS[codec].extensions[0] if codec in ("png16", "exr") else ".png"
    if extension in (".png", ".exr") and not is_pattern(target.name):
        raise UnsupportedFormat(
            f"{target.name} names one picture; a sequence needs a frame number, such as {target.stem}.%04d{extension}"
        )
    return extension


def _default_codec(extension: str, info: MediaInfo) -> str:
    if extension == ".mov":
        return "prores4444" if Sampling.of_source(info).full_chroma else "prores422"
    defaults = {".mp4": "h264", ".m4v": "h264", ".mkv": "ffv1", ".mxf": "dnxhr", ".png": "png16", ".exr": "exr"}
    if extension not in defaults:
        raise UnsupportedFormat(f"cannot write {extension} files; name the output {', '.join(MUXERS)} or name.%04d.png")
    return defaults[extension]


def _codecs_of(extension: str) -> list[str]:
    return [name for name, row in CODECS.items() if extension in row.extensions]


def _pixel_format(name: str, width: int, height: int, info: MediaInfo) -> str:
    """The smallest of the codec's pixel formats that loses nothing, or else loses least.

    Raises:
        UnsupportedFormat: the picture is too small.
    """
    row = CODECS[name]
    if width < row.smallest[0] or height < row.smallest[1]:
        raise UnsupportedFormat(
            f"{name} needs at least {row.smallest[0]}x{row.smallest[1]} pixels, the picture has {width}x{height}; "
            "use ffv1 or png16"
        )
    candidates = {pixel_format: Sampling.of(pixel_format) for pixel_format in row.pixel_formats}
    if row.whole_chroma:  # 4:4:4, which each of them has, divides any size
        candidates = {k: sampling for k, sampling in candidates.items() if sampling.divides(width, height)}
    wanted = Sampling.of_source(info)
    if name == "ffv1" and wanted.is_yuv:
        wanted = Sampling(0, 0, wanted.depth + 2, True)

    def cost(pixel_format: str) -> tuple[int, ...]:
        held = candidates[pixel_format]
        return *wanted.lost_in(held), held.is_yuv != wanted.is_yuv, held.depth, -held.across - held.down

    return min(candidates, key=cost)


def _tags(pixel_format: str, row: Codec, info: MediaInfo) -> ColourTags:
    """The source's, but for what its change of pixel format makes untrue."""
    source = info.colour
    if not Sampling.of(pixel_format).is_yuv:
        return ColourTags(source.primaries, source.transfer, matrix=0, range=2)
    from_yuv = Sampling.of_source(info).is_yuv
    return ColourTags(
        source.primaries,
        source.transfer,
        source.matrix if from_yuv and not row.always_bt709 else matrix_of(source, info.width, info.height),
        source.range if from_yuv and not row.limited_range else 1,
    )


def _check_mxf(info: MediaInfo) -> None:
    """MXF has no timestamps, only a rate out of SMPTE's list, and FFmpeg writes it for square pixels."""
    rounding = min(info.time_base, 1 / (4 * info.rate))
    uneven = any(
        abs((pts - info.pts[0]) * info.time_base - index / info.rate) > rounding for index, pts in enumerate(info.pts)
    )
    problem = (
        "a variable frame rate"
        if uneven
        else f"{float(info.rate):g} frames per second"
        if info.rate not in _MXF_RATES
        else f"pixels of {info.pixel_aspect.numerator}:{info.pixel_aspect.denominator}"
        if info.pixel_aspect != 1
        else None
    )
    if problem:
        raise UnsupportedFormat(f".mxf cannot hold {problem}; name the output .mov")


def _check_audio(muxer: str, extension: str, info: MediaInfo) -> None:
    sounds = sounds_of(info.path) if info.audio_streams else []
    for sound in sounds:
        if not carries(muxer, sound):
            fitting = [
                other
                for other, name in MUXERS.items()
                if other != ".m4v" and all(carries(name, each) for each in sounds)
            ]
            remedy = f"name the output {' or '.join(fitting)}" if fitting else "convert its sound to PCM first"
            raise UnsupportedFormat(
                f"{extension} cannot carry the source's {sound.codec} sound of {sound.rate} Hz; {remedy}"
            )
