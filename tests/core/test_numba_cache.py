import subprocess
import sys
from pathlib import Path

NOWHERE = """
import os
from pathlib import Path
from focuspuller.core import numba_cache

numba_cache._places = lambda: [Path(os.devnull) / "cache"]
numba_cache.ensure_place()
from numba import config

print(config.CACHE_DIR, oct(os.stat(config.CACHE_DIR).st_mode & 0o777))
"""


def test_where_numba_can_keep_nothing_it_gets_a_private_folder_that_goes_with_us() -> None:
    told = subprocess.run([sys.executable, "-c", NOWHERE], check=True, capture_output=True, text=True).stdout
    folder, mode = told.split()
    assert mode == "0o700"
    assert not Path(folder).exists()
