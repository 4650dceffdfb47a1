"""Counts what holds and what does not."""

import json
import sys
import urllib.request

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


def order(control: str, path: str, body: dict) -> None:
    """Tells a simulator's control door something; against a real engine (no control URL) it does nothing."""
    if not control:
        return
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{control}{path}", json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        if answer.status != 204:
            raise RuntimeError(f"the simulator refused {path}: {answer.status}")


# Fields of recorded traffic that the client's types leave out: padding, and what tells a session from a request for one.
RECORDED = {"obfuscation", "session.object", "session.id", "session.expires_at"}


def unknown_fields(model, at: str = "") -> list[str]:
    """Fields that came and that neither the client's own types nor recorded traffic know, at any depth."""
    extra = getattr(model, "model_extra", None) or {}
    found = [f"{at}.{name}" for name in extra if not RECORDED & {name, f"{at}.{name}".removeprefix(".")}]
    for name in type(model).model_fields if hasattr(type(model), "model_fields") else []:
        value = getattr(model, name)
        for part in value if isinstance(value, list) else [value]:
            if hasattr(type(part), "model_fields"):
                found += unknown_fields(part, f"{at}.{name}")
    return found
