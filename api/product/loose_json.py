"""JSON as people paste it from the product's pages: with comments, ``=`` for ``:``, or a trailing comma."""

from __future__ import annotations

import json
import re
from typing import Any

from ...store.errors import Refusal
from ..server.reading import once

LONGEST = 4 * 1024 * 1024  # characters
LONGEST_LOOSE = 4096  # of what is not strict: people's own writing is short
_PARTS = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")  # as it is
    | (?P<comment>\#[^\n]*)            # left out
    | (?P<equals>=)
    | (?P<comma>,(?=(?:\s|\#[^\n]*\n)*+[}\]]))
    | (?P<space>[\u00a0\u202f\u3000])""",
    re.VERBOSE | re.DOTALL,
)
_STRICT = {"comment": "", "equals": ":", "comma": "", "space": " "}


def read_object(text: str) -> dict[str, Any]:
    """The object in a text. Refuses with ``json-invalid`` if there is none, or if it has a key twice."""
    if len(text) > LONGEST:
        raise _invalid(f"the JSON has more than {LONGEST:,} characters")
    text = text.removeprefix("\ufeff")
    try:
        try:
            found = json.loads(text, object_pairs_hook=once)
        except json.JSONDecodeError:
            if len(text) > LONGEST_LOOSE:
                raise
            strict = _PARTS.sub(lambda part: _STRICT.get(part.lastgroup or "", part[0]), text)
            found = json.loads(strict, object_pairs_hook=once)
        json.dumps(found, ensure_ascii=False).encode()  # half a character can be written in JSON, and nowhere else
    except json.JSONDecodeError as error:
        raise _invalid(f"that is no JSON: {error.msg}, in line {error.lineno}") from None
    except (ValueError, RecursionError) as error:
        raise _invalid("that is no JSON that can be read: a name comes twice, it is too deep, or no text") from error
    if not isinstance(found, dict):
        raise _invalid("a JSON object is expected")
    return found


def looks_like_object(text: str) -> bool:
    """Whether a text is meant to be an object."""
    return text.lstrip("\ufeff \t\r\n\u00a0").startswith("{")


def _invalid(message: str) -> Refusal:
    return Refusal("json-invalid", message, 'Send an object, as {"useAs": "server"}.')
