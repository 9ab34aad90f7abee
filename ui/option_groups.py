"""Options that several commands have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

DEVICES = ("auto", "cpu", "cuda", "mps")


def effect_options(command: argparse.ArgumentParser) -> None:
    effect = command.add_argument_group("effect")
    effect.add_argument("--focus", metavar="KEYS", help="focus distance (2m)")
    effect.add_argument("--aperture", metavar="KEYS", help="f-number (2.8)")
    effect.add_argument("--focal-length", type=float, metavar="MM", help="35 mm equivalent (50)")
    disparity_options(effect)


def disparity_options(group: argparse._ArgumentGroup) -> None:
    """The clip's disparity, and how it and the clip are to be read."""
    group.add_argument("--disparity", type=Path, metavar="FILE", help="the clip's disparity: movie or image sequence")
    group.add_argument("--near", type=float, metavar="M", help="metres at disparity 1 (0.8)")
    group.add_argument("--far", type=float, metavar="M", help="metres at disparity 0 (inf)")
    group.add_argument(
        "--far-is-bright",
        action=argparse.BooleanOptionalAction,
        help="the clip holds disparity turned over: bigger is farther",
    )
    group.add_argument(
        "--levels",
        metavar="BLACK,WHITE",
        help="darkest and brightest stored value that count, whichever way round: 0 to 1 of 8- or 16-bit media, EXR as "
        "stored (0,1)",
    )
    group.add_argument(
        "--offset",
        type=int,
        metavar="FRAMES",
        help="the disparity frame that belongs to the clip's first one, where the disparity is longer",
    )
    group.add_argument(
        "--rate", metavar="FPS", help="frames a second of an image sequence, such as 23.976 (what its EXRs say, or 24)"
    )


def render_options(command: argparse.ArgumentParser, usually: str = "what OUT's ending asks for") -> None:
    render = picture_options(command, usually)
    render.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")


def picture_options(command: argparse.ArgumentParser, usually: str) -> argparse._ArgumentGroup:
    render = command.add_argument_group("rendering")
    render.add_argument("--quality", choices=["draft", "final"], default="final", help="(%(default)s)")
    render.add_argument(
        "--codec",
        metavar="NAME",
        help=f"h264, h265, prores422, prores4444, dnxhr, ffv1, png16, exr; by default {usually}",
    )
    return render


def memory_option(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--memory",
        metavar="SIZE",
        help="what decoded frames and features may take, such as 800M or 8G (4G, more where one large frame needs it)",
    )


def engine_options(command: argparse.ArgumentParser) -> None:
    render = command.add_argument_group("computing")
    memory_option(render)
    render.add_argument(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where to compute (%(default)s: a CUDA GPU where there is one, else the CPU)",
    )
    render.add_argument("--weights", type=Path, metavar="FILE", help="a network of your own, from `focuspuller train`")
