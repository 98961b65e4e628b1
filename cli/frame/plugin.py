"""Monitoring plugins: a command that always answers with one line and the status of one of four states."""

from __future__ import annotations

from typing import Any

import click
from click.exceptions import NoSuchOption

from ...store.errors import Refusal
from ...store.monitoring.findings import Measure, Monitored, MonitoringFinding
from ...store.views.monitoring import first_line
from .answer import Answer, print_answer
from .command import CliCommand
from .faults import fault
from .session import Session
from .streams import OutputFailed, forget_output, output_refusal


class Plugin(CliCommand):
    """A command that a monitoring system calls: whatever keeps it from finding out is the state unknown."""

    takes_several = True

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if isinstance(error, NoSuchOption) and error.option_name == "--json":
                raise  # which goes before the command, and is moved there
            session = None if parent is None else parent.find_object(Session)
            as_json = session is not None and session.json
            raise click.exceptions.Exit(unknown(error.format_message(), as_json=as_json)) from error

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort):
            raise
        except OutputFailed as error:
            if error.is_left:
                raise
            raise click.exceptions.Exit(_untold(error)) from error
        except Exception as error:
            raise click.exceptions.Exit(unknown(_said(error), as_json=ctx.ensure_object(Session).json)) from error


def plugin_answer(state: Monitored, found: list[MonitoringFinding], measured: list[Measure]) -> Answer:
    """The answer of a plugin: its line, and its exit status."""
    return Answer(
        {
            "state": state.name.lower(),
            "findings": [{"state": one.state.name.lower(), "said": one.said} for one in found],
            "performance": measured,
        },
        first_line(state, found, measured),
        status=state.value,
    )


def unknown(why: str, *, as_json: bool) -> int:
    """Print why a plugin can't tell how things stand; returns the exit status of that."""
    answer = plugin_answer(Monitored.UNKNOWN, [MonitoringFinding(state=Monitored.UNKNOWN, said=why)], [])
    try:
        print_answer(answer, as_json=as_json)
    except OutputFailed as error:
        return _untold(error)
    return answer.status


def _untold(error: OutputFailed) -> int:
    """Nobody gets the line of a plugin: that is the state unknown, too."""
    forget_output()
    click.echo(f"error: {output_refusal(error, has_changed=False)}", err=True)
    return Monitored.UNKNOWN.value


def _said(error: Exception) -> str:
    if isinstance(error, click.UsageError):
        return error.format_message()
    return error.message if isinstance(error, Refusal) else fault(error).message
