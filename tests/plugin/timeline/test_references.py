"""The source stays the source, whatever plays and whatever applications do with the keys."""

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import MediaNotFound
from focuspuller.core.media.numbering import sequence_files
from focuspuller.plugin.timeline import add_render, apply, media_path, source_key
from focuspuller.plugin.timeline.references import RENDER_KEY, drop_renders, is_render


@pytest.fixture
def rendered(make_clip: Any, make_state: Any) -> Any:
    clip = make_clip()
    apply(clip, make_state())
    add_render(clip, Path("/r/a.mov"), range(10, 30))
    return clip


def test_the_source_is_never_our_render(rendered: Any) -> None:
    assert rendered.active_media_reference_key == RENDER_KEY
    assert rendered.media_reference.target_url == "/r/a.mov"
    assert source_key(rendered) == "DEFAULT_MEDIA"


def test_what_is_made_to_play_later_is_the_source(rendered: Any) -> None:
    """As before the render: an edit is conformed by making the footage play."""
    references = rendered.media_references()
    references = {**references, "hires": otio.schema.ExternalReference("h.mov")}
    rendered.set_media_references(references, "hires")
    assert source_key(rendered) == "hires"
    rendered.set_media_references(references, RENDER_KEY)
    assert source_key(rendered) == "DEFAULT_MEDIA"


def test_the_active_one_of_several_is_the_source(make_clip: Any, make_state: Any) -> None:
    clip = make_clip()
    references = {**clip.media_references(), "hires": otio.schema.ExternalReference("h.mov", clip.available_range())}
    clip.set_media_references(references, "hires")
    apply(clip, make_state())
    add_render(clip, Path("/r/a.mov"), range(10, 30))
    assert source_key(clip) == "hires"
    assert drop_renders(clip)
    assert clip.active_media_reference_key == "hires"
    assert set(clip.media_references()) == {"DEFAULT_MEDIA", "hires"}


def test_a_renamed_render_is_still_told_by_its_metadata(rendered: Any) -> None:
    references = rendered.media_references()
    references["alt"] = references.pop(RENDER_KEY)
    rendered.set_media_references(references, "alt")
    assert is_render("alt", rendered.media_reference)
    assert source_key(rendered) == "DEFAULT_MEDIA"


def test_a_render_whose_metadata_is_gone_or_odd_is_told_by_its_key(rendered: Any) -> None:
    for metadata in (
        {},
        {"focuspuller": 3},
        {"focuspuller": {"source_reference": 7}},
        {"focuspuller": {"source_reference": "x"}},
    ):
        references = rendered.media_references()
        references[RENDER_KEY] = otio.schema.ExternalReference("/r/a.mov", metadata=metadata)
        rendered.set_media_references(references, RENDER_KEY)
        assert source_key(rendered) == "DEFAULT_MEDIA"


def test_only_our_render_left_is_an_error_not_a_source(rendered: Any) -> None:
    references = rendered.media_references()
    rendered.set_media_references({RENDER_KEY: references[RENDER_KEY]}, RENDER_KEY)
    with pytest.raises(MediaNotFound, match="only our render"):
        source_key(rendered)


def test_a_second_render_takes_the_first_one_s_place(rendered: Any) -> None:
    add_render(rendered, Path("/r/b.mov"), range(10, 30))
    assert set(rendered.media_references()) == {"DEFAULT_MEDIA", RENDER_KEY}
    assert source_key(rendered) == "DEFAULT_MEDIA"


def test_media_is_found_beside_the_timeline(make_clip: Any, make_document: Any, tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "a b.mov").write_bytes(b"")
    clip = make_clip(url="shots/a%20b.mov")
    assert media_path(make_document(clip), clip) == tmp_path / "shots" / "a b.mov"
    moved = make_clip(url="file:///gone/a%20b.mov")
    with pytest.raises(MediaNotFound, match=r"/gone/a b\.mov"):
        media_path(make_document(moved), moved)
    (tmp_path / "a b.mov").write_bytes(b"")
    assert media_path(make_document(moved.clone()), moved) == tmp_path / "a b.mov"


def test_a_sequence_begins_at_the_reference_s_first_frame(make_document: Any, tmp_path: Path) -> None:
    reference = otio.schema.ImageSequenceReference(
        "plates", "a.", ".exr", start_frame=1001, frame_zero_padding=4, rate=24
    )
    clip = otio.schema.Clip("s", reference)
    with pytest.raises(MediaNotFound, match=r"a\.%04d\.exr"):
        media_path(make_document(clip), clip)
    (tmp_path / "plates").mkdir()
    (tmp_path / "plates" / "a.1000.exr").write_bytes(b"")
    with pytest.raises(MediaNotFound, match=r"has no .*a\.1001\.exr"):
        media_path(make_document(clip.clone()), clip)
    (tmp_path / "plates" / "a.1001.exr").write_bytes(b"")
    assert media_path(make_document(clip.clone()), clip) == tmp_path / "plates" / "a.1001.exr"
    reference.frame_step = 2
    with pytest.raises(MediaNotFound, match="one in 2 files"):
        media_path(make_document(clip.clone()), clip)


@pytest.mark.parametrize("suffix", [".beauty.exr", "_v1.exr"])
def test_what_follows_a_number_is_no_number(make_document: Any, tmp_path: Path, suffix: str) -> None:
    for number in (1001, 1002, 1003):
        (tmp_path / f"a.{number}{suffix}").write_bytes(b"")
    reference = otio.schema.ImageSequenceReference("", "a.", suffix, start_frame=1001, frame_zero_padding=4, rate=24)
    clip = otio.schema.Clip("s", reference)
    assert len(sequence_files(media_path(make_document(clip), clip))) == 3
    (tmp_path / f"a.1000{suffix}").write_bytes(b"")
    with pytest.raises(MediaNotFound, match=r"begins with a\.1001.*a\.1000.* before"):
        media_path(make_document(clip.clone()), clip)


@pytest.mark.parametrize(
    "reference",
    [
        otio.schema.MissingReference(),
        otio.schema.GeneratorReference(generator_kind="bars"),
        otio.schema.ExternalReference(),
    ],
)
def test_no_media_and_network_media_say_so(make_document: Any, make_clip: Any, reference: Any) -> None:
    clip = otio.schema.Clip("bars", reference)
    with pytest.raises(MediaNotFound, match="'bars' has no media"):
        media_path(make_document(clip), clip)
    web = make_clip(url="https://example.org/a.mov")
    with pytest.raises(MediaNotFound, match="not on this machine"):
        media_path(make_document(web), web)
