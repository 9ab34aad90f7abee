"""The `focuspuller` command: one command run, and how errors become exit codes.

Only the standard library is imported here; each command's module, with what it needs, comes when it is asked for.
"""

from __future__ import annotations

import argparse
import signal
import traceback
from collections.abc import Sequence
from importlib import import_module

from ..core.allocator import keep_memory
from ..core.errors import Cancelled, FocuspullerError, UsageError
from .grammar import FARM, parser
from .streams import READER_GONE, ReaderGoneError, claimed_stdout, tell, write_result


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


def _run(args: argparse.Namespace) -> int:
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
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever presses it twice means it once
        stopped = Cancelled("stopped; a render goes on with --resume")
        return _failed(stopped, Cancelled.exit_code, args.verbose, farm)
    except ReaderGoneError:
        return READER_GONE
    except Exception as error:
        what = f"{type(error).__name__}: {error}; this is a bug in focuspuller: run it with -v and report the traceback"
        return _failed(what, 1, args.verbose, farm)


def _failed(error: object, code: int, verbose: bool = False, farm: bool = False) -> int:
    if verbose:
        tell(traceback.format_exc())
    line = " ".join(str(error).split())
    if farm:
        tell(f"openjd_fail: {line}")
    tell(f"focuspuller: error: {line}")
    return code
