"""What is exported in tests, and what is left of it."""

import hashlib
from pathlib import Path

from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.session import Session
from focuspuller.plugin.state import EffectState, new_uuid

LENGTH = 20


def rack(aperture: float = 1.4) -> EffectState:
    keys = (Key(0, 0.9), Key(LENGTH - 1, 8.0))
    return EffectState(new_uuid(), Lens(), Curve(Scale.DIOPTRES, 2, keys), Curve(Scale.STOPS, aperture))


def session(media: tuple[Path, Path], state: EffectState | None = None) -> Session:
    return Session(*media, state or rack(), quality="draft")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
