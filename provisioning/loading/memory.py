"""Keep what the pieces of a CSV lay in, instead of giving it back to the system and asking for it again."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_KEPT = 32 << 20  # bytes; glibc takes no larger threshold for mmap


def keep_buffers() -> None:
    """Tell glibc, for this process; elsewhere nothing. Fresh pages cost an eighth of the client's processor time."""
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # musl has none
        return
    mallopt(_MMAP_THRESHOLD, _KEPT)
    mallopt(_TRIM_THRESHOLD, 2 * _KEPT)
