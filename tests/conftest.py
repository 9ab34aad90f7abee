"""Mounts the checkout as the package `focuspuller`, so that tests run uninstalled too."""

import gc
import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

# Small tensors gain nothing from more threads, which would wait for each other whenever the machine is busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Where a test wants two, they are to sleep until it is their turn: those that spin take the cores from one another.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Triton's interpreter runs its kernels where there is no GPU. It asks when it is first imported.
if shutil.which("nvidia-smi") is None:
    os.environ.setdefault("TRITON_INTERPRET", "1")

# Nothing here is to outlive a power cut.
os.fsync = lambda fd: None

ROOT = Path(__file__).resolve().parent.parent

if importlib.util.find_spec("focuspuller") is None:
    spec = importlib.util.spec_from_file_location(
        "focuspuller", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["focuspuller"] = module
    spec.loader.exec_module(module)

# Modules and tests are there to stay: nobody is to look through them for what can go, again and again.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


RENDERS = (
    *("test_benchmark_render", "test_demo", "test_depth", "test_effect", "test_evaluate", "test_export"),
    *("test_export_timeline", "test_farm", "test_renderer", "test_session", "test_train"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole renders come last: by then their parts are compiled, which two workers would otherwise do at once."""
    items.sort(key=lambda item: item.path.stem in RENDERS)
