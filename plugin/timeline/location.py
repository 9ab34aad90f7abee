"""Where the media of a URL may lie, and the URL of a path. Paths are data here: nothing is opened.

A sequence is named by its pattern, such as `shots/a.%04d.exr`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

_NETWORK = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+://", re.IGNORECASE)
_FILE = re.compile(r"file:(?://([^/\\]*))?", re.IGNORECASE)
_DRIVE = re.compile(r"/?([A-Za-z]:(?:[/\\]|$))")
_NUMBER = re.compile(r"%0?(\d*)d")


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
    written = [unquote(path), path] if encoded else [path, unquote(path)]
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


def plain_of(path: Path, folder: Path) -> str:
    """The path, with forward slashes, relative to `folder` when it lies below, else absolute."""
    path, folder = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def is_pattern(name: str) -> bool:
    return _NUMBER.search(name) is not None


def pattern_expression(name: str) -> re.Pattern[str]:
    """Matches the file names that a sequence's pattern stands for."""
    number = _NUMBER.search(name)
    if number is None:
        return re.compile(re.escape(name))
    return re.compile(rf"{re.escape(name[: number.start()])}-?\d+{re.escape(name[number.end() :])}")


def files_at(path: Path) -> list[Path]:
    """The regular files that a path, a folder or a sequence's pattern stands for; none when nothing is there."""
    if os.path.isfile(path):
        return [path]
    try:
        if os.path.isdir(path):
            return sorted(file for file in path.iterdir() if os.path.isfile(file))
        if is_pattern(path.name) and os.path.isdir(path.parent):
            wanted = pattern_expression(path.name)
            return sorted(file for file in path.parent.iterdir() if wanted.fullmatch(file.name))
    except OSError:  # a folder that cannot be listed holds nothing for us
        pass
    return []
