"""Reading timeline files: all three kinds, and whatever else may stand under their names."""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from focuspuller.core.errors import MediaNotFound, MediaUnreadable, TimelineUnreadable
from focuspuller.core.media.fingerprint import fingerprint_of
from focuspuller.plugin.timeline import (
    bundle_media,
    clips,
    media_path,
    open_document,
    save_document,
)
from focuspuller.plugin.timeline import document as document_module


def bundle(path: Path, content: str, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("content.otio", content)
        for name, data in files.items():
            written.writestr(name, data)
    return path


def test_otio_s_own_bundles_open(make_clip: Any, make_document: Any, tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"movie")
    root = make_document(make_clip(url=(tmp_path / "a.mov").as_uri())).root
    for kind in ("otioz", "otiod"):
        path = tmp_path / f"theirs.{kind}"
        otio.adapters.write_to_file(root, str(path))
        with open_document(path) as document:
            found = media_path(document, clips(document)[0])
            assert found.read_bytes() == b"movie"
            assert found != tmp_path / "a.mov"
        assert found.exists() == (kind == "otiod")


def test_a_zipped_sequence_unpacks_together(tmp_path: Path) -> None:
    reference = otio.schema.ImageSequenceReference(
        "media/s/", "a.", ".exr", rate=24, frame_zero_padding=4, start_frame=1
    )
    content = otio.schema.Clip("s", reference).to_json_string()
    names = ["media/s/a.0001.exr", "media/s/a.0002.exr", "media/s/b.0001.exr", "media/a.0003.exr"]
    with open_document(bundle(tmp_path / "e.otioz", content, dict.fromkeys(names, b"x"))) as document:
        first = media_path(document, clips(document)[0])
        assert first.name == "a.0001.exr"
        assert sorted(file.name for file in first.parent.iterdir()) == ["a.0001.exr", "a.0002.exr"]


def test_what_is_unpacked_is_known_by_its_content(tmp_path: Path) -> None:
    """Whenever that is, and however alike what differs begins and ends."""
    fingerprints = []
    for middle in (b"a", b"a", b"b"):
        content = {"media/a.mov": bytes(1 << 17) + middle + bytes(1 << 17)}
        with open_document(bundle(tmp_path / "e.otioz", otio.schema.Clip("s").to_json_string(), content)) as document:
            unpacked = document.locate("media/a.mov", "it")
            assert time.time() - unpacked.stat().st_mtime > 1000
            fingerprints.append(fingerprint_of([unpacked]))
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]


def test_what_was_unpacked_for_the_dead_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    packed = bundle(tmp_path / "e.otioz", otio.schema.Clip("s").to_json_string(), {"media/a.mov": b"movie"})
    with open_document(packed) as document:
        room = document.locate("media/a.mov", "it").parent
        left = room.with_name(re.sub(r"[0-9a-f]{8}-\d+\.partial\Z", "00000000-0.partial", room.name))
        left.mkdir()
        with open_document(packed) as another:
            another.locate("media/a.mov", "it")
        assert not left.exists()
        assert room.exists()
    assert list(tmp_path.iterdir()) == [packed]


def test_what_several_threads_ask_for_is_unpacked_once(
    make_clip: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle(tmp_path / "e.otioz", make_clip(url="media/a.mov").to_json_string(), {"media/a.mov": b"movie"})
    extract = bundle_media._extract

    def slowly(*work: Any) -> None:
        time.sleep(0.2)
        extract(*work)

    monkeypatch.setattr(bundle_media, "_extract", slowly)
    with open_document(path) as document, ThreadPoolExecutor(3) as pool:
        places = list(pool.map(lambda _: document.locate("media/a.mov", "it"), range(3)))
        assert len(set(places)) == 1
        assert places[0].read_bytes() == b"movie"


def test_closing_stops_an_unpacking_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"media/a.{number:04d}.exr" for number in range(2000)]
    packed = bundle(tmp_path / "e.otioz", "{}", dict.fromkeys(names, b"x"))
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    media = bundle_media.BundleMedia(packed, {"media": names})
    with ThreadPoolExecutor(1) as pool:
        unpacking = pool.submit(media.unpack, "media/a.%04d.exr")
        while not list(rooms.rglob("*.exr")):
            time.sleep(0.001)
        media.close()
        assert list(rooms.iterdir()) == []
        with pytest.raises(OSError, match="closed"):
            unpacking.result()
    with pytest.raises(OSError, match="closed"):
        media.unpack("media/a.%04d.exr")
    assert list(rooms.iterdir()) == []


@pytest.mark.parametrize("name", ["../evil.mov", "/evil.mov", "media/../../evil.mov", "..\\evil.mov"])
def test_no_name_in_a_zip_escapes(make_clip: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / "e.otioz"
    path.parent.mkdir()
    packed = bundle(path, make_clip(url=name).to_json_string(), {name: b"evil"})
    with open_document(packed) as document, suppress(MediaNotFound):
        media_path(document, clips(document)[0])
    assert not list(tmp_path.rglob("evil*"))


def test_damaged_media_in_a_zip(make_clip: Any, tmp_path: Path) -> None:
    path = bundle(tmp_path / "e.otioz", make_clip(url="media/a.mov").to_json_string(), {"media/a.mov": b"x" * 9999})
    data = path.read_bytes()
    at = data.index(b"media/a.mov") + len("media/a.mov") + 1
    path.write_bytes(data[:at] + b"\xff\xff" + data[at + 2 :])
    with open_document(path) as document, pytest.raises(MediaUnreadable, match="cannot be unpacked"):
        media_path(document, clips(document)[0])


UNREADABLE = {
    "empty.otio": b"",
    "binary.otio": bytes(range(256)),
    "number.otio": b"3",
    "list.otio": b"[]",
    "object.otio": b"{}",
    "effect.otio": b'{"OTIO_SCHEMA": "Effect.1"}',
    "unknown.otio": b'{"OTIO_SCHEMA": "Foo.1"}',
    "future.otio": b'{"OTIO_SCHEMA": "Clip.99"}',
    "no_tracks.otio": b'{"OTIO_SCHEMA": "Timeline.1", "tracks": null}',
    "no_tracks_inside.otio": b'{"OTIO_SCHEMA": "SerializableCollection.1", "children": [{"OTIO_SCHEMA": "Timeline.1", '
    b'"tracks": null}]}',
    "deep.otio": b'{"OTIO_SCHEMA": "Clip.1", "metadata": {"a": ' + b"[" * 300_000 + b"]" * 300_000 + b"}}",
    "open_string.otio": b'{"OTIO_SCHEMA": "Clip.1", "name": "' + b"\\" * 100_001,
    "huge_number.otio": b'{"OTIO_SCHEMA": "Clip.1", "metadata": {"a": 1e999}}',
    "no.otioz": b"not a zip",
    "edit.xml": b"<xml/>",
    "foreign_effect.otio": b'{"OTIO_SCHEMA": "Clip.2", "effects": [{"OTIO_SCHEMA": "Secret.1"}], '
    b'"media_references": {}, "active_media_reference_key": "x"}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_timeline_is_one_clear_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(UNREADABLE[name])
    with pytest.raises(TimelineUnreadable, match=name) as caught:
        open_document(path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_missing_files_folders_and_bundles_without_a_timeline(tmp_path: Path) -> None:
    (tmp_path / "folder.otio").mkdir()
    (tmp_path / "empty.otiod").mkdir()
    with zipfile.ZipFile(tmp_path / "empty.otioz", "w"):
        pass
    for name in ("gone.otio", "gone.otioz", "gone.otiod", "folder.otio", "empty.otiod", "empty.otioz"):
        with pytest.raises(TimelineUnreadable, match=name):
            open_document(tmp_path / name)


def test_deep_but_honest_nesting_opens(make_clip: Any, make_document: Any, tmp_path: Path) -> None:
    item = make_clip("deep")
    for _ in range(40):
        stack, track = otio.schema.Stack(), otio.schema.Track()
        track.append(item)
        stack.append(track)
        item = stack
    save_document(make_document(item), tmp_path / "deep.otio")
    with open_document(tmp_path / "deep.otio") as document:
        assert [clip.name for clip in clips(document)] == ["deep"]


OPEN_MANY = """
import importlib.util, json, sys
sys.path.insert(0, sys.argv[1])
import conftest
from pathlib import Path
from focuspuller.core.errors import FocuspullerError
from focuspuller.plugin.timeline import clips, find, media_path, media_range, open_document, remove, save_document
path = Path(sys.argv[2])
for index, text in enumerate(json.load(sys.stdin)):
    path.write_text(text)
    try:
        with open_document(path) as document:
            for clip in clips(document):
                for act in (find, media_range, lambda clip: media_path(document, clip), remove):
                    try:
                        act(clip)
                    except FocuspullerError as error:
                        assert "\\n" not in str(error)
            save_document(document, path.with_suffix(".out.otio"), overwrite=True)
    except FocuspullerError as error:
        assert "\\n" not in str(error)
print("done")
"""


def test_fuzzed_timelines_raise_only_our_errors(
    make_clip: Any, make_document: Any, make_state: Any, tmp_path: Path
) -> None:
    """In a process of its own, for what OpenTimelineIO does to its process is also at stake."""
    from focuspuller.plugin.timeline import add_render, apply

    clip = make_clip(warps=(2.0,))
    apply(clip, make_state("d.mkv"))
    add_render(clip, Path("/r.mov"), range(10, 30))
    honest = json.loads(otio.core.serialize_json_to_string(make_document(clip).root, None, 0))
    chance = random.Random(1)
    odd: list[Any] = [
        None,
        [],
        {},
        "s",
        -1,
        1e300,
        [None],
        {"OTIO_SCHEMA": "Foo.1"},
        {"k": None},
        {"OTIO_SCHEMA": "Gap.1"},
    ]

    def mutated() -> str:
        copy = json.loads(json.dumps(honest))
        for _ in range(chance.randrange(1, 3)):
            holder, key = chance.choice(list(_places(copy)))
            holder[key] = chance.choice(odd)
            if chance.random() < 0.3:
                del holder[key]
        return json.dumps(copy)

    root = Path(__file__).resolve().parents[2]
    work = [sys.executable, "-c", OPEN_MANY, str(root), str(tmp_path / "fuzz.otio")]
    texts = json.dumps([mutated() for _ in range(150)])
    done = subprocess.run(work, input=texts, capture_output=True, text=True, timeout=120)
    assert done.stdout == "done\n", f"{done.returncode}: {done.stderr[-2000:]}"


def _places(value: Any) -> Any:
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def test_more_brackets_than_any_edit_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MAX_BRACKETS", 1000)
    (tmp_path / "bomb.otio").write_text("[" + ",".join(["[]"] * 1000) + "]")
    with pytest.raises(TimelineUnreadable, match="larger than any edit"):
        open_document(tmp_path / "bomb.otio")
