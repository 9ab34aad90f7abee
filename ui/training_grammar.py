"""The grammar of the commands that make weights and prove them: synth, train, evaluate."""

from __future__ import annotations

import argparse
from pathlib import Path

SYNTH = """\
Each video is a folder of frames/, bokeh/ (8-bit PNG), disparity/ (16-bit PNG) and meta.json (blur K and focus
disparity of every frame). The same preset and seed give the same videos, whatever the number of workers; what a
killed run finished is kept, and --resume goes on from there. A larger --videos extends a folder.
  train    3000 videos of 16 frames, 256 x 256 px, 4 objects each: the paper's training set
  crowded  2400 videos of 6 frames, 9 objects each: what the shipped weights learned from
  test     300 videos of 16 frames, 256 x 256 px, 9 objects each; never the same scenes as the others

examples:
  focuspuller synth svb/train --preset train --resume
  focuspuller synth svb/test --preset test --videos 24 --seed 1
  focuspuller synth svb/mine --preset train --assets photographs/ cutouts/"""

TRAIN = """\
FOLDER gets the weights, vbr.safetensors or outlines.safetensors (their header says what made them), log.jsonl,
curve.png and checkpoint.safetensors, from which --resume goes on exactly. The last videos of DATASET, 16 at most, are
kept apart to judge by. Without DATASET the preset makes its own in FOLDER/data first; with --start-from, not those that
the shipped weights learned from. FOLDER/packed holds the videos as training reads them (12 MB each of six frames), a
GPU as many of them as it has room for; it can be deleted afterwards.
  smoke     a small network in under three minutes: does training work here?
  short     the network that ships, about half an hour to an hour on one core
  shipped   the recipe of the shipped weights: four minutes on a large GPU, a day or two without
  finetune  goes on from weights (--start-from), gently, by whole frames of 256 px: an hour and a half on two cores with
            a matrix unit
  outlines  another network, a small one: it tells from a frame where surfaces end whose disparity only says so softly;
            about an hour on two cores, its data included; takes DATASET, --resume, --steps and --seed alone

examples:
  focuspuller train --preset smoke -o smoke
  focuspuller train svb/crowded --preset short --seed 2 -o runs/seed2
  focuspuller train svb/crowded --without fusion --steps 3000 -o runs/no-fusion
  focuspuller train svb/mine --preset finetune --start-from resources/weights/vbr.safetensors -o runs/mine
  torchrun --nproc-per-node 4 -m focuspuller train svb/train -o runs/four-gpus

--configuration paper takes away what the network starts from, and that alone. Every preset departs from the paper in
its training: the logarithm of a Charbonnier loss (there: L1), at a rate that warms up and falls along a cosine (1e-4),
with gradients clipped (not).

A GPU is used when there is one. With torchrun every process takes its own windows of each step."""

EVALUATE = """\
methods:
  input                  the frame, unblurred
  layered, scatter       classical renderers
  vbr, vbr-paper         the network residual to those; the network as in the paper
  vbr-no-fusion, vbr-no-alignment, vbr-no-temporal-loss, vbr-no-augmentation
                         ablations
  vbr-no-outlines, vbr-no-reveal
                         of the rendering: soft edges in disparity stay soft; not told what neighbours have seen of
                         what a frame hides
Networks take their weights from --weights NAME=FILE, or from what is shipped; a NAME of your own is a method too, and
vbr's are those of the last two as well.
--corruption takes none, I, II, III, IV, or a range of them: the disparity corrupted as in the paper's Table 2.

examples:
  focuspuller evaluate svb/test --method input layered scatter vbr
  focuspuller evaluate svb/test --method scatter seed1 seed2 --weights seed1=runs/1/vbr.safetensors \\
      seed2=runs/2/vbr.safetensors --corruption none..IV --plot robustness.png
  focuspuller evaluate svb/test --method vbr --save pictures/vbr
  focuspuller evaluate svb/test --method vbr --pictures theirs=pictures/theirs"""


def synth(command: argparse.ArgumentParser) -> None:
    command.add_argument("out", type=Path, metavar="OUT", help="the data set's folder, made or (--resume) continued")
    command.add_argument(
        "--preset", choices=["train", "crowded", "test"], required=True, help="what the videos are, see below"
    )
    command.add_argument("--videos", type=int, metavar="N", help="how many (the preset's)")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="another seed, other videos (%(default)s)")
    command.add_argument("--workers", type=int, metavar="N", help="processes (one a core)")
    command.add_argument("--resume", action="store_true", help="go on with a folder that the same settings began")
    command.add_argument(
        "--assets",
        type=Path,
        nargs=2,
        metavar=("BACKGROUNDS", "CUTOUTS"),
        help="folders of photographs and of RGBA cut-outs; give the test set folders of its own; without them pictures "
        "and objects are painted",
    )


def train(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "dataset", type=Path, nargs="?", metavar="DATASET", help="a folder that `focuspuller synth` wrote"
    )
    command.add_argument(
        "--preset",
        choices=["smoke", "short", "shipped", "finetune", "outlines"],
        default="short",
        help="see below (%(default)s)",
    )
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER", help="where the run lives")
    command.add_argument("--resume", action="store_true", help="go on from FOLDER's checkpoint, if there is one")
    command.add_argument(
        "--configuration",
        choices=["prior", "paper"],
        help="residual to the classical renderings, or from the frame alone (prior; smoke: paper), see below",
    )
    command.add_argument(
        "--without",
        choices=["fusion", "alignment", "temporal-loss", "augmentation"],
        action="append",
        default=[],
        help="an ablation: leave this out; may be repeated",
    )
    command.add_argument("--steps", type=int, metavar="N", help="in all, coarse generator and refiner (the preset's)")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="of weights and windows (%(default)s)")
    command.add_argument(
        "--start-from", type=Path, metavar="FILE", help="go on from weights of the same network, such as what ships"
    )


def evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset", type=Path, metavar="DATASET", help="videos as `focuspuller synth` lays them out")
    command.add_argument("--method", nargs="+", action="extend", default=[], metavar="NAME", help="see below")
    command.add_argument(
        "--weights", nargs="+", action="extend", default=[], metavar="NAME=FILE", help="a method's weights"
    )
    command.add_argument(
        "--pictures",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=DIR",
        help="pictures made elsewhere, laid out as --save does: a row of the table too",
    )
    command.add_argument(
        "--corruption", nargs="+", action="extend", metavar="LEVEL", help="such as IV, or none..IV (none)"
    )
    command.add_argument(
        "--save", type=Path, metavar="DIR", help="write DIR/<video>/<frame>.png, of one method at one level"
    )
    command.add_argument("--plot", type=Path, metavar="FILE", help="PNG of every figure over the corruption levels")
    command.add_argument("--sheet", type=Path, metavar="FILE", help="PNG of some frames and close-ups, all methods")
