"""`focuspuller farm`: a clip's render as a job for many machines."""

from __future__ import annotations

import argparse

from ...plugin.farm import JOIN, TEMPLATE, write_job
from ..console import Console, Result
from .inputs import memory_of, one_clip, open_timeline


def run(args: argparse.Namespace, console: Console) -> Result:
    with open_timeline(args.timeline, console) as document:
        job = write_job(
            document,
            one_clip(document, args.clip, with_effect=True),
            args.output,
            codec=args.codec,
            quality=args.quality,
            frames_per_task=args.frames_per_task,
            memory=memory_of(args),
        )
    for note in job.notes:
        console.note(note)
    tasks = -(-len(job.frames) // args.frames_per_task)
    template = job.folder / TEMPLATE
    console.say(f"{job.folder}: {len(job.frames)} frames in {tasks} task{'s' * (tasks != 1)}, joined into {job.movie}")
    console.say(f"here: openjd run {template} --step {JOIN} --run-dependencies")
    console.say(f"on Deadline Cloud: deadline bundle submit {job.folder}")
    return {
        "job": job.folder,
        "template": template,
        "movie": job.movie,
        "frames": [job.frames.start, job.frames.stop - 1],
        "tasks": tasks,
        "notes": list(job.notes),
    }
