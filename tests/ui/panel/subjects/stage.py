"""A stage that plays the panel's part: it shows every state that the lanes hand out."""

from focuspuller.core.optics import Lens
from focuspuller.plugin.curve import Curve, Scale
from focuspuller.plugin.state import EffectState
from focuspuller.plugin.subject import Subject
from focuspuller.plugin.subject_focus import with_subjects
from focuspuller.ui.panel.curves.axis import Axis
from focuspuller.ui.panel.subjects.lanes import Lanes
from focuspuller.ui.panel.subjects.model import Footage, SubjectsModel
from focuspuller.ui.panel.subjects.pointer import LanePointer

from tests.plugin.subjects import subject

FOOTAGE = Footage(range(100), 24.0)
PLAIN = EffectState("u", Lens(near=1.0), Curve(Scale.DIOPTRES, 2.0), Curve(Scale.STOPS, 1.4))
NEAR, FAR = subject(0.7, hidden=range(20, 26), decided=[0]), subject(0.1, 10, 89, decided=[60])


def following(*subjects: Subject) -> EffectState:
    return with_subjects(PLAIN, subjects, FOOTAGE.used, FOOTAGE.rate)


class Stage:
    """Two subjects along 1000 pixels, a frame every 10, from a gutter of 50 on."""

    def __init__(self, *subjects: Subject) -> None:
        self.states = [following(*subjects)]
        self.gestures: list[str] = []
        self.playhead = 0
        self.model = SubjectsModel(self._edited)
        self.pointer = LanePointer(self.model)
        self.show(self.state)

    @property
    def state(self) -> EffectState:
        return self.states[-1]

    @property
    def lanes(self) -> Lanes:
        return Lanes(Axis(0.0, 100.0, 50.0, 1000.0, -100.0, 200.0, 4.0), len(self.state.subjects))

    @property
    def decided(self) -> list[list[int]]:
        return [[decision.frame for decision in one.decisions] for one in self.state.subjects]

    def at(self, frame: float, number: int) -> tuple[float, float]:
        return float(self.lanes.time.pixel(frame)), self.lanes.middle(number)

    def show(self, state: EffectState) -> None:
        self.pointer.shown(state)
        self.model.show(state, self.playhead, FOOTAGE)

    def _edited(self, state: EffectState, gesture: str) -> None:
        self.states.append(state)
        self.gestures.append(gesture)
        self.show(state)
