"""The grammar of `focuspuller panel`."""

from __future__ import annotations

import argparse
from pathlib import Path

SUMMARY = "see the defocus, click to focus, key the rack"

PANEL = """\
In the panel, press ? for its keys.

examples:
  focuspuller panel edit.otio
  focuspuller panel couple.mp4 --disparity couple.disparity.mkv"""


def panel(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", type=Path, nargs="?", metavar="TIMELINE|CLIP", help=".otio, .otioz, .otiod or media")
    command.add_argument("--disparity", type=Path, metavar="FILE", help="the clip's disparity: movie or image sequence")
    command.add_argument(
        "--rate", metavar="FPS", help="frames a second of an image sequence (what its EXRs say, or 24)"
    )
    picture = command.add_argument_group("a picture of it")
    picture.add_argument("--screenshot", type=Path, metavar="FILE", help="write one as PNG and end; needs no screen")
    picture.add_argument("--frame", type=int, metavar="N", help="the media frame in it (the middle)")
    picture.add_argument("--view", metavar="NAME", help="result, source, disparity, defocus, matte or split (result)")
    picture.add_argument("--size", metavar="WxH", help="of the window, in points (1280x800)")
    picture.add_argument("--scale", type=float, metavar="S", help="pixels to a point (1)")
