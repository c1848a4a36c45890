"""How Python itself is set in a process that serves."""

import gc
import sys

SWITCH_INTERVAL_S = 0.0005
"""Threads that wait for the network or the database wait for the interpreter too, at most this long beside a busy event
loop. At Python's usual 5 ms paying is slower, at 0.1 ms everything else: switching itself costs."""

COLLECTION_THRESHOLDS = (50_000, 20, 50)
"""Requests leave hardly any cycles behind, and the usual thresholds have Python look for them all the time."""


def settle_interpreter() -> None:
    """Set aside all that start-up made, so that no collection walks through it again, and collect rarely."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
