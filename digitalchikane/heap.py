"""How much of what was freed the C library holds on to. By the numbers in glibc's <malloc.h>; others have their own
ways, and are left alone."""

from contextlib import suppress

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8


def hold_little():
    """One pool for all threads, which take turns anyhow; what lies free at its end goes back to the system, and what is
    large never comes out of it."""
    with suppress(Exception):
        mallopt = _library().mallopt
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_TRIM_THRESHOLD, 128 * 1024)
        mallopt(M_MMAP_THRESHOLD, 128 * 1024)


def give_back():
    """Everything that lies free, also between what is in use."""
    with suppress(Exception):
        _library().malloc_trim(0)


def _library():
    # Where closures are forbidden, importing it may fail already.
    import ctypes

    return ctypes.CDLL(None)
