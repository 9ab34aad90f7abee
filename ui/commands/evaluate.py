"""`focuspuller evaluate`: methods against the truth."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ...core.device import best_device, device_errors
from ...core.errors import UsageError
from ...core.evaluation.evaluate import evaluate
from ...core.evaluation.methods import method, takes_weights
from ...core.evaluation.table import as_json, draw_robustness, draw_sheet, markdown
from ...core.svb.corrupt import Corruption
from ...core.svb.dataset import open_dataset
from ..console import Console, Result
from ..result_file import check_writable


def run(args: argparse.Namespace, console: Console) -> Result:
    levels = corruption_levels(args.corruption or ["none"])
    names = list(dict.fromkeys(args.method))
    pictures = _pictures(args.pictures, names, levels)
    _check_outputs(args, [*names, *pictures], levels)
    weights = _weights(args.weights, names)
    videos = open_dataset(args.dataset)
    device = best_device()
    with device_errors(device, less="give shorter or smaller videos"):
        methods = {name: method(name, weights, device) for name in names}
        found = evaluate(
            videos,
            methods,
            levels,
            pictures=pictures,
            save=args.save,
            progress=lambda done, total: console.progress("evaluate", done, total, "rendering"),
        )
    for line in markdown(found.results).splitlines():
        console.say(line)
    if args.plot is not None:
        draw_robustness(found.results, args.plot)
    if args.sheet is not None:
        draw_sheet(found.exhibits, args.sheet)
    return {"dataset": args.dataset, "videos": len(videos), "results": as_json(found.results)}


def corruption_levels(given: Sequence[str]) -> list[Corruption]:
    """`IV`, `none..II`, … in ascending order.

    Raises:
        UsageError: no such level, or a range that goes down.
    """
    names = {level.name.lower(): level for level in Corruption}
    levels = set()
    for words in given:
        first, _, last = words.lower().partition("..")
        try:
            low, high = names[first], names[last or first]
        except KeyError:
            raise UsageError(f"--corruption {words}: give none, I, II, III, IV or a range such as none..IV") from None
        if low > high:
            raise UsageError(f"--corruption {words}: a range goes up; give {last}..{first}")
        levels |= {level for level in Corruption if low <= level <= high}
    return sorted(levels)


def _check_outputs(args: argparse.Namespace, names: Sequence[str], levels: Sequence[Corruption]) -> None:
    """Before hours of work, what would spoil their end."""
    if args.save is not None and (len(names) > 1 or len(levels) > 1):
        raise UsageError("--save keeps one method at one corruption level; name one of each")
    if args.plot is not None and len(levels) < 2:
        raise UsageError("--plot draws figures over corruption levels; add --corruption none..IV")
    for picture in (args.plot, args.sheet):
        if picture is not None:
            check_writable(picture)


def _weights(given: Sequence[str], methods: Sequence[str]) -> dict[str, Path]:
    """By name, each of them for one of the methods."""
    weights = _by_name("--weights", given, "NAME=FILE, such as vbr=runs/1/vbr.safetensors")
    taken = {name for asked in methods for name in (asked, *takes_weights(asked))}
    for name in weights:
        if name not in taken:
            raise UsageError(f"no method takes the weights of {name}; add --method {name}, or leave them out")
    return weights


def _pictures(given: Sequence[str], methods: Sequence[str], levels: Sequence[Corruption]) -> dict[str, Path]:
    """By the name of their row in the table."""
    pictures = _by_name("--pictures", given, "NAME=DIR, such as theirs=pictures/theirs")
    if not (pictures or methods):
        raise UsageError("nothing to measure; name a --method, or give --pictures")
    if pictures and list(levels) != [Corruption.NONE]:
        raise UsageError("--pictures know no corrupted disparity; leave out --corruption, or them")
    for name in pictures:
        if name in methods:
            raise UsageError(f"--pictures {name}: a method has that name; give them another")
    return pictures


def _by_name(flag: str, given: Sequence[str], wanted: str) -> dict[str, Path]:
    named: dict[str, Path] = {}
    for words in given:
        name, equals, path = words.partition("=")
        if not (name and equals and path):
            raise UsageError(f"{flag} {words}: give {wanted}")
        if name in named:
            raise UsageError(f"{flag} gives {name} twice; give the other a name of its own")
        named[name] = Path(path)
    return named
