"""Signs the log of an installation as a worker does, until it is killed, and prints which record was covered when."""

from __future__ import annotations

import sys
import time

EVERY = 2.0
"""Seconds between two rounds of signing, as the scheduler has it."""


def main() -> None:
    """Print a number of a record and a time (seconds, monotonic, the same clock for all processes) after each round."""
    import django

    django.setup()
    from accounts.records.sequencing import advance

    while True:
        begun = time.monotonic()
        if checkpoint := advance():
            sys.stdout.write(f"{checkpoint.size} {time.monotonic()}\n")
            sys.stdout.flush()
        time.sleep(max(0.0, EVERY - (time.monotonic() - begun)))


if __name__ == "__main__":
    main()
