"""``certfleet help``: the same as ``--help``, and the manual page of all commands."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from .frame.answer import Answer, Content
from .frame.command import command
from .frame.session import Session


def _complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The commands that may come next."""
    context = ctx.find_root()
    for word in ctx.params.get("words") or ():
        group = context.command
        found = group.get_command(context, word) if isinstance(group, click.Group) else None
        if found is None:
            return []
        context = click.Context(found, parent=context, info_name=word)
    return context.command.shell_complete(context, incomplete) if isinstance(context.command, click.Group) else []


@command("help", examples=["certfleet help certificate import", "certfleet help --man"])
@click.option("--man", is_flag=True, help="Print the manual page of all commands, in man's own format.")
@click.argument("words", nargs=-1, metavar="[COMMAND]...", shell_complete=_complete)
def show_help(session: Session, man: bool, words: tuple[str, ...]) -> Answer:
    """Show the help of COMMAND, as its --help does; without one, that of certfleet."""
    root = click.get_current_context().find_root()
    if man:
        if words:
            raise click.UsageError("--man is about all commands.")
        from .manual_page import manual_page

        page = manual_page(root.command)
        return Answer({"manual_page": page}, Content(page.encode()))
    context = root
    for word in words:
        group = context.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{context.command_path} has no commands of its own.")
        _, found, _ = group.resolve_command(context, [word])
        assert found is not None
        context = click.Context(found, parent=context, info_name=word)
    text = context.get_help()
    return Answer({"help": text}, text.splitlines())
