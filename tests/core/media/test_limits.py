from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.errors import MediaUnreadable
from focuspuller.core.media.limits import MAX_PIXELS, MAX_SIDE, check_size


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7680, 4320), (MAX_SIDE, MAX_PIXELS // MAX_SIDE)])
def test_pictures_that_fit(width: int, height: int) -> None:
    check_size(Path("a.mov"), width, height)


@pytest.mark.parametrize(("width", "height"), [(MAX_SIDE + 1, 1), (1, 1 << 31)])
def test_pictures_that_do_not(width: int, height: int) -> None:
    with pytest.raises(MediaUnreadable, match=rf"^a\.mov: .*{width}x{height}"):
        check_size(Path("a.mov"), width, height)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 5), (5, -1)])
def test_no_size_is_no_number_to_show(width: int, height: int) -> None:
    with pytest.raises(MediaUnreadable, match=r"^a\.mov: does not say how large") as error:
        check_size(Path("a.mov"), width, height)
    assert "0x0" not in str(error.value)
