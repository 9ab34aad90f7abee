"""What each subcommand does: one module a command, imported only when it is asked for.

A module's `run(args, console)` does the work and returns what `--json` prints.
"""
