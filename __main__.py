"""`python -m focuspuller` is the `focuspuller` command."""

from .ui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
