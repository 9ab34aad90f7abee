"""What of the source's depth and chroma an output cannot hold, in words."""

from __future__ import annotations

from .codecs import CODECS
from .info import MediaInfo
from .output_format import OutputFormat
from .sampling import Sampling

_KEEPING = ("prores4444", "ffv1")
"""What an editor reads comes first; the last holds everything."""


def loss_of(output_format: OutputFormat, info: MediaInfo) -> str | None:
    """Such as "prores422 keeps 1/2 of the chroma; prores4444 in a .mov keeps it all"; None where nothing is lost."""
    source, held = Sampling.of_source(info), Sampling.of(output_format.pixel_format)
    chroma, bits = source.lost_in(held)
    if not (chroma or bits):
        return None
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
        f"{output_format.codec} keeps {' and '.join(kept)}; {better} in a {CODECS[better].extensions[0]} keeps it all"
    )
