"""What lies beside a disparity clip says how it is read; what was said of this very clip stays."""

from pathlib import Path

import pytest
from focuspuller.core.depth.sidecar import DisparityFacts, write_facts
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.plugin.given_disparity import is_same_media, said_beside

SAID = DisparityReading(black=0.1, white=0.9, offset=2)


@pytest.mark.parametrize("is_its_own", [True, False])
def test_where_nothing_lies_beside_it_all_stays(tmp_path: Path, is_its_own: bool) -> None:
    assert said_beside(tmp_path / "d.mkv", SAID, is_its_own=is_its_own) == ({}, SAID)


def test_levels_and_offset_are_those_of_the_clip_that_they_were_said_of(tmp_path: Path) -> None:
    disparity = tmp_path / "d.mkv"
    write_facts(disparity, DisparityFacts(0.5, 20.0, near_is_bright=False))
    metres = {"near": 0.5, "far": 20.0}
    own = DisparityReading(near_is_bright=False, black=0.1, white=0.9, offset=2)
    assert said_beside(disparity, SAID, is_its_own=True) == (metres, own)
    assert said_beside(disparity, SAID, is_its_own=False) == (metres, DisparityReading(near_is_bright=False))
    write_facts(disparity, DisparityFacts())  # of a model that knows no metres
    assert said_beside(disparity, SAID, is_its_own=True) == ({}, SAID)


def test_one_file_by_two_names_is_the_same_and_so_is_a_sequence(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").touch()
    (tmp_path / "b.mkv").touch()
    (tmp_path / "link.mkv").symlink_to("a.mkv")
    assert is_same_media(tmp_path / "a.mkv", tmp_path / "link.mkv")
    assert not is_same_media(tmp_path / "a.mkv", tmp_path / "b.mkv")
    assert not is_same_media(tmp_path / "a.mkv", tmp_path / "gone.mkv")
    assert is_same_media(tmp_path / "d.%04d.png", tmp_path / "d.%04d.png")
