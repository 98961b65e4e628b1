"""A scenario that asks first: before a command acts, what it will stop, for how many devices, and how sure one is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

from ...store.errors import Refusal
from ...store.printable import printable
from .passwords import interactive

if TYPE_CHECKING:
    from ...simulator.scenarios.said_first import MarkedAnswer, Said
    from ...store.effects.effects import Effects
    from ...store.workspace import Workspace

Value = TypeVar("Value")


@dataclass
class SayingFirst:
    """What ``act``, a command, does about it. ``say`` is the answer of ``--say``; without one a person is asked.
    ``quiet``: the mark isn't printed, as errors are JSON documents.

    The command runs up to its first difference, which is rolled back; then the answer is taken, and it runs again.
    """

    act: str
    say: str | None
    quiet: bool
    _asks: bool = False
    _asked: bool = False  # by the difference that is being reported
    _workspace: Workspace | None = field(default=None, repr=False)
    _at: datetime | None = None  # the workspace's time then
    _marked: MarkedAnswer | None = None  # to be kept when the workspace is open again
    _done: bool = False

    def enter(self, workspace: Workspace, *, dry_run: bool) -> None:
        """The workspace is open. Refuses with ``say-first`` what would tell the answer, and with ``say-not-asked`` an
        answer that nobody wants."""
        from ...simulator.scenarios.said_first import asks, keep_said

        self._workspace, self._asks = workspace, asks(workspace)
        if not self._asks and self.say is not None:
            raise Refusal(
                "say-not-asked",
                "nothing asks here what a command will stop",
                "Leave out --say; a scenario asks that was started with --say-first, until it is over.",
            )
        if self._asks and dry_run:
            raise Refusal(
                "say-first",
                "this scenario asks you to say first what an act will stop, and a dry run would tell",
                "Leave out --dry-run: you are asked before anything is changed.",
            )
        if self._marked is not None:
            keep_said(workspace, self._marked)
            self._marked = None

    def judge(self, effects: Effects) -> None:
        """Have a difference rolled back, about which nothing was said yet."""
        from ...simulator.scenarios.said_first import is_answered
        from ...store.effects.trials import NotAgreed

        if not self._asks or self._done or effects.is_empty:
            return
        assert self._workspace is not None
        if is_answered(self._workspace, self.act, effects):
            self._done = True
            return
        self._asked = True
        self._at = self._workspace.now()
        raise NotAgreed(effects)

    def answer(self, effects: Effects, *, shown_later: bool) -> bool:
        """Take the answer about a difference that ``judge`` has had rolled back; whether it was one. The difference is
        shown, unless it is with a question that follows. Refuses with ``say-first`` if there is no answer, and with
        ``say-unclear``."""
        from ...simulator.scenarios.said_first import mark, mark_text, read_said
        from ...store.views.effects import effect_lines

        if not self._asked or self._at is None:
            return False
        said = _ask() if self.say is None else read_said(self.say)
        self._marked = mark(said, effects, self.act, self._at)
        self._asked, self._done = False, True
        if not self.quiet:
            click.echo(printable(mark_text(self._marked)), err=True)
            for line in () if shown_later else effect_lines(effects):
                click.echo(printable(f"  {line.text}"), err=True)
        return True

    @property
    def asks(self) -> bool:
        """Whether the scenario of the workspace asks first."""
        return self._asks


def _ask() -> Said:
    from ...simulator.scenarios.said_first import NOTHING, THINGS, Said, read_said

    if not interactive():
        raise Refusal(
            "say-first",
            "this scenario asks you to say first what an act will stop; nothing was changed",
            "Say it before the command: certfleet --say nothing:90% …, or --say check-in+enrollment:40:80% …",
        )
    click.echo("Before anything is changed: what will this stop, at once or within ten days?", err=True)
    known = f"{NOTHING}, or one or more of: {', '.join(THINGS)}"
    click.echo(click.wrap_text(known, shutil.get_terminal_size().columns - 1, "  ", "  "), err=True)
    what = _prompt("What", NOTHING, lambda text: read_said(f"{text}:0:0").what)
    devices = _prompt("For how many devices", "0", _number(1_000_000)) if what else 0
    sure = _prompt("How sure are you that it is so, in percent", "50", _number(100))
    return Said(what=what, devices=devices, sure=sure)


def _prompt(question: str, default: str, read: Callable[[str], Value]) -> Value:
    """Ask until the answer can be read."""

    def value(text: str) -> Value:
        try:
            return read(text)
        except Refusal as refusal:
            raise click.UsageError(f"{refusal.message}. {refusal.hint or ''}") from refusal

    found: Value = click.prompt(question, default=default, value_proc=value, err=True)
    return found


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.strip().removesuffix("%").strip()
        if not digits.isdecimal() or int(digits[:9]) > most:
            raise Refusal("say-unclear", f"{text!r} is no whole number from 0 to {most:,}")
        return int(digits)

    return read
