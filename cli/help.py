"""``certfleet help``: the same as ``--help``, and the manual page of all commands."""

from __future__ import annotations

import click

from .frame.answer import Answer, Content
from .frame.command import command
from .frame.session import Session


@command("help", examples=["certfleet help certificate import", "certfleet help --man"])
@click.option("--man", is_flag=True, help="Print the manual page of all commands, in man's own format.")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
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
