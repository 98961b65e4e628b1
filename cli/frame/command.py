"""A command: a function that takes the session and its options, and returns an ``Answer``, which is printed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from .answer import Answer, print_answer
from .changing import OPTIONS, Precautions, carry_out
from .session import Session, pass_session


class Command(click.Command):
    """A command with examples: command lines as they are typed, which its help and the documentation show."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), changes: bool = False, asks: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.examples = tuple(examples)
        self.changes, self.asks = changes, asks
        if changes:
            for option in OPTIONS:
                option(self)

    def invoke(self, ctx: click.Context) -> None:
        session = ctx.ensure_object(Session)
        if self.changes:
            session.change = Precautions.taken_from(ctx.params, confirmed=not self.asks)
            answer = carry_out(lambda: session.run(lambda: super(Command, self).invoke(ctx)), session.change)
        else:
            answer = super().invoke(ctx)
        if isinstance(answer, Answer):
            print_answer(answer, as_json=session.json)
            if answer.status:
                ctx.exit(answer.status)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        super().format_epilog(ctx, formatter)


def command(
    name: str | None = None, *, examples: Sequence[str] = (), changes: bool = False, asks: bool = True
) -> Callable[[Callable[..., Answer | None]], Command]:
    """Make a command of a function. Its first argument is the session; its docstring is the help. One that ``changes``
    a workspace can be tried, and asks before it takes something down; not so with ``asks`` off, where it acts for
    somebody else, as a device does."""

    def decorate(function: Callable[..., Answer | None]) -> Command:
        return click.command(name, cls=Command, examples=examples, changes=changes, asks=asks)(pass_session(function))

    return decorate
