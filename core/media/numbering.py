"""Which files make up an image sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ..errors import MediaNotFound, MediaUnreadable

IMAGE_SUFFIXES = (".png", ".tif", ".tiff", ".exr", ".jpg", ".jpeg")

OTHER_PICTURES = (".dpx", ".cin", ".tga", ".bmp", ".jp2", ".j2k", ".webp", ".sgi", ".hdr", ".dng")
"""Which we do not read, but may meet as sequences."""

_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_PLACEHOLDER = re.compile(r"%(?:0([0-9]{1,2}))?d|#+")


def is_sequence(path: Path) -> bool:
    """Whether a path means pictures in files of their own: a folder, a picture, or a pattern of pictures."""
    return path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES


def sequence_files(path: Path, *, gaps: bool = False) -> list[Path]:
    """The files of a sequence, in the order of their numbers.

    Args:
        path: a folder that holds one sequence; a pattern such as `shot.%04d.png` or `shot.####.exr`; the first file of
            a sequence (those numbered before it are left out); or one picture without a number.
        gaps: whether numbers may be missing.

    Raises:
        MediaNotFound: there is no such file, or no picture in the folder.
        MediaUnreadable: numbers are missing or occur twice, or the folder holds several sequences.
    """
    numbered = sorted(_numbered(path))
    if not gaps:
        _check_order(numbered)
    return [file for _, file in numbered]


def is_pattern(name: str) -> bool:
    """Whether a file's name has a place for a number."""
    return _PLACEHOLDER.search(name) is not None


def numbered_name(pattern: str, number: int) -> str:
    """The name of a pattern's file of that number."""

    def digits(place: re.Match[str]) -> str:
        width = len(place[0]) if place[0].startswith("#") else int(place[1] or 1)
        return f"{number:0{width}d}"

    return _PLACEHOLDER.sub(digits, pattern, count=1)


def numbered_like(pattern: Path) -> list[Path]:
    """The files of a pattern such as `shot.%04d.png`, whatever numbers they have; none where there is no folder."""
    return [file for _, file in sorted(_of_pattern(pattern))] if pattern.parent.is_dir() else []


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a sequence's files are named: prefix, a number of at least so many digits, suffix."""

    folder: Path
    prefix: str
    digits: int
    suffix: str
    first: int


def numbering_of(path: Path) -> Numbering | None:
    """How the files of a sequence are named, however that is; None where they are no sequence, or one picture without
    a number.

    Raises:
        MediaNotFound, MediaUnreadable: as `sequence_files` does.
    """
    if not is_sequence(path):
        return None
    first = sequence_files(path)[0]
    if path != first and not path.is_dir() and (placeholder := _PLACEHOLDER.search(path.name)):
        before, after = path.name[: placeholder.start()], path.name[placeholder.end() :]
        number = first.name[len(before) : len(first.name) - len(after)]
        return Numbering(first.parent, before, len(number), after, int(number))
    numbered = _NUMBERED.fullmatch(first.stem)
    if numbered is None:
        return None
    return Numbering(first.parent, numbered[1], len(numbered[2]), first.suffix, int(numbered[2]))


def _numbered(path: Path) -> list[tuple[int, Path]]:
    """The files of a sequence with their numbers, in no order."""
    if path.is_dir():
        return _in_folder(path)
    if path.is_file():
        numbered = _NUMBERED.fullmatch(path.stem)
        if numbered is None:
            return [(0, path)]
        prefix, first = numbered[1], int(numbered[2])
        candidates = _matching(path.parent, re.escape(prefix), "[0-9]+", re.escape(path.suffix))
        return [(number, file) for number, file in candidates if number >= first]
    if not is_pattern(path.name):
        raise MediaNotFound(f"{path}: there is no such file; check the path")
    candidates = _of_pattern(path)
    if not candidates:
        raise MediaNotFound(f"{path}: no file matches; check the folder, and how many digits the numbers have")
    return candidates


def _in_folder(folder: Path) -> list[tuple[int, Path]]:
    sequences: dict[tuple[str, str], list[tuple[int, Path]]] = {}
    for file in folder.iterdir():
        if file.suffix.lower() in IMAGE_SUFFIXES and not file.name.startswith("."):
            numbered = _NUMBERED.fullmatch(file.stem)
            prefix, number = (numbered[1], int(numbered[2])) if numbered else (file.stem, 0)
            sequences.setdefault((prefix, file.suffix), []).append((number, file))
    if not sequences:
        raise MediaNotFound(
            f"{folder}: no picture in it ({', '.join(IMAGE_SUFFIXES)}); choose the folder that has them"
        )
    if len(sequences) > 1:
        names = ", ".join(sorted(min(files)[1].name for files in sequences.values())[:4])
        raise MediaUnreadable(
            f"{folder}: holds {len(sequences)} sequences ({names}, ...); name the first file of one, or a pattern "
            "such as shot.%04d.png"
        )
    return next(iter(sequences.values()))


def _of_pattern(pattern: Path) -> list[tuple[int, Path]]:
    placeholder = _PLACEHOLDER.search(pattern.name)
    assert placeholder is not None
    digits = len(placeholder[0]) if placeholder[0].startswith("#") else int(placeholder[1] or 1)
    before, after = pattern.name[: placeholder.start()], pattern.name[placeholder.end() :]
    return _matching(pattern.parent, re.escape(before), f"[0-9]{{{digits},}}", re.escape(after))


def _matching(folder: Path, before: str, digits: str, after: str) -> list[tuple[int, Path]]:
    if not folder.is_dir():
        raise MediaNotFound(f"{folder}: there is no such folder; check the path")
    pattern = re.compile(f"{before}({digits}){after}")
    return [(int(match[1]), file) for file in folder.iterdir() if (match := pattern.fullmatch(file.name))]


def _check_order(numbered: list[tuple[int, Path]]) -> None:
    for (number, file), (following, other) in pairwise(numbered):
        if following == number:
            raise MediaUnreadable(f"{file}: {other.name} has the same number; remove one of them")
        if following > number + 1:
            missing = (
                f"frame {number + 1} is" if following == number + 2 else f"frames {number + 1} to {following - 1} are"
            )
            raise MediaUnreadable(f"{file.parent}: {missing} missing after {file.name}; render what is missing")
