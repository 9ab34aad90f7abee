"""What can be asked of `focuspuller`, and the help that teaches it."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import NoReturn, TypeAlias

from .. import __version__
from ..core import errors
from ..core.errors import UsageError
from . import depth_grammar, panel_grammar, tracking_grammar, training_grammar
from .option_groups import effect_options, engine_options, memory_option, picture_options, render_options
from .streams import write_result

FARM = "openjd"

KEYS_HELP = """\
Keys are FRAME=VALUE, comma-separated; frames count from the media's first frame, 0. Between keys, focus moves evenly in
dioptres and aperture in stops, the way a lens's rings are cut. One value alone holds for the whole clip.
  --focus 2m                          no animation
  --focus 0=1.2m,48=inf               a rack to infinity
  --focus 0=1.2m:linear,48=4ft        constant, linear or bezier (the default) after a key
  --aperture 0=2,24=5.6               f-numbers; 32 is a pinhole: the source, untouched"""


class Grammar(argparse.ArgumentParser):
    """Refuses in one line, as every command does, and says which command's --help to read."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")

    def _print_message(self, message: str, file: object = None) -> None:
        """Of --help and --version: results like any other."""
        write_result(message)


def parser() -> argparse.ArgumentParser:
    root = Grammar(
        prog="focuspuller",
        description="Pull focus, after the fact, on footage that is sharp everywhere.",
        epilog="Start with `focuspuller demo`. `focuspuller COMMAND --help` teaches each command.\n\n"
        f"exit codes:\n{exit_codes()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"focuspuller {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _demo(commands)
    _probe(commands)
    _apply(commands)
    _remove(commands)
    _render(commands)
    _export(commands)
    _farm(commands)
    panel_grammar.panel(_command(commands, "panel", panel_grammar.SUMMARY, panel_grammar.PANEL))
    depth_grammar.depth(_command(commands, "depth", depth_grammar.SUMMARY, depth_grammar.DEPTH))
    tracking_grammar.track(_command(commands, "track", tracking_grammar.SUMMARY, tracking_grammar.TRACK))
    _training(commands)
    _benchmark(commands)
    _sample(commands)
    return root


def exit_codes() -> str:
    """A line for every failure, from the tree that core/errors.py draws."""
    drawn = re.findall(r"(\w+) {2,}(\d+) *(.*)", errors.__doc__ or "")
    lines = []
    for name, code, note in drawn:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
        lines.append(f"  {code:>3}  {words}{': ' if note else ''}{note}")
    return "\n".join(["    0  all went well", *lines])


Commands: TypeAlias = "argparse._SubParsersAction[Grammar]"


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
    effect_options(command)
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=".otio, .otioz or .otiod")
    command.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")


def _remove(commands: Commands) -> None:
    command = _command(
        commands,
        "remove",
        "take the effect off a timeline's clips, whole or broken; their sources play again",
        "example:\n  focuspuller remove edit.focus.otio --clip interview -o edit.otio",
    )
    command.add_argument("timeline", type=Path, metavar="TIMELINE", help=".otio, .otioz or .otiod")
    command.add_argument("--clip", metavar="NAME", help="which clip; without it, every one that has the effect")
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
    effect_options(command)
    render_options(command)
    engine_options(command)
    command.add_argument(
        "--frames", metavar="A-B", help="only these media frames (B included), for a later run to join"
    )
    command.add_argument("--resume", action="store_true", help="go on from what an earlier run finished")
    command.add_argument(
        "--progress", choices=[FARM], metavar=FARM, help="tell progress as Open Job Description's farms read it"
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="movie (.mov .mp4 .mkv .mxf), sequence (name.%%04d.png, name.%%04d.exr), or a folder that is there",
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
    render_options(command, "ProRes")
    engine_options(command)
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=".otio, with the renders in a folder beside it; .otioz or .otiod with all inside",
    )


def _farm(commands: Commands) -> None:
    command = _command(
        commands,
        "farm",
        "write a job that renders a clip on many machines (Open Job Description)",
        "JOB gets template.json, the edit as it stands now, and asset_references.json. Its tasks render chunks of\n"
        "frames with the `focuspuller` of their machine, and its last step joins them into the movie: the same, to\n"
        "the byte, as rendered here. The machines find the media where it lies relative to JOB.\n\n"
        "examples:\n  focuspuller farm edit.otio --clip interview -o jobs/interview\n"
        "  openjd run jobs/interview/template.json --step Join --run-dependencies\n"
        "  deadline bundle submit jobs/interview -p FramesPerTask=96",
    )
    command.add_argument("timeline", type=Path, metavar="TIMELINE", help=".otio, .otioz or .otiod")
    command.add_argument("--clip", metavar="NAME", help="which clip; needed when several have the effect")
    command.add_argument("--frames-per-task", type=int, default=48, metavar="N", help="in one task (%(default)s)")
    memory_option(picture_options(command, "ProRes"))
    command.add_argument("-o", "--output", type=Path, required=True, metavar="JOB", help="a folder to make")


def _training(commands: Commands) -> None:
    grammar = training_grammar
    grammar.synth(_command(commands, "synth", "make synthetic pairs of sharp and bokeh video", grammar.SYNTH))
    grammar.train(_command(commands, "train", "train the video bokeh renderer", grammar.TRAIN))
    grammar.evaluate(_command(commands, "evaluate", "measure methods on videos with known bokeh", grammar.EVALUATE))


def _benchmark(commands: Commands) -> None:
    command = _command(commands, "benchmark", "measure speed and memory on this machine, as JSON with its versions")
    command.add_argument(
        "what",
        choices=["media", "classical", "render", "panel", "depth", "track"],
        help="reading and writing; the classical renderers; whole shots with the network; the panel; disparity made "
        "steady; tracking",
    )
    command.add_argument(
        "--repeat",
        type=int,
        default=5,
        metavar="N",
        help="timed runs after a warm-up, except of depth and track (%(default)s)",
    )
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="also write the JSON here")
    command.add_argument("--plot", type=Path, metavar="FILE", help="PNG of a render's seconds a frame, step by step")


def _sample(commands: Commands) -> None:
    command = _command(commands, "sample", "make the embedded sample anew: clip, exact disparity, sound and timeline")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="a folder to make")
