"""How every command ends: exit statuses, refusals, faults, and their output for people and programs."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from click.exceptions import NoArgsIsHelpError, NoSuchOption

from ...store.errors import Refusal
from ...store.persistence.done_before import DoneBefore, one_action
from ...store.printable import printable
from .changing import LONGEST, WouldStop, lines_of
from .faults import fault
from .forced import Fixed, ForcedWords
from .interruption import ended_by_signals, status_of
from .lazy_loading import LazyGroup
from .session import Session
from .streams import LOOK, OutputFailed, forget_output, output_refusal, prepare_streams

REFUSED = 1
USAGE = 2
PIPE_CLOSED = 128 + 13  # as a shell reports SIGPIPE
JSON = "--json"
CHECK = "check"
COMPLETING = "_CERTFLEET_COMPLETE"
_COLLECTED_AFTER = 50_000
"""New objects after which Python looks for garbage in cycles. After 700, as is usual, it looks through all modules
several times while a command imports them: a tenth of the time of a small one."""
GLOBAL_OPTIONS = (JSON, "--workspace", "--workspace-name", "--as", "--confined", "--version")


class Application(LazyGroup):
    """The root group. Everything that happens below it ends here, as an exit status."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        arguments = list(sys.argv[1:] if args is None else args)
        if COMPLETING in os.environ:
            from .shell_completion import complete_like_that

            complete_like_that()
        prepare_streams()
        gc.set_threshold(_COLLECTED_AFTER, *gc.get_threshold()[1:])
        with ended_by_signals():
            status = self._run(arguments)
        sys.exit(status)

    def _run(self, arguments: list[str], fixed: Fixed | None = None) -> int:
        session, done = Session(fixed=fixed), DoneBefore()
        try:
            with one_action(done):
                status = super().main(arguments, prog_name="certfleet", standalone_mode=False, obj=session)
                sys.stdout.flush()
        except click.UsageError as error:
            if isinstance(error, NoSuchOption) and error.option_name == JSON and arguments[0] != JSON:
                # It must stand before the command, but many people write it after. Nothing has been done yet.
                return self._run([JSON, *(argument for argument in arguments if argument != JSON)], fixed)
            as_json = session.json or JSON in arguments
            if self._is_check(error, arguments):
                from .plugin import unknown  # which needs the rules, as other commands don't

                return unknown(error.format_message(), as_json=as_json)
            _report_usage(error, as_json)
            return USAGE
        except ForcedWords as forced:
            return self._run([*arguments, *forced.words], forced.fixed)
        except Refusal as refusal:
            _report(refusal, session.json)
            return REFUSED
        except (click.Abort, KeyboardInterrupt) as error:
            if done.is_any:
                _report(Refusal("interrupted", "what the command had changed by then stays", LOOK), session.json)
            return status_of(error)
        except OutputFailed as error:
            forget_output()
            if done.is_any or not error.is_left:
                _report(output_refusal(error, has_changed=done.is_any), session.json)
            return PIPE_CLOSED if error.is_left else REFUSED
        except Exception as error:  # noqa: BLE001 - people get a sentence, never a traceback
            _report(fault(error), session.json)
            return REFUSED
        return status if isinstance(status, int) else 0

    def _is_check(self, error: click.UsageError, arguments: list[str]) -> bool:
        """Whether a monitoring system meets an error in the global options, before its command is known."""
        if error.ctx is None or error.ctx.parent is not None or CHECK not in arguments:
            return False
        at = arguments.index(CHECK)  # others, as `plan check`, follow their noun
        return at == 0 or arguments[at - 1] not in self.list_commands(error.ctx)


def _report(refusal: Refusal, as_json: bool) -> None:
    would_stop = refusal if isinstance(refusal, WouldStop) else None
    if as_json:
        error = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
        more = {} if would_stop is None else {"effects": would_stop.document()}
        click.echo(json.dumps({"error": error, **more}), err=True)
        return
    # The harm, which is the last of the lines, is in the message.
    for line in () if would_stop is None else list(lines_of(would_stop.effects, longest=LONGEST - 1))[:-1]:
        click.echo(printable(line), err=True)
    click.echo(f"error: {refusal.code}: {printable(refusal.message)}", err=True)
    if refusal.hint:
        click.echo(f"hint: {printable(refusal.hint)}", err=True)


def _report_usage(error: click.UsageError, as_json: bool) -> None:
    path = error.ctx.command_path if error.ctx else "certfleet"
    hint = f"Try `{path} --help`."
    if isinstance(error, NoSuchOption) and error.option_name in GLOBAL_OPTIONS:
        hint = f"{error.option_name} goes before the command: `certfleet {error.option_name} …`."
    elif not as_json:
        error.show()
        return
    message = "A command is missing." if isinstance(error, NoArgsIsHelpError) else error.format_message()
    _report(Refusal("usage", message, hint), as_json)
