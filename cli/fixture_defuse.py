"""``certfleet fixture bombs --defuse``: making certificates anew where they are, after a word before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ..store.words import day, plural
from ..testing.bombs.defusing import Defusing, carry_out, plan
from ..testing.bombs.mentions import Mention, mentions
from .frame.answer import Answer
from .frame.confirmation import confirm, unconfirmed


def defuse(
    folder: Path, now: datetime, before: datetime, excepted: tuple[str, ...], *, dry_run: bool, yes: bool
) -> Answer:
    """Show what is made anew, ask, and write it. The status is 1 if something that goes off is left."""
    made = plan(folder, now, before, excepted)
    named = list(mentions(made))
    lines = list(_lines(made, named))
    if made.files and not dry_run:
        if not yes:
            question = f"Write {plural(len(made.files), 'file')}?"
            confirm(question, unconfirmed("certificates are written over"), above=lines)
        carry_out(made)
    document = {
        "before": before,
        "until": made.until,
        "written": not dry_run,
        "files": list(made.files),
        "defused": made.defused,
        "signed_anew": made.signed_anew,
        "left": made.left,
        "new_keys": made.new_keys,
        "mentions": named,
        "unread": made.unread,
    }
    said = "would be made anew" if dry_run else "made anew"
    where = f"{said} until {day(made.until)}, in {plural(len(made.files), 'file')}"
    left = f"; {len(made.left):,} left" if made.left else ""
    total = f"{plural(len(made.defused), 'certificate')} {where}{left}"
    return Answer(document, [*lines, total], status=int(bool(made.left)))


def _lines(made: Defusing, named: Sequence[Mention]) -> Iterator[str]:
    for one in made.defused:
        yield f"{one.place}: {one.subject}, until {day(made.until)} instead of {day(one.not_after)}"
    for one in made.signed_anew:
        yield f"{one.place}: {one.subject}, signed anew with its own dates"
    yield from made.new_keys
    for mention in named:
        yield f"{mention.path}:{mention.line} names the {mention.what} of {mention.subject}: it is {mention.new} then"
    for left in made.left:
        yield f"left: {left.certificate.place}: {left.certificate.subject}: {left.why}"
    for unread in made.unread:
        yield f"{unread.path} can't be opened: {unread.why}"
