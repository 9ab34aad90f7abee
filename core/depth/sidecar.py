"""What is known of a disparity clip, as JSON beside it: how it was made, and what its values mean."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DisparityError
from ..media.partial import write_whole
from ..media.regular import read_regular

SCHEMA = "focuspuller.disparity"
VERSION = 1
_MAX_BYTES = 1 << 20
INVALID = -1.0
FARTHEST = 1e9
"""Metres beyond which a number is no distance."""


@dataclass(frozen=True, slots=True)
class DisparityFacts:
    """Args:
    near, far: metres at disparity 1 and 0, far perhaps inf; None where the source does not know.
    near_is_bright: bigger stored values are nearer.
    made: the rest, for people: the source and its hash, normalisation, the clip's fingerprint.
    """

    near: float | None = None
    far: float | None = None
    near_is_bright: bool = True
    made: Mapping[str, object] = field(default_factory=dict)


def sidecar_path(disparity: Path) -> Path:
    """couple.disparity.json of couple.disparity.mkv."""
    return disparity.with_suffix(".json")


def write_facts(disparity: Path, facts: DisparityFacts) -> None:
    """Put the sidecar beside a disparity clip, whole or not at all.

    Raises:
        OutputUnwritable
    """
    far = "inf" if facts.far == math.inf else facts.far
    plain = {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "near": facts.near,
        "far": far,
        "near_is_bright": facts.near_is_bright,
        **facts.made,
    }
    write_whole(sidecar_path(disparity), (json.dumps(plain, indent=1, allow_nan=False) + "\n").encode())


def read_facts(disparity: Path) -> DisparityFacts | None:
    """What lies beside a disparity clip; None where nothing does, or something that is not ours.

    Raises:
        DisparityError: it is ours and cannot be trusted.
    """
    path = sidecar_path(disparity)
    plain = None if path.suffix == disparity.suffix else _ours(path)
    if plain is None:
        return None
    near, far = _metres(plain.get("near")), _metres(plain.get("far"))
    bright = plain.get("near_is_bright")
    sound = plain.get("schema_version") == VERSION and near != INVALID and far != INVALID
    if not sound or not isinstance(bright, bool) or (near is None) != (far is None):
        raise _changed(path)
    if near is not None and far is not None and not near < far:
        raise _changed(path)
    return DisparityFacts(near, far, bright, plain)


def is_foreign(path: Path) -> bool:
    """Whether something that is not ours has the name of a sidecar."""
    return os.path.lexists(path) and _ours(path) is None


def _ours(path: Path) -> dict[str, object] | None:
    """What a file of ours says; None of anything else."""
    try:
        plain = json.loads(read_regular(path, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) and plain.get("schema") == SCHEMA else None


def _metres(value: object) -> float | None:
    """A distance, perhaps inf; None for null; INVALID for anything else."""
    if value == "inf":
        return math.inf
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < FARTHEST:
        return float(value)
    return None if value is None else INVALID


def _changed(path: Path) -> DisparityError:
    return DisparityError(f"{path} was changed, or written by a newer focuspuller; make it again or remove it")
