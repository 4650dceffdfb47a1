"""Counts what holds and what does not."""

import sys

_passed = 0
_failed = 0


def check(holds: bool, claim: str) -> None:
    """Records one claim."""
    global _passed, _failed
    if holds:
        _passed += 1
        print(f"  ok   {claim}", flush=True)
    else:
        _failed += 1
        print(f"  FAIL {claim}", flush=True)


def finish() -> None:
    """Prints the sum; the process fails if anything did not hold."""
    print(f"{_passed} passed, {_failed} failed")
    sys.exit(0 if _failed == 0 and _passed > 0 else 1)


def share(said: str, heard: str) -> float:
    """The share of the words of `said` that are in `heard`."""

    def words(text: str) -> list[str]:
        return "".join(c if c.isalpha() else " " for c in text.lower()).split()

    got = set(words(heard))
    wanted = words(said)
    return sum(word in got for word in wanted) / len(wanted)
