"""Host names as DNS has them: one conversion of international names for requests, certificates, mail and addresses."""

from __future__ import annotations

import unicodedata

# Letters that IDNA 2003 turns into others, and IDNA 2008 (RFC 5891) keeps: another name, maybe somebody else's.
_KEPT = frozenset("ßς\u200c\u200d")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")


def ascii_name(name: str) -> str:
    """``xn--…`` for each label with other letters than ASCII; ASCII names stay as they are. Raises ``ValueError``."""
    if name.isascii():
        return name
    return ".".join(map(_label, name.translate(_DOTS).split(".")))


def name_as_written(name: str) -> str:
    """The name with its ``xn--…`` labels as people write them; as it is where there is none, or it is not what
    ``ascii_name`` makes of that."""
    if "xn--" not in name.lower():
        return name
    try:
        written = ".".join(map(_written, name.split(".")))
        same = ascii_name(written).lower() == name.lower()
    except ValueError:
        return name
    return written if same and written.isprintable() else name


def _written(label: str) -> str:
    label = label.lower()
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def _label(label: str) -> str:
    if label.isascii():
        return label
    if _KEPT.isdisjoint(label):
        return label.encode("idna").decode("ascii")
    found = unicodedata.normalize("NFC", label.lower())
    made = "xn--" + found.encode("punycode").decode("ascii")
    if len(made) > 63 or not all(one.isalnum() or one in "-\u200c\u200d" for one in found):
        raise ValueError(f"{label!r} is no label of a host name")
    return made
