"""The grammar of `focuspuller depth`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .option_groups import DEVICES

SUMMARY = "make a clip's disparity: by a depth network, from two eyes, or from depth that is there"

DEPTH = """\
OUT.mkv gets 16-bit grey, bigger is nearer, one scale for the whole clip; OUT.json beside it says how it was made.
Where distances are known in metres, `render` and `apply` take near and far from there. A run that was killed goes on
with --resume.
  --model    a folder of a transformers model, with no network, or a name on the Hugging Face hub; Depth Anything,
             DPT and MiDaS, ZoeDepth, Depth Pro and others      pip install 'focuspuller[depth]'
  --onnx     an exported network                                pip install 'focuspuller[onnx]'
  --stereo   the other eye's clip, or how both lie in CLIP; the disparity is that of the first eye
                                                                pip install 'focuspuller[stereo]'
  --maps     EXR (Z, depth.Z, Y), PNG, TIFF, a movie, or .npz as Video Depth Anything writes it

examples:
  focuspuller depth couple.mp4 --model Depth-Anything-V2-Small-hf/ -o couple.disparity.mkv
  focuspuller depth shot.mov --maps shot.z.%04d.exr --model-output metric -o shot.disparity.mkv
  focuspuller depth left.mov --stereo right.mov -o left.disparity.mkv"""


def depth(command: argparse.ArgumentParser) -> None:
    command.add_argument("clip", type=Path, metavar="CLIP", help="a movie or an image sequence")
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--model", metavar="FOLDER|NAME", help="a depth network of transformers")
    source.add_argument("--onnx", type=Path, metavar="FILE", help="a depth network as ONNX")
    source.add_argument("--stereo", metavar="LAYOUT|PAIR", help="side-by-side, top-bottom, or the right eye's clip")
    source.add_argument("--maps", type=Path, metavar="FILE", help="disparity or depth that is there already")
    command.add_argument(
        "--model-output",
        choices=["disparity", "depth", "metric"],
        help="what the numbers are: bigger is nearer, distance, or distance in metres (known of common models; "
        "disparity)",
    )
    command.add_argument(
        "--first-eye",
        choices=["auto", "left", "right"],
        default="auto",
        help="of --stereo: which is CLIP, or the left or upper half (%(default)s: found by what hides what)",
    )
    command.add_argument(
        "--stabilise",
        type=float,
        metavar="0..1",
        help="take out this much of the flicker (1 where each frame is estimated alone, 0 for --maps)",
    )
    command.add_argument("--batch", type=int, metavar="N", help="frames a network takes at once (1; 8 on a GPU)")
    command.add_argument(
        "--device", choices=DEVICES, default="auto", help="(%(default)s: a CUDA GPU where there is one, else the CPU)"
    )
    command.add_argument("--resume", action="store_true", help="go on from what an earlier run finished")
    command.add_argument("--overwrite", action="store_true", help="replace OUT when it exists")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="a name that ends in .mkv")
