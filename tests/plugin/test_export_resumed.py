import itertools
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.errors import (
    FrameUnreadable,
    OutputBusy,
    OutputExists,
    ResumeMismatch,
)
from focuspuller.core.frames import Image
from focuspuller.core.media.pieces import Pieces, pieces_folder
from focuspuller.plugin import export
from focuspuller.plugin.curve import Curve, Scale
from focuspuller.plugin.export import render_movie

from tests import clips
from tests.conftest import ROOT
from tests.plugin.exports import LENGTH, digest, leftovers, rack, session


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE_FRAMES", 6)


@pytest.fixture
def media(tmp_path: Path) -> tuple[Path, Path]:
    return clips.clip_with_disparity(tmp_path, LENGTH)


def test_uneven_parts_in_any_order_join_to_the_same_file(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "whole.mkv")
        cuts = [0, 1, 4, 9, 10, 15, 18, LENGTH]
        parts = [range(a, b) for a, b in itertools.pairwise(cuts)]
        random.Random(1).shuffle(parts)
        for part in parts:
            report = render_movie(opened, tmp_path / "parts.mkv", part=part)
            assert (report.complete, report.rendered) == (False, len(part))
            assert not (tmp_path / "parts.mkv").exists()
        joined = render_movie(opened, tmp_path / "parts.mkv", resume=True)
        assert (joined.complete, joined.rendered) == (True, 0)
    assert digest(tmp_path / "parts.mkv") == digest(tmp_path / "whole.mkv")
    assert leftovers(tmp_path) == []


def test_a_render_that_fails_goes_on_where_it_was(
    media: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "whole.mkv")
    with session(media) as opened:
        read = opened._frames.read

        def fails_at_13(index: int) -> Image:
            if index == 13:
                raise FrameUnreadable("frame 13 is damaged; replace the file")
            return read(index)

        monkeypatch.setattr(opened._frames, "read", fails_at_13)
        with pytest.raises(FrameUnreadable, match="frame 13"):
            render_movie(opened, tmp_path / "out.mkv")
        assert not (tmp_path / "out.mkv").exists()
    with session(media) as opened:
        with pytest.raises(OutputExists, match="--resume"):
            render_movie(opened, tmp_path / "out.mkv")
        report = render_movie(opened, tmp_path / "out.mkv", resume=True)
        assert report.rendered == LENGTH - 12
    assert digest(tmp_path / "out.mkv") == digest(tmp_path / "whole.mkv")


def test_other_settings_do_not_mix_with_what_is_there(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "out.mkv", part=range(5))
        opened.edit(replace(opened.state, aperture=Curve(Scale.STOPS, 2.8)))
        with pytest.raises(ResumeMismatch, match="begin anew") as alone:
            render_movie(opened, tmp_path / "out.mkv", resume=True)
        assert alone.value.options == "--overwrite without --resume"
        with pytest.raises(ResumeMismatch, match=r"remove .*\.out\.mkv\.pieces") as part:
            render_movie(opened, tmp_path / "out.mkv", part=range(5, 8), overwrite=True)
        assert part.value.options == "", "they do nothing for a part"
        assert render_movie(opened, tmp_path / "out.mkv", overwrite=True).rendered == LENGTH


def test_one_render_at_a_time_but_for_parts(
    media: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first renders, a second of the same name is told so, whatever its flags, and harms nothing."""
    target = tmp_path / "out.mkv"
    refused = []

    def meanwhile(phase: str, done: int, total: int) -> None:
        if phase == "render" and done == 10:
            for resume, overwrite in ((False, False), (True, False), (False, True)):
                with session(media) as second, pytest.raises(OutputBusy, match="another process") as error:
                    render_movie(second, target, resume=resume, overwrite=overwrite)
                refused.append(error)

    with session(media) as opened:
        render_movie(opened, tmp_path / "whole.mkv")
        report = render_movie(opened, target, progress=meanwhile)
    assert (len(refused), report.rendered) == (3, LENGTH)
    assert digest(target) == digest(tmp_path / "whole.mkv")
    assert leftovers(tmp_path) == []


def test_resuming_what_is_whole_leaves_it_alone(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    with session(media) as opened:
        render_movie(opened, target)
        before = digest(target), target.stat().st_mtime_ns
        report = render_movie(opened, target, resume=True)
        assert (report.complete, report.rendered) == (True, 0)
        assert (digest(target), target.stat().st_mtime_ns) == before


def test_resume_takes_no_other_file_for_its_own(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "out.mkv")
        (tmp_path / "junk.mkv").write_bytes(b"junk")
        with pytest.raises(OutputExists, match="--overwrite"):
            render_movie(opened, tmp_path / "junk.mkv", resume=True)
        opened.edit(replace(opened.state, aperture=Curve(Scale.STOPS, 2.8)))
        with pytest.raises(OutputExists, match="--overwrite"):
            render_movie(opened, tmp_path / "out.mkv", resume=True)


def test_an_unfinished_replacement_goes_on_and_replaces(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    with session(media) as opened:
        render_movie(opened, target)
        old = digest(target)
        opened.edit(replace(opened.state, aperture=Curve(Scale.STOPS, 2.8)))
        render_movie(opened, target, part=range(5), overwrite=True)
        with pytest.raises(OutputExists, match="--overwrite --resume"):
            render_movie(opened, target, resume=True)
        assert digest(target) == old
        report = render_movie(opened, target, resume=True, overwrite=True)
        assert (report.complete, report.rendered) == (True, LENGTH - 5)
        assert digest(target) != old


def test_killed_before_its_pieces_went_it_goes_on_over_itself(
    media: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.mkv"
    with session(media) as opened:
        with monkeypatch.context() as patch:
            patch.setattr(Pieces, "discard", lambda pieces: None)
            render_movie(opened, target)
        whole = digest(target)
        assert render_movie(opened, target, resume=True).complete
    assert digest(target) == whole
    assert leftovers(tmp_path) == []


def test_pieces_that_a_kill_left_on_their_way_out_go(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    with session(media) as opened:
        render_movie(opened, target)
        clips.left_by_the_dead(pieces_folder(target)).mkdir()
        assert "whole already" in render_movie(opened, target, resume=True).notes[0]
    assert leftovers(tmp_path) == []


def killed_and_resumed(tmp_path: Path, media: tuple[Path, Path], delay: float, name: str) -> str:
    """The digest of a render that was killed after `delay` seconds and then finished."""
    command = ["render", str(media[0]), "--disparity", str(media[1]), "--focus", "0=0.9m,19=8m", "--aperture", "1.4"]
    command += ["--quality", "draft", "-o", name]
    process = clips.start(tmp_path, *command)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    resumed = clips.run(tmp_path, *command, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    return digest(tmp_path / name)


DIES = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tests.conftest
from focuspuller.plugin import export
from tests.plugin.exports import rack, session
def wait_to_be_killed(phase, done, total):
    if (phase, done) == ("render", 13):
        print("now", flush=True)
        time.sleep(60)
export.PIECE_FRAMES = 6
clip, disparity, target = map(Path, sys.argv[2:])
with session((clip, disparity), rack()) as opened:
    export.render_movie(opened, target, progress=wait_to_be_killed)
"""


def test_killed_for_real_and_resumed_it_ends_in_the_same_file(media: tuple[Path, Path], tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.mkv", tmp_path / "killed.mkv"
    command = [sys.executable, "-c", DIES, str(ROOT), *map(str, (*media, killed))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    with session(media, rack()) as opened:
        render_movie(opened, whole)
        assert render_movie(opened, killed, resume=True).rendered == LENGTH - 12
    assert digest(killed) == digest(whole)
    assert leftovers(tmp_path) == []


@pytest.mark.slow
def test_killed_at_twenty_moments(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, rack()) as opened:
        render_movie(opened, tmp_path / "whole.mkv")
    moments = random.Random(7)
    digests = {killed_and_resumed(tmp_path, media, moments.uniform(0.5, 6), f"killed{i}.mkv") for i in range(20)}
    assert digests == {digest(tmp_path / "whole.mkv")}


def test_a_part_looks_at_its_own_pieces_alone(
    media: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.mkv"
    with session(media) as opened:
        render_movie(opened, target, part=range(12))
        looked_at: list[str] = []
        checksum = Pieces._checksum

        def watched(pieces: Pieces, path: Path) -> str:
            looked_at.append(path.name[:17])
            return checksum(pieces, path)

        monkeypatch.setattr(Pieces, "_checksum", watched)
        render_movie(opened, target, part=range(6, LENGTH))
        assert "00000000-00000006" not in looked_at
        assert "00000006-00000012" in looked_at
