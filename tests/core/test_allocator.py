import platform
import subprocess
import sys

import pytest

CHURN = """
import ctypes, resource, sys
import tests.conftest
from focuspuller.core.allocator import keep_memory
assert sys.argv[1] == "as it is" or keep_memory()
libc = ctypes.CDLL(None)
libc.malloc.argtypes, libc.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
libc.free.argtypes, libc.free.restype = [ctypes.c_void_p], None
def churn():
    # Above 32 MiB, up to where glibc by itself comes to keep what was freed.
    block = libc.malloc(1 << 26)
    ctypes.memset(block, 1, 1 << 26)
    libc.free(block)
churn()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):
    churn()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")
def test_large_blocks_are_reused_without_asking_the_system() -> None:
    faults = {
        way: int(subprocess.run([sys.executable, "-c", CHURN, way], capture_output=True, check=True, text=True).stdout)
        for way in ("as it is", "kept")
    }
    assert faults["kept"] < 0.2 * faults["as it is"]
