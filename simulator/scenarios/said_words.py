"""What somebody said before their acts, in the debrief: each answer, and how well sureness and truth agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict

from ...store.words import minute, plural
from .said_first import MarkedAnswer, brier, mark_text

_BANDS = ((90, 100), (70, 89), (50, 69), (0, 49))
"""Sureness, in percent, that is looked at together."""
_GUESSED = 0.25
_FEW = 3
"""From so many answers on, it is said whether somebody was too sure."""


def said_document(found: Sequence[MarkedAnswer]) -> dict[str, Any]:
    """The answers as JSON types."""
    return {"answers": [asdict(one) for one in found], "brier": brier(found)}


def said_lines(found: Sequence[MarkedAnswer]) -> Iterator[str]:
    """The answers, and the score in plain words."""
    score = brier(found)
    if score is None:
        return
    yield "What you said before you did it:"
    for one in found:
        yield f"  {minute(one.at)}  {one.act}"
        yield f"                    {mark_text(one)}"
    right = sum(one.right for one in found)
    yield f"  {right} of {plural(len(found), 'answer')} right; the number of devices, too, in {_counted(found)}."
    for least, most in _BANDS:
        band = [one for one in found if least <= one.said.sure <= most]
        if band:
            mean = sum(one.said.sure for one in band) / len(band)
            hit = sum(one.right for one in band)
            yield f"  Where you were {least} to {most} % sure ({mean:.0f} % on average): {hit} of {len(band)} right."
    yield f"  Brier's score: {score:.2f}. {_meaning(found, score)}"
    yield "  It is the mean square of sureness less truth: 0 is always sure and right, 0.25 is what saying 50 %"
    yield "  each time gets, 1 is always sure and wrong. Saying what you really think gives the best score."
    yield ""


def _counted(found: Sequence[MarkedAnswer]) -> int:
    return sum(one.count_right for one in found)


def _meaning(found: Sequence[MarkedAnswer], score: float) -> str:
    sure = sum(one.said.sure for one in found) / len(found) / 100
    right = sum(one.right for one in found) / len(found)
    if score > _GUESSED:
        how = "Saying 50 % each time would have been better"
    elif abs(sure - right) <= 0.1 and len(found) >= _FEW:
        how = "Your sureness and the truth agree well"
    else:
        how = "Better than guessing"
    if abs(sure - right) <= 0.1 or len(found) < _FEW:
        return f"{how}."
    more = "surer than you were right" if sure > right else "right more often than you were sure"
    return f"{how}; you were {more} ({sure * 100:.0f} % and {right * 100:.0f} %)."
