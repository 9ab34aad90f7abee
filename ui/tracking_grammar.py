"""The grammar of `focuspuller track`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .option_groups import disparity_options

SUMMARY = "click a subject once; the focus follows it through the clip"

TRACK = """\
Say what matters, and from when: X,Y are pixels of the clip, FRAME counts from the media's first frame, 0. The subject
is followed both ways from there, through whatever passes in front of it. Several --at are decisions in time: the focus
leaves for the next subject early enough to arrive on its FRAME, eased, and never faster than a puller would.
  follow   while it shows; lost, the focus goes to another decision's subject that shows, or stays (the default)
  strong   through all that hides it
  fixed    stays at the distance that it has on FRAME
A mode of its own for one decision: --at X,Y@FRAME:strong.

The keys are those of --focus, few enough to go on editing, and within --tolerance of the subject on every frame.

examples:
  focuspuller track couple.mp4 --disparity couple.disparity.mkv --at 715,208@0
  focuspuller track couple.mp4 --disparity couple.disparity.mkv --at 715,208@0 --at 360,190@60:strong
  focuspuller track edit.otio --clip interview --at 715,208@0 -o edit.tracked.otio"""


def track(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", type=Path, metavar="TIMELINE|CLIP", help="a timeline with the effect, or media")
    command.add_argument("--clip", metavar="NAME", help="which of a timeline's clips")
    command.add_argument(
        "--at", action="append", required=True, metavar="X,Y@FRAME", help="a subject, and when it matters; repeatable"
    )
    command.add_argument("--to", type=int, metavar="FRAME", help="the last frame to follow to (the clip's)")
    command.add_argument(
        "--mode", choices=["follow", "strong", "fixed"], default="follow", help="see below (%(default)s)"
    )
    command.add_argument(
        "--tolerance",
        type=float,
        default=0.02,
        metavar="D",
        help="dioptres (1/m) that keys may stray from the track (%(default)s)",
    )
    command.add_argument("-o", "--output", type=Path, metavar="OUT", help="a timeline with the keys in the effect")
    command.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")
    disparity_options(command.add_argument_group("media, where no timeline says it"))
    # The rest of the effect, that commands read in common, is not for tracking to set.
    command.set_defaults(focus=None, aperture=None, focal_length=None)
