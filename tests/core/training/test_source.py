import itertools
import json
import shutil
from pathlib import Path

import pytest
import torch
from focuspuller.core.errors import DatasetError
from focuspuller.core.svb.dataset import RECORD, open_dataset
from focuspuller.core.svb.packed import PackedVideos
from focuspuller.core.svb.windows import StoredWindows
from focuspuller.core.training.source import MAX_RECORD, WindowBatches, provenance, split
from focuspuller.core.training.team import Team

from tests.core.evaluation.datasets import dataset
from tests.core.training.toy import guess

ALONE = Team(torch.device("cpu"))


def windows(tmp_path: Path) -> StoredWindows:
    packed = PackedVideos(tmp_path / "packed", guess)
    return StoredWindows(dataset(tmp_path / "svb", 3), packed, 2, 16, 0, corrupted=True)


def test_a_steps_batch_is_the_same_however_the_run_came_there(tmp_path: Path) -> None:
    batches = WindowBatches(windows(tmp_path), 2, ALONE)
    straight = list(itertools.islice(batches(0), 5))
    resumed = list(itertools.islice(batches(3), 2))
    for a, b in zip(straight[3:], resumed, strict=True):
        assert torch.equal(a["frames"], b["frames"])
        assert torch.equal(a["bokeh"], b["bokeh"])
        assert torch.equal(a["defocus"], b["defocus"])
    assert not torch.equal(straight[0]["frames"], straight[1]["frames"])
    assert straight[0]["frames"].shape == (2, 2, 3, 16, 16)


def test_ranks_share_the_windows_that_one_process_would_read(tmp_path: Path) -> None:
    source = windows(tmp_path)
    alone = list(itertools.islice(WindowBatches(source, 4, ALONE)(0), 3))
    ranks = [WindowBatches(source, 2, Team(torch.device("cpu"), rank, 2))(0) for rank in range(2)]
    for step in alone:
        together = torch.cat([next(iter(rank))["frames"] for rank in ranks])
        assert torch.equal(step["frames"], together)


def test_the_last_videos_are_kept_apart(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 11)
    trained, kept = split(videos)
    assert (len(trained), len(kept)) == (9, 2)
    assert [*trained, *kept] == videos
    with pytest.raises(DatasetError, match="make more"):
        split(videos[:1])


def test_provenance_tells_data_sets_apart_and_trusts_no_record(tmp_path: Path) -> None:
    videos = dataset(tmp_path / "svb", 3)
    said = provenance(videos)
    assert said["made_by"] is None
    assert said == provenance(videos)
    assert said["digest"] != provenance(videos[:2])["digest"]
    picture = videos[0].path / "bokeh" / "0001.png"
    picture.touch()
    assert said == provenance(open_dataset(tmp_path / "svb"))
    shutil.copy(videos[0].path / "bokeh" / "0000.png", picture)
    assert said["digest"] != provenance(open_dataset(tmp_path / "svb"))["digest"]
    record = tmp_path / "svb" / RECORD
    record.write_text(json.dumps({"seed": 7}))
    assert provenance(videos)["made_by"] == {"seed": 7}
    for hostile in ("{", '{"seed": NaN}', '{"seed": 1e999}', "[" * 100_000, " " * (MAX_RECORD + 1) + "{}"):
        record.write_text(hostile)
        assert provenance(videos)["made_by"] is None
