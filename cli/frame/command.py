"""A command: a function that takes the session and its options, and returns an ``Answer`` to print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from .answer import Answer, print_answer
from .changing import OPTIONS, TRIAL_OPTIONS, Precautions, carry_out
from .list_choice import ListChoice, list_options
from .parameters import only_one_standard_input
from .saying_first import SayingFirst
from .session import Session, pass_session


class CliCommand(click.Command):
    """A command with examples: command lines that its help and the documentation show."""

    takes_several = False  # workspaces, which it looks at by itself

    def __init__(
        self,
        *args: Any,
        examples: Sequence[str] = (),
        changes: bool = False,
        asks: bool = True,
        compares: bool = True,
        lists: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.examples = tuple(examples)
        self.lists = lists
        for option in list_options(self) if lists else ():
            option(self)
        self.changes, self.asks, self.compares = changes, asks, compares
        for option in () if not changes else OPTIONS if compares else TRIAL_OPTIONS:
            option(self)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # While an option's value is being completed, it has none: click would read nothing of the line.
        unfinished = ctx.resilient_parsing and args and args[-1].startswith("-") and "=" not in args[-1]
        return super().parse_args(ctx, args[:-1] if unfinished else args)

    def invoke(self, ctx: click.Context) -> None:
        session = ctx.ensure_object(Session)
        only_one_standard_input(ctx)
        if self.changes or not (self.lists or self.takes_several):
            session.refuse_several()
        if not self.lists:
            return self._answer(ctx, session)
        from .list_settings import with_list_settings

        with with_list_settings(ctx, session):
            return self._answer(ctx, session)

    def _answer(self, ctx: click.Context, session: Session) -> None:
        choice = ListChoice.taken_from(ctx.params, session) if self.lists else None
        if self.changes:
            session.change = Precautions.taken_from(ctx.params, confirmed=not self.asks, compares=self.compares)
            if self.compares and self.asks:
                session.change.first = SayingFirst(ctx.command_path, session.say, quiet=session.json)
            answer = carry_out(
                lambda: session.run(lambda: super(CliCommand, self).invoke(ctx)), session.change, session.name_it
            )
        elif len(session.workspace_paths) > 1 and self.lists:
            from .side_by_side import put_together

            each = ((name, super(CliCommand, self).invoke(ctx)) for name in session.side_by_side())
            answer = put_together(each, self.lists)
        else:
            answer = super().invoke(ctx)
        if isinstance(answer, Answer):
            if choice is not None and choice.changes:
                from .record_list import as_chosen

                answer = as_chosen(answer, self.lists, choice)
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
    name: str | None = None,
    *,
    examples: Sequence[str] = (),
    changes: bool = False,
    asks: bool = True,
    compares: bool = True,
    lists: str = "",
    kind: type[CliCommand] = CliCommand,
) -> Callable[[Callable[..., Answer | None]], CliCommand]:
    """Make a command from a function. Its first argument is the session; its docstring is the help. With ``changes``,
    the command changes a workspace: it can be tried, and asks before it takes something down. With ``asks`` off it
    doesn't ask, because it acts for somebody else, as a device does. With ``compares`` off it works in many
    transactions and takes nothing down by itself, as a simulation does: it compares nothing and asks nothing, but can
    be tried. ``lists`` names the records in its document: they can be sorted, and written in several forms."""

    def decorate(function: Callable[..., Answer | None]) -> CliCommand:
        decorator = click.command(
            name, cls=kind, examples=examples, changes=changes, asks=asks, compares=compares, lists=lists
        )
        return decorator(pass_session(function))

    return decorate
