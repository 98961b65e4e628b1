"""``certfleet completion``: the script for a shell's completion of our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..frame.answer import Answer, Content
from ..frame.command import command
from ..frame.session import Session
from ..frame.shell_completion import complete_like_that


@command(examples=['eval "$(certfleet completion bash)"'])
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(session: Session, shell: str) -> Answer:
    """Print the completion script for a shell.

    \b
    bash:  eval "$(certfleet completion bash)"        in ~/.bashrc
    zsh:   eval "$(certfleet completion zsh)"         in ~/.zshrc
    fish:  certfleet completion fish | source         in ~/.config/fish/config.fish
    """
    complete_like_that()
    complete = get_completion_class(shell)
    assert complete is not None
    root = click.get_current_context().find_root().command
    script = complete(root, {}, "certfleet", "_CERTFLEET_COMPLETE").source()
    return Answer({"shell": shell, "script": script}, Content(f"{script}\n".encode()))
