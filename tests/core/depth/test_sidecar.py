import json
import math
from pathlib import Path

import pytest
from focuspuller.core.depth.sidecar import DisparityFacts, is_foreign, read_facts, sidecar_path, write_facts
from focuspuller.core.errors import DisparityError


@pytest.mark.parametrize(("near", "far"), [(None, None), (0.8, 20.0), (0.8, math.inf)])
def test_what_was_written_is_read(tmp_path: Path, near: float | None, far: float | None) -> None:
    disparity = tmp_path / "clip.disparity.mkv"
    write_facts(disparity, DisparityFacts(near, far, True, {"source": {"kind": "onnx"}}))
    facts = read_facts(disparity)
    assert facts is not None
    assert (facts.near, facts.far, facts.near_is_bright) == (near, far, True)
    assert facts.made["source"] == {"kind": "onnx"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "another"}', "[" * 100_000, "\0"])
def test_what_is_not_ours_is_not_looked_at(tmp_path: Path, text: str) -> None:
    disparity = tmp_path / "clip.mkv"
    assert read_facts(disparity) is None
    assert not is_foreign(sidecar_path(disparity))
    sidecar_path(disparity).write_text(text)
    assert read_facts(disparity) is None
    assert is_foreign(sidecar_path(disparity))
    write_facts(disparity, DisparityFacts())
    assert not is_foreign(sidecar_path(disparity))


@pytest.mark.parametrize(
    "change",
    [{"near": 0}, {"near": 30}, {"near": "1"}, {"far": None}, {"near": True}, {"schema_version": 2}, {"near": math.nan},
     {"near_is_bright": 1}, {"far": 10**400}],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    disparity = tmp_path / "clip.mkv"
    write_facts(disparity, DisparityFacts(1.0, 20.0))
    path = sidecar_path(disparity)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(DisparityError, match="make it again"):
        read_facts(disparity)
