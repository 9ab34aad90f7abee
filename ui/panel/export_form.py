"""What to export, where to and how: the questions that the export dialog asks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ...core.renderer import Quality
from .export_job import Export
from .fields.choice_list import ChoiceList
from .questions import Questions

CODECS = (
    ("What the file asks for; of timelines, ProRes", None),
    ("ProRes 422", "prores422"),
    ("ProRes 4444", "prores4444"),
    ("DNxHR", "dnxhr"),
    ("H.264", "h264"),
    ("H.265", "h265"),
    ("FFV1, lossless", "ffv1"),
    ("PNG, 16 bit", "png16"),
    ("OpenEXR", "exr"),
)


class ExportForm(QWidget):
    """Suggests a name for as long as none is given."""

    def __init__(self, questions: Questions) -> None:
        super().__init__()
        self._questions = questions
        self._index, self._name, self._place = 0, "", Path()
        self._folder: Path | None = None
        """Where names are suggested; None for beside the timeline."""
        self._suggestion = Path()
        self.replaced: Path | None = None
        """What the person has agreed to replace."""
        self.what = ChoiceList()
        self.what.addItems(["", "The timeline, playing all of its renders"])
        self.what.currentIndexChanged.connect(self._suggest)
        self.target = QLineEdit()
        self.target.setAccessibleName("File")
        self.choose = QPushButton("Choose…")
        self.choose.clicked.connect(self._choose)
        self.codec = ChoiceList()
        for words, codec in CODECS:
            self.codec.addItem(words, codec)
        self.quality = ChoiceList()
        for quality in (Quality.FINAL, Quality.DRAFT):
            self.quality.addItem(quality.value.capitalize(), quality)
        place = QHBoxLayout()
        place.addWidget(self.target, 1)
        place.addWidget(self.choose)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("What", self.what)
        form.addRow("File", place)
        form.addRow("Codec", self.codec)
        form.addRow("Quality", self.quality)

    def offer(self, index: int, name: str, place: Path) -> None:
        """Ask anew. What was chosen stays; a clip's file, where the clip is the same.

        Args:
            index, name: the clip in hand.
            place: the timeline's file.
        """
        named = self._named()
        if named is not None:
            self._folder = named.parent
        if self._is_of_clip and index != self._index:
            self.target.clear()
        self._index, self._name, self._place = index, name, place
        self.what.setItemText(0, f"This clip, {name}")
        self.replaced = None
        self._suggest()

    @property
    def export(self) -> Export:
        target, quality = Path(self.target.text().strip()), Quality(self.quality.currentData())
        index = self._index if self._is_of_clip else None
        return Export(target, index, self.codec.currentData(), quality, replaces=target == self.replaced)

    @property
    def _is_of_clip(self) -> bool:
        return self.what.currentIndex() == 0

    def _named(self) -> Path | None:
        """The file, unless it is the one that was suggested."""
        text = self.target.text().strip()
        return Path(text) if text and Path(text) != self._suggestion else None

    def _suggest(self) -> None:
        named, self._suggestion = self._named(), self._suggested()
        if named is None:
            self.target.setText(str(self._suggestion))

    def _suggested(self) -> Path:
        safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in self._name) or "clip"
        rendered = f"{self._place.stem}.rendered.otio"
        return (self._folder or self._place.parent) / (f"{safe}.focus.mov" if self._is_of_clip else rendered)

    def _choose(self) -> None:
        chosen = self._questions.file_to_export(Path(self.target.text().strip()))
        if chosen is not None:
            self.target.setText(str(chosen))
            self.replaced = chosen if chosen.exists() else None
