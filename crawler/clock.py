"""The clock that a run waits by: the time of day at its start, and from then on one that nobody sets.

A clock that is set back by an hour in the middle of a run would else put off every host by an hour.
"""

from __future__ import annotations

import time

STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # the first goes on while the machine sleeps
_AHEAD = time.time() - time.clock_gettime(STEADY)


def now() -> float:
    """Seconds since 1970, by the time of day when the process began."""
    return _AHEAD + time.clock_gettime(STEADY)
