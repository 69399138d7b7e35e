"""What keeps the web processes small: told once, before they are forked and before their threads start."""

import contextlib
import ctypes
import gc

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
MAPPED_FROM = 256 * 1024  # bytes
ARENAS = 2
OBJECTS = (20_000, 20, 20)


def stay_small() -> None:
    """Give back what a request borrows, and share with the others what was loaded before the fork.

    Each password check borrows 19 MB: by default the C library soon keeps such blocks, one a thread. Where it is
    not glibc, it is left as it is.
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, MAPPED_FROM)
        library.mallopt(M_ARENA_MAX, ARENAS)
    # A page makes thousands of objects that die with it: looking for cycles after each 700 finds none.
    gc.set_threshold(*OBJECTS)
    # What is loaded by now lives as long as the process: looking at it again would copy its pages.
    gc.collect()
    gc.freeze()
