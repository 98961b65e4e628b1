"""``certfleet completion``: the script that makes a shell complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  eval "$(certfleet completion bash)"        in ~/.bashrc
    zsh:   eval "$(certfleet completion zsh)"         in ~/.zshrc
    fish:  certfleet completion fish | source         in ~/.config/fish/config.fish
    """
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(context.find_root().command, {}, "certfleet", "_CERTFLEET_COMPLETE").source())
