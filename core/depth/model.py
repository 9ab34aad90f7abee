"""Depth networks through transformers: Depth Anything, DPT and MiDaS, ZoeDepth, Depth Pro, and their kin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..device import device_errors
from ..errors import UsageError, WeightsError
from ..frames import FrameSource, Image, within_display
from .extra import extra
from .source import Quantity

BATCH_ON_GPU = 8

_KNOWN = {
    "depth_pro": Quantity.METRIC,
    "glpn": Quantity.METRIC,
    "prompt_depth_anything": Quantity.METRIC,
    "zoedepth": Quantity.METRIC,
}

_OF_THE_FILE = ("_name_or_path", "transformers_version")


class ModelSource:
    """`DisparitySource` of one network on each frame of a clip.

    Args:
        frames: the clip.
        model: a folder that `save_pretrained` wrote, which needs no network; or a model's name on the Hugging Face hub.
        quantity: what it predicts; None where the model's own configuration tells.

    Raises:
        LibraryMissing: transformers.
        WeightsError: no such model, a damaged one, or one that does not predict depth.
        UsageError: what it predicts is not known.
    """

    per_frame = True
    notes: tuple[str, ...] = ()
    size: tuple[int, int] | None = None

    def __init__(
        self, frames: FrameSource, model: str, *, quantity: Quantity | None, device: torch.device, batch: int | None
    ) -> None:
        with extra("depth"):
            from transformers import AutoImageProcessor, AutoModelForDepthEstimation
            from transformers.utils import logging
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        local = Path(model).is_dir()
        if not local and (Path(model).is_absolute() or model.startswith((".", "~")) or model.count("/") != 1):
            raise WeightsError(f"{model}: there is no such folder; give one with config.json and model.safetensors")
        try:
            # Pickled weights and code are refused; and a folder is all that it takes.
            self._network: Any = AutoModelForDepthEstimation.from_pretrained(
                model, local_files_only=local, trust_remote_code=False, use_safetensors=True, dtype=torch.float32
            )
            self._processor: Any = AutoImageProcessor.from_pretrained(
                model, local_files_only=local, trust_remote_code=False
            )
        except ValueError as error:
            raise WeightsError(f"{model} is no depth model; choose one such as Depth Anything V2") from error
        except Exception as error:
            # transformers, safetensors and the hub raise a dozen kinds; all mean that there is no such model here.
            reason = str(error).split("\n")[0]
            raise WeightsError(
                f"{model}: cannot be loaded ({reason}); download it again, or name its folder"
            ) from error
        self.quantity = quantity or _quantity_of(model, self._network.config)
        self.record: Mapping[str, str] = {
            "kind": "transformers",
            "model": Path(model).name if local else model,
            "sha256": _digest(self._network, self._processor),
        }
        if hasattr(self._processor, "do_pad"):
            self._processor.do_pad = False  # ZoeDepth's border would have to be cut off again
        self._frames = frames
        self._device = device
        self._batch = batch or (1 if device.type == "cpu" else BATCH_ON_GPU)
        with device_errors(device):
            self._network.eval().to(device)

    def __len__(self) -> int:
        return len(self._frames)

    def maps(self, start: int) -> Iterator[Image]:
        for first in range(start, len(self), self._batch):
            these = range(first, min(first + self._batch, len(self)))
            batch = [within_display(self._frames.read(index)) for index in these]
            try:
                yield from self._predicted(batch)
            except RuntimeError as error:
                reason = str(error).split("\n")[0]
                raise WeightsError(f"the network fails on this clip's pictures ({reason}); use another") from error

    def _predicted(self, batch: list[Image]) -> Image:
        pictures = [torch.from_numpy(np.round(frame * 255).astype(np.uint8)).permute(2, 0, 1) for frame in batch]
        with device_errors(self._device), torch.inference_mode():
            inputs = self._processor(images=pictures, return_tensors="pt").to(self._device)
            outputs = self._network(**inputs)
            predicted = outputs.predicted_depth.float().reshape(len(batch), *outputs.predicted_depth.shape[-2:])
            angle = getattr(outputs, "field_of_view", None)
            if angle is not None and self.quantity is Quantity.METRIC:
                # Depth Pro: inverse depth for a lens as long as the picture is wide.
                per_width = 2 * torch.tan(torch.deg2rad(angle.reshape(-1, 1, 1)) / 2)
                predicted = 1 / (predicted * per_width).clamp(1e-4, 1e4)
            maps: Image = predicted.cpu().numpy()
        return maps

    def close(self) -> None:
        del self._network


def _quantity_of(model: str, config: Any) -> Quantity:
    kind = config.model_type
    if kind == "depth_anything":
        return Quantity.METRIC if config.depth_estimation_type == "metric" else Quantity.DISPARITY
    if kind == "dpt":
        # MiDaS predicts disparity; the heads on DINOv2 were trained on NYU's and KITTI's metres.
        backbone = getattr(config.backbone_config, "model_type", None)
        return Quantity.METRIC if backbone == "dinov2" else Quantity.DISPARITY
    if kind not in _KNOWN:
        raise UsageError(f"{model}: what a {kind} predicts is not known here; say it with --model-output")
    return _KNOWN[kind]


def _digest(network: Any, processor: Any) -> str:
    """Of the weights, in whatever files they lie, and of how pictures are prepared for them."""
    config = {key: value for key, value in network.config.to_dict().items() if key not in _OF_THE_FILE}
    digest = hashlib.sha256(json.dumps([config, processor.to_dict()], sort_keys=True, default=str).encode())
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
