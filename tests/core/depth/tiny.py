"""Depth networks so small that they can be made on the spot: untrained, and otherwise like the large ones."""

from pathlib import Path

import torch


def depth_anything(folder: Path, kind: str = "relative") -> Path:
    # Not at the top, so that who only collects tests need not wait for it.
    from transformers import DepthAnythingConfig, DepthAnythingForDepthEstimation, Dinov2Config, DPTImageProcessor

    torch.manual_seed(0)
    backbone = Dinov2Config(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=28,
        patch_size=14,
        out_indices=[1, 2],
        reshape_hidden_states=False,
    )
    config = DepthAnythingConfig(
        backbone_config=backbone,
        reassemble_hidden_size=32,
        reassemble_factors=[2, 1],
        neck_hidden_sizes=[8, 8],
        fusion_hidden_size=8,
        head_hidden_size=8,
        depth_estimation_type=kind,
        max_depth=20,
    )
    size = {"height": 28, "width": 28}
    DPTImageProcessor(size=size, keep_aspect_ratio=True, ensure_multiple_of=14).save_pretrained(folder)
    network = DepthAnythingForDepthEstimation(config)
    torch.nn.init.normal_(network.head.conv1.weight, 0, 3.0)  # or an untrained one sees nothing
    network.save_pretrained(folder)
    return folder


def dpt(folder: Path) -> Path:
    from transformers import DPTConfig, DPTForDepthEstimation, DPTImageProcessor

    torch.manual_seed(0)
    config = DPTConfig(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=32,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        use_auxiliary_head=False,
    )
    DPTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    DPTForDepthEstimation(config).save_pretrained(folder)
    return folder
