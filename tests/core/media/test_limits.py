from __future__ import annotations

from pathlib import Path

import pytest
from focuspuller.core.errors import MediaUnreadable
from focuspuller.core.media.limits import MAX_PIXELS, MAX_SIDE, check_size


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7680, 4320), (MAX_SIDE, MAX_PIXELS // MAX_SIDE)])
def test_pictures_that_fit(width: int, height: int) -> None:
    check_size(Path("a.mov"), width, height)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, -1), (MAX_SIDE + 1, 1), (1, 1 << 31)])
def test_pictures_that_do_not(width: int, height: int) -> None:
    with pytest.raises(MediaUnreadable, match=rf"^a\.mov: .*{width}x{height}"):
        check_size(Path("a.mov"), width, height)
