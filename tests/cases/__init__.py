"""Files as the world makes them: see the README beside."""

from __future__ import annotations

from pathlib import Path

PASSWORD = "secret"


def case(folder: str, name: str) -> bytes:
    """A file of a case."""
    return (Path(__file__).parent / folder / name).read_bytes()
