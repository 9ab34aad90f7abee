"""`focuspuller demo`: the main job on the embedded sample, from an edit to a rendered edit."""

from __future__ import annotations

import argparse
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from ... import resources
from ...core.errors import OutputExists
from ...core.media.partial import unwritable
from ...plugin.export_timeline import export_timeline
from ...plugin.session import Session
from ...plugin.timeline import open_document
from ..console import Console, Result
from ..contact_sheet import moments, write_contact_sheet
from .inputs import one_clip

SAMPLE = "sample"
MOMENTS = 5


def run(args: argparse.Namespace, console: Console) -> Result:
    folder: Path = args.output
    edit, rendered, contact = (folder / name for name in ("edit.otio", "edit.rendered.otio", "contact.png"))
    if folder.exists() and not args.overwrite:
        raise OutputExists(f"{folder} exists; --overwrite makes the demo there anew, -o names another folder")
    with unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("sample.mov", "sample.disparity.mkv", "sample.otio"):
            target = edit if name == "sample.otio" else folder / name
            target.unlink(missing_ok=True)  # a link would be written through
            with as_file(files(resources) / SAMPLE / name) as source:
                shutil.copyfile(source, target)
    with open_document(edit) as document:
        report = export_timeline(document, rendered, overwrite=args.overwrite, progress=console.progress)
        with Session.of_clip(document, one_clip(document, None)) as session:
            write_contact_sheet(session, moments(session.used, MOMENTS), contact)
    movie = report.renders[0].target
    console.say(f"{edit}: the edit, with a focus rack keyed on its one clip")
    console.say(f"{movie}: the clip rendered")
    console.say(f"{rendered}: the edit playing the render, the effect still editable")
    console.say(f"{contact}: source, defocus map and result at {MOMENTS} moments")
    return {"edit": edit, "movie": movie, "rendered": rendered, "contact": contact}
