"""Which characters may be printed: the one rule for everything that came from a certificate, a file or a person.

Terminals obey control characters, and people are misled by what can't be seen or turns the direction of writing
(CWE-150, Unicode TR 36). Such a character is written out, as ``\\x1b`` or ``\\u202e``, on every front end. By its
Unicode general category:

=====================================  =======================================================================
L, M, N, P, S, and the space           printed
Cc, Cf, Cs, Co, Cn, Zl, Zp, other Zs   written out: controls, formats, halves of surrogate pairs, private and
                                       unassigned code points, line and paragraph separators, rare spaces
U+3000                                 printed: the space between the parts of Japanese and Chinese names
U+200C, U+200D (joiners)               printed where names need them (RFC 5892, appendix A): after a virama, and
                                       ZWNJ between Arabic letters, as in Persian; ZWJ between two emoji
variation selectors                    printed after a character that they can change; a second one is written out
fillers (U+3164 and the like)          written out: letters that show nothing
=====================================  =======================================================================
"""

from __future__ import annotations

import re
import unicodedata

_SPACE = "\u3000"
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VIRAMA = 9  # canonical combining class
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_DOUBTFUL = re.compile(f"[{_SELECTORS}{_FILLERS}]")  # Python calls them printable
_IN_EMOJI = re.compile(
    f"[{_SELECTORS}\U0001f3fb-\U0001f3ff]"
)  # characters that may follow an emoji before the next is joined


def printable(text: str, *, lines: bool = False) -> str:
    """The text with every unprintable character escaped; with ``lines``, line ends stay."""
    if text.isprintable() and _DOUBTFUL.search(text) is None:
        return text
    return "".join(
        character if _may_be_printed(text, at) or (lines and character == "\n") else _written_out(character)
        for at, character in enumerate(text)
    )


def _written_out(character: str) -> str:
    if character < " ":  # Python would write a line end as \\n
        return f"\\x{ord(character):02x}"
    return character.encode("unicode_escape").decode("ascii")


def _may_be_printed(text: str, at: int) -> bool:
    character, before = text[at], text[at - 1 : at]
    match character:
        case "\u200c" | "\u200d":
            return _joins(text, at)
        case "\u3000":
            return True
        case _ if re.match(f"[{_SELECTORS}]", character):
            return before.isprintable() and before > " " and _DOUBTFUL.match(before) is None
        case _:
            return character.isprintable() and _DOUBTFUL.match(character) is None


def _joins(text: str, at: int) -> bool:
    """Whether a joiner is at a position where a script or an emoji needs it."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not before or not after:
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if text[at] == _NON_JOINER:
        return _is_arabic(_base(text, at)) and _is_arabic(after)
    while len(before) == 1 and _IN_EMOJI.match(before):
        at -= 1
        before = text[at - 1 : at]
    return before != "" and unicodedata.category(before) == unicodedata.category(after) == "So"


def _base(text: str, at: int) -> str:
    """The letter before a position, skipping its combining marks."""
    while at > 0 and unicodedata.category(text[at - 1]) == "Mn":
        at -= 1
    return text[at - 1 : at]


def _is_arabic(letter: str) -> bool:
    return letter != "" and unicodedata.bidirectional(letter) == "AL" and letter.isalpha()
