import json
import math
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from focuspuller.core.depth import make as making
from focuspuller.core.depth.files import MediaSource
from focuspuller.core.depth.make import make_disparity
from focuspuller.core.depth.raw_maps import maps_folder
from focuspuller.core.depth.sidecar import read_facts, sidecar_path
from focuspuller.core.depth.source import DisparitySource, Quantity
from focuspuller.core.errors import (
    DisparityError,
    DisparityLengthMismatch,
    DisparityNotFinite,
    OutputExists,
    OutputIsInput,
    ResumeMismatch,
    UnsupportedFormat,
)
from focuspuller.core.frames import Image
from focuspuller.core.media.open import open_frames

from tests import clips

CPU = torch.device("cpu")
LENGTH = 30


class Ramp:
    """A source whose map at frame t is a ramp times 1 + t."""

    per_frame = False
    notes: tuple[str, ...] = ()
    size: tuple[int, int] | None = None

    def __init__(self, quantity: Quantity = Quantity.DISPARITY, dies_at: int = 1 << 30, hash_: str = "1") -> None:
        self.quantity = quantity
        self.record: Mapping[str, str] = {"kind": "test", "model": "ramp", "sha256": hash_}
        self.dies_at = dies_at
        self.asked = 0

    def __len__(self) -> int:
        return LENGTH

    def map(self, index: int) -> Image:
        return np.tile(np.linspace(1, 4, clips.WIDTH, dtype=np.float32), (clips.HEIGHT, 1)) * (1 + index / LENGTH)

    def maps(self, start: int) -> Iterator[Image]:
        for index in range(start, LENGTH):
            if index == self.dies_at:
                raise KeyboardInterrupt
            self.asked += 1
            yield self.map(index)

    def close(self) -> None: ...


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return clips.write_clip(tmp_path / "clip.mkv", clips.textured(LENGTH))


def make(
    clip: Path,
    source: DisparitySource,
    name: str = "clip.disparity.mkv",
    *,
    resume: bool = False,
    overwrite: bool = False,
) -> Path:
    media = open_frames(clip)
    try:
        return make_disparity(
            media, source, clip.with_name(name), stabilise=0, device=CPU, resume=resume, overwrite=overwrite
        ).target
    finally:
        media.close()


def test_one_scale_serves_the_whole_clip_and_16_bits_keep_it(clip: Path) -> None:
    source = Ramp()
    target = make(clip, source)
    with av.open(str(target)) as container:
        assert (container.streams.video[0].codec.name, container.streams.video[0].pix_fmt) == ("ffv1", "gray16le")
    written, footage = open_frames(target), open_frames(clip)
    assert (len(written), written.info.pts, written.info.time_base) == (
        LENGTH,
        footage.info.pts,
        footage.info.time_base,
    )
    facts = read_facts(target)
    assert facts is not None
    scale = facts.made["normalisation"]
    assert isinstance(scale, dict)
    low, high = scale["low"], scale["high"]
    assert 1 <= low < 1.1
    assert high == pytest.approx(4 * (2 - 1 / LENGTH), rel=0.05)
    for index in (0, LENGTH - 1):
        expected = ((source.map(index) - low) / (high - low)).clip(0, 1)
        np.testing.assert_allclose(written.read_luma(index), expected, atol=0.51 / 65535)
    assert (facts.near, facts.far, facts.near_is_bright) == (None, None, True)


def test_metres_fill_near_and_far(clip: Path) -> None:
    target = make(clip, Ramp(Quantity.METRIC))
    facts, written = read_facts(target), open_frames(target)
    assert facts is not None
    assert facts.near == pytest.approx(1, rel=0.1)
    assert facts.far == pytest.approx(8, rel=0.1)
    assert facts.near is not None
    assert facts.far is not None
    dioptres = 1 / facts.far + written.read_luma(0) * (1 / facts.near - 1 / facts.far)
    np.testing.assert_allclose(1 / dioptres[0, 2:-2], Ramp().map(0)[0, 2:-2], rtol=0.01)


def test_a_killed_run_goes_on_and_ends_in_the_same_file(clip: Path) -> None:
    whole = make(clip, Ramp(), "whole.mkv").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        make(clip, Ramp(dies_at=27))
    target = clip.with_name("clip.disparity.mkv")
    assert not target.exists()
    with pytest.raises(OutputExists, match="--resume"):
        make(clip, Ramp())
    with pytest.raises(ResumeMismatch):
        make(clip, Ramp(hash_="2"), resume=True)
    source = Ramp()
    assert make(clip, source, resume=True).read_bytes() == whole
    assert source.asked == LENGTH - 24, "a whole chunk was kept"
    assert not maps_folder(target).exists()


def test_nothing_is_overwritten_unasked(clip: Path) -> None:
    make(clip, Ramp())
    with pytest.raises(OutputExists):
        make(clip, Ramp())
    with pytest.raises(OutputIsInput):
        make(clip, Ramp(), "clip.mkv", overwrite=True)
    with pytest.raises(UnsupportedFormat, match=r"\.mkv"):
        make(clip, Ramp(), "clip.mov")
    assert make(clip, Ramp(Quantity.METRIC), overwrite=True).exists()


def test_resuming_what_is_whole_leaves_it_alone(clip: Path) -> None:
    written = make(clip, Ramp()).stat().st_mtime_ns
    again = Ramp()
    assert make(clip, again, resume=True).stat().st_mtime_ns == written
    assert again.asked == 0
    with pytest.raises(OutputExists):
        make(clip, Ramp(hash_="2"), resume=True)


def test_a_stopped_overwrite_leaves_the_old_sidecar(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = make(clip, Ramp())
    before = sidecar_path(target).read_bytes()

    def stopped(*_: object) -> Image:
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "resampled", stopped)
    with pytest.raises(KeyboardInterrupt):
        make(clip, Ramp(), overwrite=True)
    assert sidecar_path(target).read_bytes() == before


def test_a_json_of_somebody_else_s_stays(clip: Path) -> None:
    theirs = clip.with_name("shot.json")
    theirs.write_text('{"camera": "A"}')
    with pytest.raises(OutputExists, match=r"shot\.json is no sidecar of ours"):
        make(clip, Ramp(), "shot.mkv", overwrite=True)
    assert theirs.read_text() == '{"camera": "A"}'
    assert not clip.with_name("shot.mkv").exists()


def test_what_the_maps_are_made_of_is_never_replaced(clip: Path) -> None:
    maps = make(clip, Ramp(), "raw.mkv")
    whole = maps.read_bytes()
    with pytest.raises(OutputIsInput, match="made of"), closing(MediaSource(maps, Quantity.DISPARITY)) as source:
        make(clip, source, "raw.mkv", overwrite=True)
    assert maps.read_bytes() == whole


def test_maps_without_depth_are_refused_and_leave_nothing(clip: Path) -> None:
    class Flat(Ramp):
        def map(self, index: int) -> Image:
            return np.ones((4, 4), np.float32)

    class Broken(Ramp):
        def map(self, index: int) -> Image:
            return np.full((4, 4), np.nan if index == 3 else index, np.float32)

    class Short(Ramp):
        def __len__(self) -> int:
            return 3

    class Growing(Ramp):
        def map(self, index: int) -> Image:
            return np.ones((4, 4 + index), np.float32)

    for source, error in (
        (Flat, DisparityError),
        (Broken, DisparityNotFinite),
        (Short, DisparityLengthMismatch),
        (Growing, DisparityError),
    ):
        with pytest.raises(error):
            make(clip, source(), overwrite=True)
        assert not clip.with_name("clip.disparity.mkv").exists()
        assert not sidecar_path(clip.with_name("clip.disparity.mkv")).exists()


def test_infinity_is_a_distance(clip: Path) -> None:
    class Sky(Ramp):
        def map(self, index: int) -> Image:
            metres = super().map(index)
            metres[:8] = np.inf
            metres[8:16] = 0  # what renderers leave where nothing is
            return metres

    target = make(clip, Sky(Quantity.METRIC))
    facts = read_facts(target)
    assert facts is not None
    assert facts.far == math.inf
    assert json.loads(sidecar_path(target).read_text())["far"] == "inf"
    assert open_frames(target).read_luma(0)[:16].max() == 0
