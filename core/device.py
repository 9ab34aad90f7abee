"""Where tensors are worked on, and how exactly."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch

from .errors import DeviceFailed, DeviceMissing

CORES = max(1, torch.get_num_threads())
"""As the process began with them: what a thread sets for itself, threads that begin later are told as well."""


def best_device() -> torch.device:
    """The CUDA GPU when there is one. Apple's, on which nothing was measured, is left to those who ask for it."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_named(name: str) -> torch.device:
    """The device that is asked for by "cpu", "cuda" or "mps"; "auto" leaves it to what there is.

    Raises:
        DeviceMissing: this machine has none.
    """
    if name == "auto":
        return best_device()
    device = torch.device(name)
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[name]:
        raise DeviceMissing(f"this machine has no {name} device; use --device auto")
    return device


def has_triton(device: torch.device) -> bool:
    """Whether kernels can be compiled for it: PyTorch brings Triton along for GPUs on Linux, not on Windows."""
    return device.type == "cuda" and importlib.util.find_spec("triton") is not None


def half_precision(device: torch.device) -> torch.dtype | None:
    """What convolutions are computed in where that is faster than float32 and looks the same; None where it is not."""
    if device.type == "cuda":
        return torch.bfloat16
    if device.type == "cpu":
        # Which torch has told since 2.10 or so.
        known: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
        # Intel's vectors know it, too, but without the matrix unit take half as long again as in float32.
        vectors = known.get("avx512_bf16") and "Intel" not in str(known.get("cpu_name"))
        return torch.bfloat16 if known.get("amx_bf16") or vectors else None
    return None


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, this thread's operations use one core. Two that share a frame spin while they wait for each other, and
    starve whatever else renders."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def device_errors(device: torch.device, less: str = "give less with --memory, or use --device cpu") -> Iterator[None]:
    """Says in our words how a GPU failed; of several around each other, the outermost knows best what helps.

    Args:
        less: what to do where its memory is not enough.

    Raises:
        DeviceFailed
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DeviceFailed(f"{device} is out of memory; {less}") from error
    except DeviceFailed as error:
        if isinstance(error.__cause__, torch.OutOfMemoryError):
            raise DeviceFailed(f"{device} is out of memory; {less}") from error.__cause__
        raise
    except torch.AcceleratorError as error:
        raise DeviceFailed(
            f"{device} failed ({error}); run the command again (with --resume where it has it), or use --device cpu"
        ) from error
