"""A timeline with edits to its clips."""

from pathlib import Path

from focuspuller.plugin.timeline import document_of_movie
from focuspuller.ui.panel.edited_timeline import EditedTimeline
from focuspuller.ui.panel.opened import Opened


def test_until_its_media_are_open_a_clip_counts_as_the_timeline_says(tmp_path: Path) -> None:
    timeline = EditedTimeline(Opened(document_of_movie(tmp_path / "a.mov", 12, 60.0), is_file=False))
    assert timeline.awaited(0).rate == 60
    assert timeline.opening(0)().rate == 60  # offline
