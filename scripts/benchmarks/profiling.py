"""Where our side of a figure spends its time, in all of its threads."""

import cProfile
import io
import pstats
import sys
import threading
from contextlib import suppress

from scripts.benchmarks.rounds import Figure
from scripts.benchmarks.setting import Setting

FUNCTIONS = 25


def profile(figure: Figure, setting: Setting) -> str:
    """Run our side once to warm up and once under the profiler; give the heaviest functions."""
    with figure.sides(setting) as sides:
        sides.ours()
        profiles = [cProfile.Profile()]

        def begin(*_: object) -> None:
            """Give a thread a profiler of its own, at its first event."""
            sys.setprofile(None)
            of_thread = cProfile.Profile()
            with suppress(ValueError):  # from Python 3.12 on, one profiler sees all threads
                of_thread.enable()
                profiles.append(of_thread)

        threading.setprofile(begin)
        try:
            profiles[0].runcall(sides.ours)
        finally:
            threading.setprofile(None)
    text = io.StringIO()
    pstats.Stats(*profiles, stream=text).sort_stats("tottime").print_stats(FUNCTIONS)
    return text.getvalue()
