import torch
from focuspuller.core.device import best_device


def test_it_is_a_device_that_tensors_can_be_on() -> None:
    assert torch.zeros(1, device=best_device()).device.type == ("cuda" if torch.cuda.is_available() else "cpu")
