from __future__ import annotations

from dataclasses import replace

import numpy as np
from focuspuller.core.optics import Defocus
from focuspuller.core.svb.assets import ProceduralAssets
from focuspuller.core.svb.recipe import PRESETS, Recipe, make_scene, shoot
from focuspuller.core.svb.trace import View, trace_disparity

TINY = Recipe(stream=0, videos=3, objects=2, points=8, frames=3, size=40)


def test_presets_are_the_papers() -> None:
    train, test = PRESETS["train"], PRESETS["test"]
    assert (train.videos, train.frames, train.objects, train.size) == (3000, 16, 4, 256)
    assert (test.videos, test.frames, test.objects, test.size) == (300, 16, 9, 256)
    assert train.points >= 160
    assert test.points >= 400
    assert train.stream != test.stream


def test_a_short_video_is_part_of_a_longer_take() -> None:
    short = replace(TINY, take=12)
    scene, shot = make_scene(short, 7, 0, ProceduralAssets())
    whole, take = make_scene(replace(short, frames=12), 7, 0, ProceduralAssets())
    assert len(scene.frames) == len(shot.lens) == scene.targets.shape[1] == 3
    first = next(t for t in range(12) if take.lens[t : t + 3] == shot.lens)
    assert np.array_equal(scene.targets, whole.targets[:, first : first + 3])
    assert [layer.plane for layer in scene.frames[0]] == [layer.plane for layer in whole.frames[first]]


def test_where_the_picture_is_in_focus_bokeh_is_the_frame() -> None:
    scene, shot = make_scene(replace(TINY, points=160, size=64), 3, 1, ProceduralAssets())
    view = View(64, 64)
    disparity = trace_disparity(scene.frames[1], view)
    moment = shoot(scene, replace(shot, lens=[Defocus(0.0, 0.5)] * 3), 1, view, 160, None, disparity)
    assert np.array_equal(moment.frame, moment.bokeh)
    target = float(scene.targets[0, 1])
    moment = shoot(scene, replace(shot, lens=[Defocus(6.0, target)] * 3), 1, view, 160, None, disparity)
    error = np.abs(moment.bokeh - moment.frame).mean(axis=2)
    assert error.mean() > 1e-4
    assert np.ptp(moment.disparity) > 0.05
    assert moment.disparity.min() >= 0
    assert moment.disparity.max() <= 1
