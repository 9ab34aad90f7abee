import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from focuspuller.core.errors import MediaNotFound, UsageError
from focuspuller.core.renderer import Quality
from focuspuller.plugin.export import Progress
from focuspuller.plugin.timeline import open_document
from focuspuller.ui.panel.export_job import Ended, Export, ExportJob, Reached, in_words, work_of

from tests.ui.panel.projects import LENGTH, rack, timeline


class Ear:
    def __init__(self) -> None:
        self.heard: list[Reached | Ended] = []
        self.react: Callable[[Reached | Ended], None] = lambda news: None

    def __call__(self, news: Reached | Ended) -> None:
        self.heard.append(news)
        self.react(news)

    @property
    def end(self) -> Ended:
        (end,) = (news for news in self.heard if isinstance(news, Ended))
        assert self.heard[-1] is end
        return end


def export(edit: Path, wanted: Export, react: Callable[[ExportJob, Reached], None] | None = None) -> Ear:
    ear = Ear()
    jobs: list[ExportJob] = []
    if react is not None:
        ear.react = lambda news: react(jobs[0], news) if isinstance(news, Reached) and jobs else None
    jobs.append(ExportJob(work_of(open_document(edit), wanted), ear))
    jobs[0].wait()
    return ear


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    return timeline(tmp_path, [rack(), None])


def test_remaining_time_follows_the_pace() -> None:
    ticks = itertools.count(0.0, 2.0)

    def work(progress: Progress) -> tuple[str, ...]:
        for done in range(3, 7):  # three frames were there already
            progress("render", done, 10)
        progress("encode", 0, 10)
        progress("encode", 5, 10)
        return ("a note",)

    ear = Ear()
    ExportJob(work, ear, lambda: next(ticks)).wait()
    told = [news.remaining for news in ear.heard if isinstance(news, Reached)]
    # The clock ticks twice when a phase begins and once at every step after.
    assert told == [None, *map(pytest.approx, (4 / 1 * 6, 6 / 2 * 5, 8 / 3 * 4)), None, pytest.approx(4 / 5 * 5)]
    assert ear.end == Ended(notes=("a note",))


def test_a_clip_is_exported(edit: Path, tmp_path: Path) -> None:
    ear = export(edit, Export(tmp_path / "out.mkv", 0, "ffv1", Quality.DRAFT))
    assert ear.end == Ended()
    assert (tmp_path / "out.mkv").exists()
    reached = [news for news in ear.heard if isinstance(news, Reached) and news.phase == "render"]
    assert [news.done for news in reached] == list(range(LENGTH + 1))


def test_the_timeline_is_exported_with_its_renders(edit: Path, tmp_path: Path) -> None:
    ear = export(edit, Export(tmp_path / "edit.rendered.otio", None, "ffv1", Quality.DRAFT))
    assert ear.end.error == ""
    assert len(list((tmp_path / "edit.rendered.renders").iterdir())) == 1


def test_what_was_stopped_goes_on_to_the_same_file(edit: Path, tmp_path: Path) -> None:
    whole, stopped = (Export(tmp_path / name, 0, "ffv1", Quality.DRAFT) for name in ("whole.mkv", "stopped.mkv"))
    export(edit, whole)
    ear = export(edit, stopped, lambda job, news: job.cancel() if news.phase == "encode" else None)
    assert ear.end.can_go_on
    assert not stopped.target.exists()
    again = export(edit, stopped)
    assert not [news for news in again.heard if isinstance(news, Reached) and news.phase == "render" and news.done == 0]
    assert stopped.target.read_bytes() == whole.target.read_bytes()


def test_pieces_of_another_export_are_dropped_only_when_told_to(edit: Path, tmp_path: Path) -> None:
    wanted = Export(tmp_path / "out.mkv", 0, "ffv1", Quality.DRAFT)
    export(edit, wanted, lambda job, news: job.cancel() if news.phase == "encode" else None)
    other = Export(wanted.target, 0, "ffv1", Quality.FINAL)
    ear = export(edit, other)
    assert ear.end.can_begin_anew
    assert not wanted.target.exists()
    assert export(edit, Export(wanted.target, 0, "ffv1", Quality.DRAFT, anew=True)).end == Ended()


@pytest.mark.parametrize(
    ("name", "index", "finished"),
    [
        ("out.mkv", 0, "out.mkv"),
        ("out.%04d.png", 0, "out.0005.png"),
        ("edit.rendered.otio", None, "edit.rendered.otio"),
    ],
)
def test_what_is_finished_is_replaced_only_when_that_was_agreed_to(
    edit: Path, tmp_path: Path, name: str, index: int | None, finished: str
) -> None:
    wanted = Export(tmp_path / name, index, None, Quality.DRAFT)
    (tmp_path / finished).write_text("somebody's")
    ear = export(edit, wanted)
    assert ear.end.can_replace
    assert not [news for news in ear.heard if isinstance(news, Reached)]
    assert (tmp_path / finished).read_text() == "somebody's"
    assert export(edit, replace(wanted, replaces=True)).end == Ended()
    assert (tmp_path / finished).read_bytes() != b"somebody's"


@pytest.mark.parametrize("name", ["", "out", "new folder/out"])
def test_a_name_that_does_not_say_what_it_will_be_is_refused(tmp_path: Path, name: str) -> None:
    target = tmp_path / name if name else Path()
    with pytest.raises(UsageError, match="name a "):
        Export(target, 0).check_name()
    Export(tmp_path / "folder", 0, "exr").check_name()
    Export(tmp_path, 0).check_name()
    Export(tmp_path / "out.mov", 0).check_name()


def test_failures_are_told_in_words(edit: Path, tmp_path: Path) -> None:
    assert "no effect" in export(edit, Export(tmp_path / "out.mkv", 1)).end.error
    nowhere = export(edit, Export(tmp_path / "no" / "folder" / "out.mkv", 0, None, Quality.DRAFT))
    assert nowhere.end.error
    footage = export(edit, Export(tmp_path / "a.mkv", 0, "ffv1", Quality.DRAFT))
    assert "footage" in footage.end.error

    def broken(progress: Progress) -> tuple[str, ...]:
        raise ZeroDivisionError("oops")

    def offline(progress: Progress) -> tuple[str, ...]:
        raise MediaNotFound("it is gone; put it back")

    for work, words in ((broken, "bug"), (offline, "put it back")):
        ear = Ear()
        ExportJob(work, ear).wait()
        assert words in ear.end.error


def test_remaining_times_read_easily() -> None:
    assert [in_words(t) for t in (0.2, 42, 61, 600, 3660)] == ["1 s", "42 s", "1 min", "10 min", "1 h 01 min"]
