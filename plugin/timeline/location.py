"""Where the media of a URL may lie, and the URL of a path. Paths are data here: nothing is opened."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

from ...core.errors import MediaNotFound, UnsupportedFormat
from ...core.media.numbering import IMAGE_SUFFIXES, OTHER_PICTURES, is_pattern, is_sequence, sequence_files

TIMELINES = (".otio", ".otioz", ".otiod")

_NETWORK = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+://", re.IGNORECASE)
_FILE = re.compile(r"file:(?://([^/\\]*))?", re.IGNORECASE)
_DRIVE = re.compile(r"/?([A-Za-z]:(?:[/\\]|$))")
_PLACEHOLDER = re.compile(r"%(?:0[0-9]{1,2})?d|#+")
_PLACEHOLDER_SIGN = re.compile(r"%(?=(?:0[0-9]{1,2}d|d(?![0-9A-Fa-f]))[^/\\]*\Z)")
"""Of a sequence's pattern in a file's name, which reads like an encoded character."""

_LAST_NUMBER = re.compile(r"[0-9]+\Z")


def is_timeline(path: Path) -> bool:
    return path.suffix.lower() in TIMELINES


def check_name(path: Path) -> None:
    """Raises:
    UnsupportedFormat: a name that no timeline can hold.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UnsupportedFormat(f"{str(path)!a}: its name is not UTF-8, as timelines need; rename it") from None


def behind_link(path: Path) -> Path:
    """The timeline that a link such as `latest.otio` leads to: its media and its sidecar lie beside that. What is no
    link, as it is."""
    real = Path(os.path.realpath(path))
    return real if path.is_symlink() and real.suffix.lower() in TIMELINES else path


def is_network(url: str) -> bool:
    return _NETWORK.match(url) is not None


def is_relative(url: str) -> bool:
    return not (is_network(url) or _FILE.match(url) or url.startswith(("/", "\\")) or _DRIVE.match(url))


def spellings(url: str) -> list[str]:
    """The paths, with forward slashes, that a URL or path can mean, likeliest first; none for the network's.

    Applications write `file://` URLs and plain paths, percent-encoded or not, for POSIX or for Windows.
    """
    if is_network(url):
        return []
    path, encoded = url, False
    if scheme := _FILE.match(url):
        host, path, encoded = scheme[1] or "", url[scheme.end() :], True
        if _DRIVE.match(f"{host}/"):
            path = host + path
        elif host not in ("", "localhost"):
            path = f"//{host}{path}"
    decoded = unquote(_PLACEHOLDER_SIGN.sub("%25", path))
    written = [decoded, path] if encoded else [path, decoded]
    if _DRIVE.match(path) or os.name == "nt" or "/" not in path:
        written += [text.replace("\\", "/") for text in written]
    written = [text[1:] if _DRIVE.match(text) and text.startswith("/") else text for text in written]
    return list(dict.fromkeys(text for text in written if text))


def candidates(url: str, folder: Path) -> list[Path]:
    """Where the media may lie: as written (relative paths from `folder`), then under its bare name in `folder`."""
    written = spellings(url)
    meant = [folder / text for text in written if os.name == "nt" or not _DRIVE.match(text)]
    beside = [folder / name for text in written if (name := re.split(r"[/\\]", text)[-1])]
    return list(dict.fromkeys([*meant, *beside]))


def url_of(path: Path, folder: Path) -> str:
    """Relative to `folder` when it lies below, else an absolute file URL; encoded only where it would mislead.

    OpenTimelineIO and applications write spaces and accents as they are, and not all of them decode.
    """
    text = plain_of(path, folder)
    for sign in "%#?":
        text = text.replace(sign, f"%{ord(sign):02X}")
    if is_relative(text):
        return text
    return f"file:{text}" if text.startswith("//") else f"file://{'' if text.startswith('/') else '/'}{text}"


def relative_to(path: Path, folder: Path) -> str | None:
    """The path as `folder` sees it, with forward slashes; None on another drive."""
    try:
        seen = os.path.relpath(path, folder)
        if os.path.realpath(os.path.join(folder, seen)) != os.path.realpath(path):
            # Out of a linked folder, `..` leads to where that really lies.
            seen = os.path.relpath(os.path.realpath(path), os.path.realpath(folder))
    except ValueError:
        return None
    return Path(seen).as_posix()


def plain_of(path: Path, folder: Path) -> str:
    """The path, with forward slashes, relative to `folder` when it lies below, else absolute."""
    path, folder = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def sequence_expression(name: str) -> re.Pattern[str] | None:
    """Matches the names of a sequence's files, where a name is a picture's pattern or numbered; else None."""
    stem, suffix = os.path.splitext(name)
    number = _PLACEHOLDER.search(stem) or _LAST_NUMBER.search(stem)
    if number is None or suffix.lower() not in (*IMAGE_SUFFIXES, *OTHER_PICTURES):
        return None
    return re.compile(rf"{re.escape(stem[: number.start()])}[0-9]+{re.escape(stem[number.end() :] + suffix)}")


def files_at(path: Path) -> list[Path]:
    """The files of a movie or of an image sequence, however it is named, gaps and all; none when nothing is there.

    Raises:
        MediaUnreadable: a folder of several sequences.
    """
    try:
        if is_sequence(path) or (path.suffix.lower() in (*IMAGE_SUFFIXES, *OTHER_PICTURES) and is_pattern(path.name)):
            return sequence_files(path, gaps=True)
        return [path] if os.path.isfile(path) else []
    except (MediaNotFound, OSError, ValueError):  # no such place, or a name that no disk could have
        return []
