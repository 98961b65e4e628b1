"""TOML that people wrote: whatever is wrong with a text is an error of TOML."""

from __future__ import annotations

from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Editors on Windows put it before a text in UTF-8."""


def read_toml(text: str) -> dict[str, Any]:
    """The document in a text. A byte order mark before it is left out. Raises ``tomllib.TOMLDecodeError``, a
    ``ValueError``, also for what Python's reader has no words for: nesting and numbers that are too much for it.
    """
    import tomllib  # only reading files asks for it

    try:
        return tomllib.loads(text.removeprefix(BYTE_ORDER_MARK))
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("Values are nested too deep") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("A number has too many digits") from None
