"""States to edit, and a stage that plays the panel's part: it shows every state that is handed out."""

from collections.abc import Sequence
from uuid import UUID

from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Key, Scale
from focuspuller.plugin.state import EffectState
from focuspuller.ui.panel.curves.chart import Chart
from focuspuller.ui.panel.curves.drags import Point
from focuspuller.ui.panel.curves.lanes import Lane
from focuspuller.ui.panel.curves.model import Clipboard, CurveModel
from focuspuller.ui.panel.curves.pointer import Pointer

MEDIA = range(200)
RACK = (Key(40, 1.25), Key(120, 4.0))
STOPS = (Key(20, 2.0), Key(60, 5.6), Key(120, 2.8))


def state_of(
    focus: Sequence[Key] = RACK, aperture: Sequence[Key] = STOPS, lens: Lens | None = None, number: int = 1
) -> EffectState:
    return EffectState(
        str(UUID(int=number)),
        lens or Lens(),
        Curve(Scale.DIOPTRES, 2.0, tuple(focus)),
        Curve(Scale.STOPS, 2.8, tuple(aperture)),
    )


class Stage:
    """A model on a canvas of 800 by 500, with what it handed out."""

    def __init__(self, state: EffectState | None = None, playhead: int = 50) -> None:
        self.states = [state or state_of()]
        self.gestures: list[str] = []
        self.sought: list[int] = []
        self.entries = 0
        self.playhead = playhead
        self.model = CurveModel(self.state, playhead, MEDIA, None, Clipboard(), self._edited, self._sought)
        self.model.chart = self.model.chart.laid(800, 500, 50, 24).framing_all(self.state, MEDIA)
        self.pointer = Pointer(self.model, self._entry)

    @property
    def state(self) -> EffectState:
        return self.states[-1]

    @property
    def chart(self) -> Chart:
        return self.model.chart

    def show(self, state: EffectState) -> None:
        self.pointer.shown(state)
        self.model.show(state, self.playhead, MEDIA, None)

    def at(self, lane: Lane, frame: float, value: float) -> Point:
        return Point(*self.chart.place(lane, frame, lane.parameter.scale.encoded(value)))

    def _edited(self, state: EffectState, gesture: str) -> None:
        self.states.append(state)
        self.gestures.append(gesture)
        self.show(state)

    def _sought(self, frame: int) -> None:
        self.sought.append(frame)

    def _entry(self) -> None:
        self.entries += 1


def frames(curve: Curve) -> list[float]:
    return [key.frame for key in curve.keys]


def values(curve: Curve) -> list[float]:
    return [key.value for key in curve.keys]
