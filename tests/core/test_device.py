import pytest
import torch
from focuspuller.core.device import best_device, device_named, has_triton


def test_it_is_a_device_that_tensors_can_be_on() -> None:
    assert torch.zeros(1, device=best_device()).device.type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_an_apple_gpu_is_left_to_those_who_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert device_named("auto") == best_device() != torch.device("mps")
    assert device_named("mps") == torch.device("mps")


def test_kernels_are_compiled_for_gpus_that_have_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (object(), None):
        monkeypatch.setattr("importlib.util.find_spec", lambda name, found=found: found)
        assert [has_triton(torch.device(name)) for name in ("cuda", "cpu")] == [found is not None, False]
