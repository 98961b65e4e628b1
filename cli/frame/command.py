"""A command: a function that takes the session and its options, and returns an ``Answer``, which is printed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from .answer import Answer, print_answer
from .session import Session, pass_session


class Command(click.Command):
    """A command with examples: command lines as they are typed, which its help and the documentation show."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.examples = tuple(examples)

    def invoke(self, ctx: click.Context) -> None:
        answer = super().invoke(ctx)
        if isinstance(answer, Answer):
            print_answer(answer, as_json=ctx.ensure_object(Session).json)
            if answer.status:
                ctx.exit(answer.status)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        super().format_epilog(ctx, formatter)


def command(
    name: str | None = None, *, examples: Sequence[str] = ()
) -> Callable[[Callable[..., Answer | None]], Command]:
    """Make a command of a function. Its first argument is the session; its docstring is the help."""

    def decorate(function: Callable[..., Answer | None]) -> Command:
        return click.command(name, cls=Command, examples=examples)(pass_session(function))

    return decorate
