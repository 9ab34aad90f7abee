"""The standard streams: results on stdout and nothing else, all else on stderr; closed, full, or read by nobody."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from ..core.errors import OutputUnwritable

READER_GONE = 141
"""The exit code of a program whose reader went away, as shells know it: 128 + SIGPIPE."""


class ReaderGoneError(Exception):
    """Whoever read our results has stopped: there is nobody to tell, and nothing to complain of."""


_REORDERING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""What makes text run the other way."""

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *_REORDERING), "?") | dict.fromkeys(b"\t\n\v\f\r", " ")

_results: TextIO | None = None
"""Stdout, while it is claimed."""


@contextmanager
def claimed_stdout() -> Iterator[None]:
    """Keep stdout for results: whatever libraries print there, in Python or past it, goes to stderr.

    OpenEXR, for one, prints of its own accord, and would break what --json promises.
    """
    global _results
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # Closed, it would be the next file that is opened, and what is printed would land there.
            os.open(os.devnull, os.O_RDWR)
    stdout = sys.__stdout__
    if stdout is None or sys.stdout is not stdout:
        yield  # there is none, or somebody has other plans with it
        return
    stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    # Names of files that are no text are shown with escapes rather than not at all.
    _results = open(kept, "w", encoding=stdout.encoding, errors="backslashreplace")  # noqa: SIM115 - closed below
    sys.stdout = sys.stderr or io.StringIO()
    try:
        yield
    finally:
        sys.stdout, _results = _results, None


def write_result(text: str) -> None:
    """Write on stdout, at once.

    Raises:
        OutputUnwritable: it is closed or full.
        ReaderGoneError: it is a pipe that nobody reads any more.
    """
    stream = _results or sys.stdout
    if stream is None:
        raise OutputUnwritable("standard output is closed; send it to a file, or to /dev/null if nobody needs it")
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
        raise ReaderGoneError from None
    except OSError as error:
        _abandon(stream)
        raise OutputUnwritable(
            f"cannot write to standard output: {error.strerror}; make room, or send it elsewhere"
        ) from error


def printable(line: str) -> str:
    """As one line that a terminal shows and does not obey: names in it may be anybody's."""
    return line.translate(_CONTROLS)


def tell(line: str) -> None:
    """A line on stderr, where there is somebody to read it: nothing fails because nobody listens."""
    if sys.stderr is None:
        return
    try:
        print(printable(line), file=sys.stderr, flush=True)
    except OSError:
        _abandon(sys.stderr)


def is_terminal() -> bool:
    """Whether stderr is one, on which a line can be drawn again and again."""
    return sys.stderr is not None and sys.stderr.isatty()


def _abandon(stream: TextIO) -> None:
    """Send what a stream still holds nowhere, or Python would fail at it once more when it exits."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()
