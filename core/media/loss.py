"""What of the source an output cannot hold or say, in words."""

from __future__ import annotations

from .codecs import CODECS
from .info import MediaInfo
from .output_format import OutputFormat
from .sampling import Sampling

_KEEPING = ("prores4444", "ffv1")
"""What an editor reads comes first; the last holds everything."""

_NAMED_BY_MXF = {
    "primaries": (1, 2, 5, 6, 7, 9, 10, 11, 12),
    "transfer": (1, 2, 4, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18),
    "matrix": (0, 1, 2, 5, 6, 7, 9),
}
"""Code points that come back as they were, or as others of the same meaning."""

_REC_709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)
"""What EXRs have without a word."""


def losses_of(output_format: OutputFormat, info: MediaInfo) -> tuple[str, ...]:
    """Such as "prores422 keeps 1/2 of the chroma; prores4444 in a .mov keeps it all"."""
    codec = output_format.codec
    losses = _of_sampling(output_format, info)
    if info.hdr10 and not output_format.hdr10:
        losses += (f"{codec} leaves out the mastering display and light levels of HDR10; h265 says them",)
    if info.icc_profile and codec != "png16":
        losses += (f"{codec} leaves out the pictures' ICC profile; png16 keeps it",)
    if info.chromaticities and not _are_rec_709(info.chromaticities) and codec != "exr":
        losses += (f"{codec} leaves out the pictures' own primaries (EXR chromaticities); exr keeps them",)
    if output_format.muxer == "mxf":
        losses += tuple(
            f".mxf has no word for the clip's {tag} ({value} in ITU-T H.273); a .mov has"
            for tag, named in _NAMED_BY_MXF.items()
            if (value := getattr(output_format.colour, tag)) not in named
        )
    return losses


def _of_sampling(output_format: OutputFormat, info: MediaInfo) -> tuple[str, ...]:
    if info.codec == "exr" and output_format.codec != "exr":
        return (f"{output_format.codec} cuts off what is lighter than white or below black; exr keeps it",)
    source, held = Sampling.of_source(info), Sampling.of(output_format.pixel_format)
    chroma, bits = source.lost_in(held)
    if not (chroma or bits):
        return ()
    kept = [f"1/{1 << chroma} of the chroma"] * bool(chroma) + [f"{held.depth} of {source.depth} bits"] * bool(bits)
    better = next(
        (
            name
            for name in _KEEPING
            if any(source.lost_in(Sampling.of(each)) == (0, 0) for each in CODECS[name].pixel_formats)
        ),
        _KEEPING[-1],
    )
    return (
        f"{output_format.codec} keeps {' and '.join(kept)}; {better} in a {CODECS[better].extensions[0]} keeps it all",
    )


def _are_rec_709(chromaticities: tuple[float, ...]) -> bool:
    return all(abs(own - usual) < 1e-3 for own, usual in zip(chromaticities, _REC_709, strict=True))
