"""The sidecar: whole round trips, and no trust in what comes back."""

import json
from pathlib import Path
from typing import Any

import pytest
from focuspuller.core.errors import EffectInvalid, OutputUnwritable
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key
from focuspuller.plugin.media_clock import MediaClock
from focuspuller.plugin.scale import Scale
from focuspuller.plugin.sidecar import Remembered, read_sidecar, sidecar_of, write_sidecar
from focuspuller.plugin.state import EffectState, new_uuid, to_metadata


@pytest.fixture
def remembered() -> dict[str, Remembered]:
    effects = {}
    for index in range(3):
        focus = Curve(Scale.DIOPTRES, float("inf"), (Key(index, 1.5),))
        state = EffectState(new_uuid(), Lens(), focus, Curve(Scale.STOPS, 2.0))
        metadata = to_metadata(state, MediaClock(0, 24), range(3))
        source: dict[str, object] = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "ü.mov"}
        effects[state.uuid] = Remembered(f"clip {index}", ("ü.mov",), 0.5, 2.0, "DEFAULT_MEDIA", source, metadata)
    return effects


def test_what_is_written_is_read(tmp_path: Path, remembered: dict[str, Remembered]) -> None:
    path = sidecar_of(tmp_path / "edit.otio")
    assert path.name == "edit.otio.focuspuller.json"
    for effects in (remembered, {}):
        write_sidecar(path, effects)
        assert read_sidecar(path) == effects
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_long_name_has_one_too(tmp_path: Path, remembered: dict[str, Remembered]) -> None:
    """Also with what is put behind it where it is damaged, or made."""
    names = ["撮影" * 39 + ".otio", "y" * 250 + ".otio", "x" * 250 + ".otio"]
    places = [sidecar_of(tmp_path / name) for name in names]
    for place in places:
        write_sidecar(place, remembered)
        place.with_name(f"{place.name}.damaged-1").touch()
    assert len(set(places)) == 3


def test_it_is_strict_json(tmp_path: Path, remembered: dict[str, Remembered]) -> None:
    write_sidecar(tmp_path / "s.json", remembered)
    json.loads((tmp_path / "s.json").read_text(), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b"3", b"{}", b"[" * 200_000, b'{"schema_version": 2, "effects": {}}',
     b'{"schema_version": 1, "effects": []}', b'{"schema_version": 1, "effects": {"x": null}}',
     b'{"schema_version": 1, "effects": {"x": {"clip": "a", "media": "a"}}}'],
)  # fmt: skip
def test_damaged_and_hostile_ones_are_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(EffectInvalid, match=r"s\.json") as caught:
        read_sidecar(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("field", ["clip", "media", "start", "duration", "source_key", "source", "effect"])
@pytest.mark.parametrize("value", [None, True, float("nan"), [3], {"schema_version": 1}, "x" * 10_000])
def test_every_field_is_checked(tmp_path: Path, remembered: dict[str, Remembered], field: str, value: Any) -> None:
    path = tmp_path / "s.json"
    write_sidecar(path, remembered)
    content = json.loads(path.read_text())
    entry = next(iter(content["effects"].values()))
    if isinstance(value, dict) and field == "source":
        return  # any object may be a media reference; whoever reads it as one checks it
    entry[field] = value
    path.write_text(json.dumps(content))
    with pytest.raises(EffectInvalid):
        read_sidecar(path)


def test_missing_and_unwritable(tmp_path: Path) -> None:
    with pytest.raises(EffectInvalid, match="cannot read"):
        read_sidecar(tmp_path / "gone.json")
    with pytest.raises(OutputUnwritable):
        write_sidecar(tmp_path / "gone" / "s.json", {})
