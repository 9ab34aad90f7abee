"""The state's JSON: whole round trips, media time, and no trust in what comes back."""

import copy
import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from focuspuller.core.errors import EffectFromFuture, EffectInvalid
from focuspuller.core.media.disparity import DisparityReading
from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Handle, Interpolation, Key
from focuspuller.plugin.media_clock import MediaClock
from focuspuller.plugin.scale import Scale
from focuspuller.plugin.state import (
    MAX_BAKED,
    DisparityReference,
    EffectState,
    from_metadata,
    new_uuid,
    to_metadata,
)

from tests.plugin.subjects import subject

CLOCK = MediaClock(start=86400.0, rate=24.0)


def random_curve(chance: random.Random, scale: Scale) -> Curve:
    def value() -> float:
        if scale is Scale.STOPS:
            return chance.uniform(1, 32)
        return math.inf if chance.random() < 0.2 else chance.uniform(0.3, 50)

    def handle(side: int) -> Handle | None:
        return None if chance.random() < 0.5 else Handle(side * chance.uniform(0, 9), chance.uniform(-1, 1))

    frames = sorted(chance.sample(range(-50, 500), chance.randrange(8)))
    keys = [Key(frame, value(), chance.choice(list(Interpolation)), handle(-1), handle(1)) for frame in frames]
    return Curve(scale, value(), tuple(keys))


def random_state(chance: random.Random) -> EffectState:
    offset = chance.choice([None, chance.randrange(-9, 9)])
    reading = DisparityReading(chance.random() < 0.5, 0.1, chance.uniform(0.5, 1), offset)
    return EffectState(
        uuid=new_uuid(),
        lens=Lens(chance.uniform(10, 200), 0.5, chance.choice([math.inf, 40.0])),
        focus_distance=random_curve(chance, Scale.DIOPTRES),
        aperture=random_curve(chance, Scale.STOPS),
        disparity=chance.choice([None, DisparityReference("a/ü %23.mkv", reading)]),
        enabled=chance.random() < 0.5,
        subjects=tuple(subject(0.5, -4, 9, decided=range(n, n + 2)) for n in range(0, chance.randrange(3) * 2, 2)),
    )


@pytest.mark.parametrize("seed", range(20))
def test_any_state_comes_back_the_same_through_json(seed: int) -> None:
    state = random_state(random.Random(seed))
    written = json.dumps(to_metadata(state, CLOCK, range(10, 40)), allow_nan=False)
    assert from_metadata(json.loads(written)) == state


def test_keys_stand_in_media_time() -> None:
    state = keyed_state()
    key = valid()["focus_distance"]["keys"][1]
    assert key["time"] == {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 86400.0 + 48}
    assert key["value"] == "inf"
    # The same moments, written at twice the rate by an application that conformed the clip.
    metadata = valid()
    for key in metadata["focus_distance"]["keys"]:
        key["time"]["rate"], key["time"]["value"] = 48.0, 2 * key["time"]["value"]
    assert from_metadata(metadata).focus_distance == state.focus_distance
    # And all that there is, by a script.
    metadata = valid()
    for holder, _ in list(places({"": metadata})):
        for time in (value for value in holder.values() if isinstance(value, dict)) if isinstance(holder, dict) else ():
            if "OTIO_SCHEMA" in time and time["rate"] == 24:
                time["rate"], time["value"] = 30.0, time["value"] * 1.25
    assert metadata["media_start"] == {"OTIO_SCHEMA": "RationalTime.1", "rate": 30.0, "value": 108000.0}
    assert from_metadata(metadata) == state


def test_baked_values_are_the_curve_over_the_used_frames() -> None:
    state = keyed_state()
    baked = written(state, range(20, 60))["focus_distance"]["baked"]
    assert baked["start_time"]["value"] == 86420
    values = [math.inf if value == "inf" else value for value in baked["values"]]
    assert values == pytest.approx([state.focus_distance.value(frame) for frame in range(20, 60)], rel=1e-6)


def test_baked_is_bounded_and_never_trusted() -> None:
    state = keyed_state()
    assert written(state, range(MAX_BAKED + 1))["aperture"]["baked"] is None
    metadata = valid()
    metadata["aperture"]["baked"] = {"values": "anything"}
    assert from_metadata(metadata) == state


def keyed_state() -> EffectState:
    focus = Curve(Scale.DIOPTRES, 2.0, (Key(0, 1.2, left=Handle(-2, 0.1), right=Handle(3, -0.1)), Key(48, math.inf)))
    reading = DisparityReference("d.mkv", DisparityReading())
    uuid = "0f8fad5b-d9cb-469f-a165-70867728950e"
    aperture = Curve(Scale.STOPS, 2.0, (Key(0, 2.0), Key(9, 4.0)))
    return EffectState(uuid, Lens(), focus, aperture, reading, subjects=(subject(0.5, 3, 4, decided=[4]),))


def written(state: EffectState, used: range) -> Any:
    return json.loads(json.dumps(to_metadata(state, CLOCK, used), allow_nan=False))


VALID = json.dumps(written(keyed_state(), range(2)))


def valid() -> Any:
    return json.loads(VALID)


def test_effects_of_earlier_versions_lack_some_fields() -> None:
    metadata = valid()
    del metadata["subjects"], metadata["media_rate"], metadata["media_length"]
    assert from_metadata(metadata) == replace(keyed_state(), subjects=())


def test_a_newer_schema_is_told_apart() -> None:
    with pytest.raises(EffectFromFuture, match="update focuspuller"):
        from_metadata({"schema_version": 2})


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of everything inside."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


HOSTILE: list[Any] = [
    None, True, 0, -1, 1e308, -1e308, 1e-320, 2**63, 10**400, math.nan, math.inf, -math.inf, "", "inf", "nan",
    "x" * 10**6, [], {}, [None], [[]], {"": {}}, [{}] * 100_001, "../../etc", "\0", "\ud800",
]  # fmt: skip


def complaint(metadata: Any) -> str:
    """What from_metadata says of it; only an error of ours counts, and what is taken survives being written."""
    try:
        state = from_metadata(metadata)
    except (EffectInvalid, EffectFromFuture) as error:
        return str(error)
    assert from_metadata(written(state, range(2))) == state
    return ""


def test_every_field_refuses_what_it_cannot_be() -> None:
    """Whatever stands anywhere, the answer is a state or an error of ours, in one line of bounded length."""
    for index in range(len(list(places(valid())))):
        for value in HOSTILE:
            metadata = valid()
            holder, key = list(places(metadata))[index]
            holder[key] = value
            said = complaint(metadata)
            assert len(said) < 500
            assert "\n" not in said


def test_every_missing_field_is_named() -> None:
    def unbaked() -> Any:
        metadata = valid()
        del metadata["focus_distance"]["baked"], metadata["aperture"]["baked"]
        return metadata

    assert from_metadata(unbaked()) == keyed_state()
    for index in range(len(list(places(unbaked())))):
        metadata = unbaked()
        holder, key = list(places(metadata))[index]
        if isinstance(holder, dict) and key not in ("OTIO_SCHEMA", "subjects", "media_rate", "media_length"):
            del holder[key]
            with pytest.raises(EffectInvalid, match=str(key)):
                from_metadata(metadata)


@pytest.mark.parametrize("seed", range(4))
def test_fuzz(seed: int) -> None:
    chance = random.Random(seed)
    small = [value for value in HOSTILE if not isinstance(value, list | str) or len(value) < 10]
    for _ in range(200):
        metadata: Any = to_metadata(random_state(chance), CLOCK, range(5))
        for _ in range(chance.randrange(1, 4)):
            holder, key = chance.choice(list(places(metadata)) or [([0], 0)])
            other, where = chance.choice(list(places(metadata)) or [([0], 0)])
            holder[key] = copy.deepcopy(chance.choice([other[where], chance.choice(small)]))
            if chance.random() < 0.3:
                del holder[key]
        assert "\n" not in complaint(metadata)


@pytest.mark.parametrize("metadata", [None, [], "x", 3, {}, {"schema_version": "1"}, {"schema_version": 0}])
def test_what_is_no_effect_is_refused(metadata: Any) -> None:
    with pytest.raises(EffectInvalid):
        from_metadata(metadata)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (("lens", "near"), 0, "near"),
        (("aperture", "rest"), 0, "aperture"),
        (("lens", "focal_length"), 1e200, "focal length is 1e.200; give a number from 8 to 800"),
        (("lens", "near"), 1e-309, "give a number from 0.05"),
        (("aperture", "rest"), 1e-9, "aperture"),
        (("aperture", "keys", 0, "value"), 1e-9, "aperture"),
        (("focus_distance", "rest"), 1e-300, "focus distance"),
        (("focus_distance", "rest"), 0, "focus distance 0 m"),
        (("focus_distance", "scale"), "stops", "scale"),
        (("aperture", "keys"), "many", "keys"),
        (("uuid",), "me", "uuid"),
    ],
)
def test_impossible_values_say_what_they_are(field: tuple[Any, ...], value: Any, says: str) -> None:
    metadata = holder = valid()
    for name in field[:-1]:
        holder = holder[name]
    holder[field[-1]] = value
    with pytest.raises(EffectInvalid, match=says):
        from_metadata(metadata)


def test_duplicate_and_unsorted_keys_are_refused() -> None:
    for order in ((0, 0), (1, 0)):
        metadata = valid()
        metadata["aperture"]["keys"] = [metadata["aperture"]["keys"][index] for index in order]
        with pytest.raises(EffectInvalid, match="key"):
            from_metadata(metadata)
