"""Completion in shells, each with its ways: after ``=`` too, and names with spaces and commas as one word."""

from __future__ import annotations

import shlex
from typing import Any

from click.shell_completion import BashComplete, CompletionItem, FishComplete, ZshComplete, add_completion_class


class QuotingBashComplete(BashComplete):
    """Bash splits words at ``=``, and doesn't quote what it is given."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, start = super().get_completion_args()
        return [word for word in words if word != "="], start

    def format_completion(self, item: CompletionItem[Any]) -> str:
        value = shlex.quote(str(item.value)) if item.type == "plain" else item.value
        return f"{item.type},{value}"


def _replaced(script: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in script, old
        script = script.replace(old, new)
    return script


class ZshCompleteAfterEqualsSign(ZshComplete):
    """Zsh puts the value in place of the whole word, ``--issuer=de``."""

    source_template = _replaced(
        ZshComplete.source_template,
        ("    local -a response\n", "    local -a response\n    local before=\n"),
        ("    for type key", '    [[ $PREFIX == --*=* ]] && before="${PREFIX%%%%=*}="\n\n    for type key'),
        ('"$key"', '"$before$key"'),
        ("            _path_files", "            compset -P '--*='\n            _path_files"),
    )


class FishCompleteAfterEqualsSign(FishComplete):
    """Fish takes what begins as the word does, ``--issuer=de``; click's script cuts names and help at a comma."""

    source_template = _replaced(
        FishComplete.source_template,
        (
            "    for completion in $response;",
            "    set -l before (string match --regex -- '^--[^=]+=' (commandline -t));\n\n"
            "    for completion in $response;",
        ),
        ('string split ","', 'string split --max 1 ","'),
        (
            "__fish_complete_directories $metadata[2];",
            'for found in (__fish_complete_directories $metadata[2]); echo "$before"$found; end;',
        ),
        (
            "__fish_complete_path $metadata[2];",
            'for found in (__fish_complete_path $metadata[2]); echo "$before"$found; end;',
        ),
        ("echo $metadata[2];", 'echo "$before"$metadata[2];'),
    )


def complete_like_that() -> None:
    """Have click use them."""
    for shell in (QuotingBashComplete, ZshCompleteAfterEqualsSign, FishCompleteAfterEqualsSign):
        add_completion_class(shell)
