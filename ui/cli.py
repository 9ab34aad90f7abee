"""The `focuspuller` command: one command run, and how errors become exit codes.

Only the standard library is imported here; each command's module, with what it needs, comes when it is asked for.
"""

from __future__ import annotations

import argparse
import errno
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from types import FrameType

from ..core.allocator import keep_memory
from ..core.errors import Cancelled, FocuspullerError, UsageError, as_bug
from .grammar import FARM, parser
from .streams import READER_GONE, ReaderGoneError, claimed_stdout, tell, write_result

TERMINATED = 143
"""As shells know it: 128 + SIGTERM."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    with claimed_stdout():
        try:
            args = _parsed(argv)
            write_result("")  # that stdout is closed is better known now than after a long render
        except ReaderGoneError:
            return READER_GONE
        except FocuspullerError as error:
            return _failed(error, error.exit_code)
        return _run(args)


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    args, unknown = parser().parse_known_args(argv)
    if unknown:
        # Left to argparse, the root would refuse them, whose --help knows nothing of the command's options.
        raise UsageError(f"unrecognized arguments: {' '.join(unknown)}; see `focuspuller {args.command} --help`")
    return args


class _TerminatedError(KeyboardInterrupt):
    """SIGTERM, as a farm or a session that ends sends it."""


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM takes Ctrl-C's way, on which what is temporary is removed; signals are for the main thread to set."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TerminatedError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(args: argparse.Namespace) -> int:
    # A toolkit's loop runs no Python: there, SIGTERM would wait for the next click.
    with nullcontext() if args.command == "panel" else _stopped_by_sigterm():
        return _ran(args)


def _ran(args: argparse.Namespace) -> int:
    farm = getattr(args, "progress", None) == FARM
    try:
        from .console import Console

        # The panel stays open beside an editor, and gives back what a picture took.
        if args.command != "panel":
            keep_memory()
        console = Console(as_json=args.json, farm=farm)
        try:
            result = import_module(f".commands.{args.command}", __package__).run(args, console)
        finally:
            console.close()
        console.finish(result)
        return 0
    except FocuspullerError as error:
        return _failed(error, error.exit_code, args.verbose, farm)
    except KeyboardInterrupt as error:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # whoever presses it twice means it once
        stopped = f"stopped; run it again{' with --resume to go on' if hasattr(args, 'resume') else ''}"
        code = TERMINATED if isinstance(error, _TerminatedError) else Cancelled.exit_code
        return _failed(stopped, code, args.verbose, farm)
    except ReaderGoneError:
        return READER_GONE
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            told = f"{error.filename or 'a name'}: longer than a disk can hold; give a shorter name"
            return _failed(told, UsageError.exit_code, args.verbose, farm)
        return _failed(as_bug(error, "run it with -v and report the traceback"), 1, args.verbose, farm)


def _failed(error: object, code: int, verbose: bool = False, farm: bool = False) -> int:
    if verbose:
        for each in traceback.format_exc().splitlines():
            tell(each)
    options = f" ({error.options})" if isinstance(error, FocuspullerError) and error.options else ""
    line = " ".join(f"{error}{options}".split())
    if farm:
        tell(f"openjd_fail: {line}")
    tell(f"focuspuller: error: {line}")
    return code
