import hashlib
import itertools
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from focuspuller.core.errors import (
    EffectNotFound,
    FrameUnreadable,
    OutputBusy,
    OutputExists,
    OutputIsInput,
    ParameterError,
    ResumeMismatch,
    UnsupportedFormat,
)
from focuspuller.core.frames import Image
from focuspuller.core.media.open import open_frames, probe
from focuspuller.core.media.pieces import Pieces, pieces_folder
from focuspuller.core.optics import PINHOLE, Lens
from focuspuller.plugin import export
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.export import render_movie
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import EffectState, new_uuid

from tests import clips
from tests.conftest import ROOT

LENGTH = 20


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE_FRAMES", 6)


@pytest.fixture
def media(tmp_path: Path) -> tuple[Path, Path]:
    return clips.clip_with_disparity(tmp_path, LENGTH)


def rack(aperture: float = 1.4) -> EffectState:
    keys = (Key(0, 0.9), Key(LENGTH - 1, 8.0))
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, 2, keys), Curve(Scale.STOPS, aperture))


def session(media: tuple[Path, Path], state: EffectState | None = None) -> Session:
    return Session(*media, state or rack(), quality="draft")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_the_movie_holds_what_the_session_shows(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        report = render_movie(opened, tmp_path / "out.mkv")
        assert (report.complete, report.frames, report.rendered) == (True, LENGTH, LENGTH)
        movie = open_frames(tmp_path / "out.mkv")
        assert movie.info.pts == opened.info.pts
        for t in range(LENGTH):
            np.testing.assert_allclose(movie.read(t), np.clip(opened.render(t), 0, 1), atol=0.51 / 255)
        movie.close()
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("name", ["out.mkv", "stills/out.%04d.png"])
def test_a_pinhole_keeps_every_bit(media: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    (tmp_path / "stills").mkdir()
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / name)
        rendered = open_frames(tmp_path / name)
        for t in range(LENGTH):
            np.testing.assert_array_equal(rendered.read(t), opened.source(t))
        rendered.close()


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


def test_nothing_is_overwritten_unasked(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    target.write_bytes(b"precious")
    with session(media) as opened:
        with pytest.raises(OutputExists, match="--overwrite"):
            render_movie(opened, target)
        with pytest.raises(OutputIsInput):
            render_movie(opened, media[0], overwrite=True)
        with pytest.raises(OutputIsInput):
            render_movie(opened, media[1], overwrite=True)
        with pytest.raises(UnsupportedFormat):
            render_movie(opened, tmp_path / "out.mp4", codec="prores422")
        with pytest.raises(ParameterError, match="0-19"):
            render_movie(opened, tmp_path / "new.mkv", part=range(15, 25))
        assert target.read_bytes() == b"precious"
        assert leftovers(tmp_path) == []
        render_movie(opened, target, overwrite=True)
    assert digest(target) != hashlib.sha256(b"precious").hexdigest()


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


def test_a_sequence_is_never_rendered_over_itself(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / "stills" / "a.%04d.png")
    before = [digest(path) for path in sorted((tmp_path / "stills").iterdir())]
    (tmp_path / "link").symlink_to(tmp_path / "stills")
    with session((tmp_path / "stills", media[1])) as opened:
        for spelling in ("stills/a.%04d.png", "stills/a.####.png", "link/a.%04d.png"):
            with pytest.raises(OutputIsInput):
                render_movie(opened, tmp_path / spelling, overwrite=True)
        for own in ("stills", "stills/b.%04d.png"):  # of which it would be one of two
            with pytest.raises(OutputIsInput, match="stills is the footage itself"):
                render_movie(opened, tmp_path / own)
    assert [digest(path) for path in sorted((tmp_path / "stills").iterdir())] == before


def test_a_sequence_is_never_rendered_among_its_own_pictures(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, rack(PINHOLE)) as opened:
        render_movie(opened, tmp_path / "plates" / "a.%04d.png")
    for number, path in enumerate(sorted((tmp_path / "plates").iterdir()), 1001):
        path.rename(path.with_name(f"a.{number}.png"))
    with session((tmp_path / "plates", media[1])) as opened, pytest.raises(OutputIsInput, match=r"a\.1001\.png"):
        render_movie(opened, tmp_path / "plates" / "a.####.png")
    assert len(list((tmp_path / "plates").iterdir())) == LENGTH


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
from tests.plugin.test_export import rack, session
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


@pytest.mark.parametrize("name", ["out.mkv", "out.mov", "out.mp4", "new/out.%04d.png", "new/out.####.exr"])
def test_a_finished_render_is_known_again(media: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with session(media) as opened:
        render_movie(opened, target)
        files = sorted(path for path in tmp_path.rglob("*out*") if path.is_file())
        times = [path.stat().st_mtime_ns for path in files]
        again = render_movie(opened, target, resume=True, overwrite=True)
        assert (again.complete, again.rendered) == (True, 0)
        assert "whole already" in again.notes[0]
        assert [path.stat().st_mtime_ns for path in files] == times
    with session(media, rack(2.0)) as other, pytest.raises(OutputExists):
        render_movie(other, target, resume=True)


def test_the_same_pictures_in_another_codec_are_another_render(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "out.mov", codec="prores422")
        with pytest.raises(OutputExists):
            render_movie(opened, tmp_path / "out.mov", codec="prores4444", resume=True)


def test_the_same_pictures_at_another_rate_are_another_render(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media) as opened:
        render_movie(opened, tmp_path / "plates" / "a.%04d.png")
    plates = tmp_path / "plates"
    with Session(plates, media[1], rack(), quality="draft") as opened:
        render_movie(opened, tmp_path / "out.mkv")
    with Session(plates, media[1], rack(), rate=Fraction(25), quality="draft") as opened:
        with pytest.raises(OutputExists):
            render_movie(opened, tmp_path / "out.mkv", resume=True)
        render_movie(opened, tmp_path / "out.mkv", overwrite=True)
    assert probe(tmp_path / "out.mkv").rate == 25


def test_a_sequence_with_a_picture_too_few_or_of_another_is_not_whole(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out" / "out.%02d.png"
    with session(media) as opened:
        render_movie(opened, target)
        (tmp_path / "out" / "out.03.png").write_bytes((tmp_path / "out" / "out.04.png").read_bytes())
        assert render_movie(opened, target, resume=True).rendered == 0
        with session(media, rack(2.0)) as other:
            render_movie(other, tmp_path / "other" / "out.%02d.png")
        (tmp_path / "other" / "out.03.png").replace(tmp_path / "out" / "out.03.png")
        with pytest.raises(OutputExists):
            render_movie(opened, target, resume=True)
        (tmp_path / "out" / "out.03.png").unlink()
        with pytest.raises(OutputExists):
            render_movie(opened, target, resume=True)


def test_pictures_of_a_longer_sequence_are_told_of_and_stay(media: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "out" / "out.%02d.png"
    with session(media) as opened:
        assert render_movie(opened, target).notes == ()
        opened.used = range(2, 9)
        report = render_movie(opened, target, overwrite=True)
    assert "out.00.png to out.19.png are of another render" in report.notes[0]
    assert len(list((tmp_path / "out").iterdir())) == LENGTH


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


def test_a_switched_off_effect_renders_nothing(media: tuple[Path, Path], tmp_path: Path) -> None:
    with session(media, replace(rack(), enabled=False)) as opened, pytest.raises(EffectNotFound, match="switched off"):
        render_movie(opened, tmp_path / "out.mkv")
    assert not list(tmp_path.glob("*out*"))
