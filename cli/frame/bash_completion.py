"""Completion in bash, which splits words at ``=`` and doesn't quote what it is given."""

from __future__ import annotations

import shlex
from typing import Any

from click.shell_completion import BashComplete, CompletionItem, add_completion_class


class QuotingBashComplete(BashComplete):
    """Completes ``--issuer=de`` as ``--issuer de``, and names with spaces as one word."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, start = super().get_completion_args()
        return [word for word in words if word != "="], start

    def format_completion(self, item: CompletionItem[Any]) -> str:
        value = shlex.quote(str(item.value)) if item.type == "plain" else item.value
        return f"{item.type},{value}"


def complete_in_bash_like_that() -> None:
    """Have click use it."""
    add_completion_class(QuotingBashComplete)
