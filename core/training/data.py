"""What training asks of a data source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from ..svb.windows import Batch


class Batches(Protocol):
    def __call__(self, first_step: int) -> Iterable[Batch]:
        """Batches without end, on the device that trains, from the one of step `first_step` on. The batch of a step is
        always the same, which is what lets a resumed run go on as if it had never stopped."""
        ...
