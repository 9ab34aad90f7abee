"""A training run on disk, so that it can go on exactly where it stood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Adam

from ..errors import OutputExists, ResumeMismatch, WeightsError
from ..vbr import tensorfile

METADATA_KEY = "focuspuller"

MOMENTS = ("exp_avg", "exp_avg_sq")
"""What Adam keeps of every parameter."""


def save(path: Path, model: nn.Module, trained: nn.Module, optimiser: Adam, step: int, run: str) -> None:
    """Write the checkpoint, whole or not at all.

    Args:
        model: all weights.
        trained: the part of the model that the optimiser trains.
        step: how many are done, > 0.
        run: everything the run depends on, as text; only the same run may go on from here.

    Raises:
        OutputUnwritable: no folder, no permission, no space.
    """
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for name, parameter in trained.named_parameters():
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = optimiser.state[parameter][moment]
    tensorfile.write(path, tensors, {METADATA_KEY: json.dumps({"run": run, "step": step})})


def steps_done(path: Path, run: str, resume: bool) -> int:
    """How many steps of the run are behind it; none where there is no checkpoint.

    Raises:
        OutputExists: there is one, and `resume` is false.
        WeightsError, ResumeMismatch: as `read_step` does.
    """
    if not path.exists():
        return 0
    if not resume:
        raise OutputExists(f"{path.parent} holds a training run; resume it, or choose another folder")
    return read_step(path, run)


def read_step(path: Path, run: str) -> int:
    """How many steps the run had done.

    Raises:
        WeightsError: missing, or not a checkpoint.
        ResumeMismatch: another run's.
    """
    try:
        said = json.loads(tensorfile.read_metadata(path).get(METADATA_KEY, "null"))
    except (ValueError, RecursionError):
        said = None
    match said:
        case {"run": str(theirs), "step": int(step)} if step > 0:
            if theirs != run:
                raise ResumeMismatch(f"{path} is another run's; give this one a folder of its own")
            return step
    raise WeightsError(f"{path} is not a checkpoint of focuspuller's; train without resuming")


def restore(path: Path, model: nn.Module, trained: nn.Module, optimiser: Adam, step: int) -> None:
    """Load the weights and Adam's moments in place.

    Raises:
        WeightsError: damaged, or of another network.
    """
    shapes = {f"model.{name}": tensor.shape for name, tensor in model.state_dict().items()}
    shapes |= {f"{moment}.{name}": p.shape for name, p in trained.named_parameters() for moment in MOMENTS}
    tensors = tensorfile.read(path, shapes, torch.float32)
    model.load_state_dict(_under("model.", tensors))
    adam = optimiser.state_dict()
    adam["state"] = {
        index: {"step": torch.tensor(float(step))}
        # Laid out as the parameter is: fused Adam walks through all of them side by side.
        | {moment: torch.empty_like(parameter).copy_(tensors[f"{moment}.{name}"]) for moment in MOMENTS}
        for index, (name, parameter) in enumerate(trained.named_parameters())
    }
    optimiser.load_state_dict(adam)


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
