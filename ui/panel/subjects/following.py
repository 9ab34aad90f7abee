"""Between a click and a lane: what is clicked is followed in a thread of its own, and taken up when it comes back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction

from ....core.tracking.track import End
from ....plugin.subject import Subject
from ..observing import Change
from ..picture_area import PictureArea
from ..project import Project
from .aim import Aim
from .follower import Follower, FollowRequest
from .model import Footage
from .rings import Rings
from .strip import LaneStrip

AIMS = {Aim.FOLLOW: "follow", Aim.RETRACK: "retrack"}
ON_SUBJECTS = ("retrack", "decide", "forget", "detach")
"""Commands that need a subject."""


class Following(QObject):
    """Args:
    actions: the window's, by name.
    """

    _told = Signal(object, float)
    _found = Signal(object, object)
    _failed = Signal(object, str)

    def __init__(
        self,
        project: Project,
        picture: PictureArea,
        strip: LaneStrip,
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._picture = picture
        self._strip = strip
        self._actions = actions
        self._request: FollowRequest | None = None
        self._rings = Rings(picture.viewer)
        self._follower = Follower(self._told.emit, self._found.emit, self._failed.emit)
        queued = Qt.ConnectionType.QueuedConnection
        self._told.connect(self._show_progress, queued)
        self._found.connect(self._take, queued)
        self._failed.connect(self._take_failure, queued)
        picture.aimed.connect(self._follow)
        strip.edited.connect(project.edit)
        strip.commands = [actions[name] for name in ("decide", "retrack", "forget", "detach")]
        for aim, name in AIMS.items():
            actions[name].triggered.connect(lambda checked, aim=aim: self._take_aim(aim if checked else None))
        actions["decide"].triggered.connect(self._decide)
        actions["forget"].triggered.connect(self._forget)
        actions["detach"].triggered.connect(strip.model.detach)
        actions["give up"].triggered.connect(self.give_up)
        project.observe(self._show)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being followed."""
        return self._request is None and self._follower.is_idle

    def give_up(self) -> None:
        """Neither aim nor follow any more; what was followed before stays."""
        self._take_aim(None)
        if self._request is not None:
            self._follower.stop()
            self._end()

    def close(self) -> None:
        self._follower.close()

    def _show(self, change: Change) -> None:
        project = self._project
        if change is Change.CLIP:
            self.give_up()
        if change in (Change.CLIP, Change.STATE, Change.PLAYHEAD):
            state = project.state
            footage = Footage(project.open.shown, float(project.open.rate))
            self._strip.show_subjects(state, project.transport.playhead, footage)
            self._rings.show_subjects(self._strip.model.subjects)
            self._enable()

    def _enable(self) -> None:
        self._actions["follow"].setEnabled(self._project.state is not None)
        for name in ON_SUBJECTS:
            self._actions[name].setEnabled(self._strip.model.in_hand is not None)
        aim = self._picture.aiming.aim
        for each, name in AIMS.items():
            self._actions[name].setChecked(each is aim)
        self._actions["give up"].setEnabled(aim is not None or self._request is not None)

    def _take_aim(self, aim: Aim | None) -> None:
        """What the next click in the picture is for."""
        if aim is not None and not self._project.open.has_disparity:
            self._project.tell("this clip has no disparity to follow in; choose its disparity clip")
            aim = None
        self._picture.aiming.aim = aim
        self._rings.show_aim(aim)
        self._enable()

    def _follow(self, aim: Aim, across: float, down: float, frame: int) -> None:
        """The picture was clicked in."""
        self._take_aim(None)
        project, model = self._project, self._strip.model
        session, state = project.session, project.state
        if session is None or session.disparity_path is None or state is None:
            return
        again = model.in_hand if aim is Aim.RETRACK else None
        within = project.open.shown
        if again is not None and frame > state.subjects[again].first:
            within = range(frame, within.stop)  # what is before stays
        self._request = FollowRequest(
            session.info.path, session.disparity_path, state, (across, down), frame, within, again
        )
        self._follower.request(self._request)
        self._show_progress(self._request, 0.0)
        self._enable()

    def _show_progress(self, request: FollowRequest, done: float) -> None:
        if request is self._request:
            self._strip.show_progress(done)

    def _take(self, request: FollowRequest, subject: Subject) -> None:
        """Take it up in the effect as it stands by now."""
        if request is not self._request:
            return
        self._end()
        model = self._strip.model
        if request.again is None:
            model.follow(subject, request.frame)
            self._tell_ends(subject, "")
            return
        followed = request.state.subjects[request.again]
        same = [number for number, one in enumerate(model.subjects) if one.disparity == followed.disparity]
        if not same:
            self._project.tell("the subject that was tracked anew is there no more; follow it afresh")
            return
        dropped = model.retrack(same[0], subject, request.frame)
        self._tell_ends(subject, f"; {dropped} of its decisions came later and are gone" if dropped else "")

    def _tell_ends(self, subject: Subject, more: str) -> None:
        """Say where it is followed no further, and why."""
        ends = [
            f"frame {frame}, where {end}"
            for frame, end in ((subject.first, subject.begins), (subject.last, subject.ends))
            if end is not End.CLIP
        ]
        if ends or more:
            self._project.tell(f"followed as far as {' and '.join(ends) or 'the clip goes'}{more}", is_error=False)

    def _take_failure(self, request: FollowRequest, reason: str) -> None:
        if request is self._request:
            self._end()
            self._project.tell(reason)

    def _end(self) -> None:
        self._request = None
        self._strip.show_progress(None)
        self._enable()

    def _decide(self) -> None:
        model, frame = self._strip.model, self._project.transport.playhead
        number = model.in_hand
        if number is None:
            return
        if model.can_decide(number, frame):
            model.decide(number, frame)
        else:
            self._project.tell(f"subject {number + 1} is not followed at frame {frame}; re-track it from here")

    def _forget(self) -> None:
        number = self._strip.model.in_hand
        if number is not None:
            self._strip.model.remove(number)
