"""The `focuspuller` command: its grammar, and how errors become exit codes.

Only the standard library is imported here; each command's module, with what it needs, comes when it is asked for.
"""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from .. import __version__
from ..core.errors import Cancelled, FocuspullerError
from . import training_grammar

KEYS_HELP = """\
Keys are FRAME=VALUE, comma-separated; frames count from the media's first frame, 0. Between keys, focus moves evenly in
dioptres and aperture in stops, the way a lens's rings are cut. One value alone holds for the whole clip.
  --focus 2m                          no animation
  --focus 0=1.2m,48=inf               a rack to infinity
  --focus 0=1.2m:linear,48=4ft        constant, linear or bezier (the default) after a key
  --aperture 0=2,24=5.6               f-numbers; 32 is a pinhole: the source, untouched"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    args = parser().parse_args(argv)
    try:
        from .console import Console

        console = Console(as_json=args.json)
        try:
            result = import_module(f".commands.{args.command}", __package__).run(args, console)
        finally:
            console.close()
        console.finish(result)
        return 0
    except FocuspullerError as error:
        return _failed(error, error.exit_code, args.verbose)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever presses it twice means it once
        stopped = Cancelled("stopped; a render goes on with --resume")
        return _failed(stopped, Cancelled.exit_code, args.verbose)
    except BrokenPipeError:
        return 1
    except Exception as error:
        what = f"{type(error).__name__}: {error}; this is a bug in focuspuller: run it with -v and report the traceback"
        return _failed(what, 1, args.verbose)


def _failed(error: object, code: int, verbose: bool) -> int:
    if verbose:
        traceback.print_exc()
    print(f"focuspuller: error: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="focuspuller",
        description="Pull focus, after the fact, on footage that is sharp everywhere.",
        epilog="Start with `focuspuller demo`. `focuspuller COMMAND --help` teaches each command.",
    )
    root.add_argument("--version", action="version", version=f"focuspuller {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _demo(commands)
    _probe(commands)
    _apply(commands)
    _render(commands)
    _export(commands)
    _training(commands)
    _benchmark(commands)
    _sample(commands)
    return root


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(commands: Commands, name: str, summary: str, epilog: str = "") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    command.add_argument("-v", "--verbose", action="store_true", help="show the traceback of an error")
    return command


def _demo(commands: Commands) -> None:
    command = _command(commands, "demo", "render the embedded sample: a timeline with a focus rack on its one clip")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("focuspuller-demo"),
        metavar="FOLDER",
        help="where the edit, the movies and the contact sheet go (%(default)s)",
    )
    command.add_argument("--overwrite", action="store_true", help="replace what an earlier demo wrote")


def _probe(commands: Commands) -> None:
    command = _command(commands, "probe", "say what a movie, an image sequence or a timeline holds")
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a movie, name.%%04d.png, a folder of images, an .otio"
    )


def _apply(commands: Commands) -> None:
    command = _command(
        commands,
        "apply",
        "put the effect on a timeline's clip, or change it there",
        KEYS_HELP
        + "\n\nexample:\n  focuspuller apply edit.otio --clip interview --disparity interview.disparity.mkv \\\n"
        "      --focus 0=1.2m,48=inf --aperture 0=2 -o edit.focus.otio",
    )
    command.add_argument(
        "timeline", type=Path, metavar="TIMELINE", help=".otio, .otioz, .otiod; or a movie to start one"
    )
    command.add_argument("--clip", metavar="NAME", help="which clip; needed when there are several")
    _effect_options(command)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=".otio, .otioz or .otiod")
    command.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")


def _render(commands: Commands) -> None:
    command = _command(
        commands,
        "render",
        "render a clip with its focus pull to a movie or an image sequence",
        KEYS_HELP + "\n\nexamples:\n  focuspuller render couple.mp4 --disparity couple.disparity.mkv \\\n"
        "      --focus 0=1.2m,60=20m --aperture 1.4 -o out.mov\n"
        "  focuspuller render edit.otio --clip interview -o interview.mov --resume\n\n"
        "A render that was killed goes on with --resume and ends in the same file. Workers can share one:\n"
        "each renders its --frames A-B, and a last --resume without --frames joins the parts.",
    )
    command.add_argument(
        "input", type=Path, metavar="TIMELINE|CLIP", help="a timeline with the effect on a clip, or media"
    )
    command.add_argument(
        "--clip", metavar="NAME", help="which of a timeline's clips; needed when several have the effect"
    )
    _effect_options(command)
    _render_options(command)
    command.add_argument(
        "--frames", metavar="A-B", help="only these media frames (B included), for a later run to join"
    )
    command.add_argument("--resume", action="store_true", help="go on from what an earlier run finished")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="movie (.mov .mp4 .mkv .mxf) or sequence (name.%%04d.png, name.%%04d.exr)",
    )


def _export(commands: Commands) -> None:
    command = _command(
        commands,
        "export",
        "render every clip that carries the effect, and write a timeline that plays the renders",
        "The new timeline keeps each source as a second media reference and each effect as it was, still editable.\n"
        "An export that was killed goes on when it is run again.",
    )
    command.add_argument("timeline", type=Path, metavar="TIMELINE", help=".otio, .otioz or .otiod")
    _render_options(command)
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=".otio, with the renders in a folder beside it; .otioz or .otiod with all inside",
    )


def _training(commands: Commands) -> None:
    grammar = training_grammar
    grammar.synth(_command(commands, "synth", "make synthetic pairs of sharp and bokeh video", grammar.SYNTH))
    grammar.train(_command(commands, "train", "train the video bokeh renderer", grammar.TRAIN))
    grammar.evaluate(_command(commands, "evaluate", "measure methods on videos with known bokeh", grammar.EVALUATE))


def _benchmark(commands: Commands) -> None:
    command = _command(commands, "benchmark", "measure speed and memory on this machine, as JSON with its versions")
    command.add_argument("what", choices=["media", "classical"], help="reading and writing, or the classical renderers")
    command.add_argument("--repeat", type=int, default=5, metavar="N", help="timed runs after a warm-up (%(default)s)")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="also write the JSON here")


def _sample(commands: Commands) -> None:
    command = _command(commands, "sample", "make the embedded sample anew: clip, exact disparity, sound and timeline")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="a folder to make")


def _effect_options(command: argparse.ArgumentParser) -> None:
    effect = command.add_argument_group("effect")
    effect.add_argument("--disparity", type=Path, metavar="FILE", help="the clip's disparity: movie or image sequence")
    effect.add_argument("--focus", metavar="KEYS", help="focus distance")
    effect.add_argument("--aperture", metavar="KEYS", help="f-number")
    effect.add_argument("--focal-length", type=float, metavar="MM", help="35 mm equivalent (50)")
    effect.add_argument("--near", type=float, metavar="M", help="metres at disparity 1 (0.8)")
    effect.add_argument("--far", type=float, metavar="M", help="metres at disparity 0 (inf)")
    effect.add_argument("--far-is-bright", action="store_true", help="the clip holds depth order: bigger is farther")
    effect.add_argument("--levels", metavar="BLACK,WHITE", help="stored values that are disparity 0 and 1 (0,1)")
    effect.add_argument("--offset", type=int, metavar="FRAMES", help="disparity frame minus clip frame (0)")


def _render_options(command: argparse.ArgumentParser) -> None:
    render = command.add_argument_group("rendering")
    render.add_argument("--quality", choices=["draft", "final"], default="final", help="(%(default)s)")
    render.add_argument(
        "--codec",
        metavar="NAME",
        help="h264, h265, prores422, prores4444, dnxhr, ffv1, png16, exr; by default what OUT's ending asks for",
    )
    render.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")
