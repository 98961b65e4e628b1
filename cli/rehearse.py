"""``certfleet rehearse``: an unchanged script against a branch in memory, and the difference that it makes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from ..simulator.scenarios.said_first import asks
from ..store.confinement import refuse_confined
from ..store.errors import Refusal
from ..store.extras import extra
from ..store.model.account import Role
from ..store.outlook.horizons import check_forecast
from ..store.words import moment, plural
from .frame.answer import Answer, Text
from .frame.changing import HARMFUL, HARMLESS, lines_of
from .frame.command import CliCommand, command
from .frame.interruption import StopRequest, stop_on_signal
from .frame.parameters import DURATION, EnumChoice, Written
from .frame.progress import run_progress
from .frame.session import Session, passphrase_source
from .frame.tables import Listing
from .script_process import ScriptEnd, find_script, run_script

if TYPE_CHECKING:
    from ..api.rehearsal.branch import Branch
    from ..api.rehearsal.calls_made import CallMade
    from ..api.rehearsal.faults import Faults
    from ..simulator.forecast.playing_on import PlayedOn
    from ..store.effects.effects import Effects

WHAT = "what it changed, or why not"
NO_CALL = (
    "No call reached the branch, whose address is in CERTFLEET_URL. What the script did elsewhere, it did in earnest."
)
SCRIPT_FAILED = 5
"""The exit status if the script ended with another one than 0, by a signal, or by --timeout."""


def _read_faults(text: str) -> Faults:
    with extra("serve", "the REST server"):
        from ..api.rehearsal.faults import read_faults

    return read_faults(text)


class ScriptCommand(CliCommand):
    """A command whose arguments are another program's, options included."""

    allow_interspersed_args = False


@command(
    examples=[
        "certfleet rehearse -- sh rotate.sh",
        "certfleet rehearse --for 2d -- sh rotate.sh",
        "certfleet rehearse --faults seed=7,lost-answer,share=100% -- sh rotate.sh",
    ],
    kind=ScriptCommand,
)
@click.argument("script", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- SCRIPT...")
@click.option(
    "--for", "duration", type=DURATION, metavar="2d", help="Then let this much time pass on the virtual clock."
)
@click.option(
    "--faults",
    type=Written("faults", _read_faults),
    metavar="seed=N,...",
    help="Inject faults: too-many, session-ends, lost-answer, half-done, unavailable, slow; share=25%.",
)
@click.option("--timeout", type=click.IntRange(1), metavar="SECONDS", help="End the script after so many seconds.")
@click.option(
    "--role",
    type=EnumChoice(list(Role)),
    help="The role of the account that the script gets. Default: your own.",
)
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 0 for no difference, 3 if it is harmless, 4 if it is not.",
)
def rehearse(
    session: Session,
    script: tuple[str, ...],
    duration: timedelta | None,
    faults: Faults | None,
    timeout: int | None,
    role: Role | None,
    exit_code: bool,
) -> Answer:
    """Run a SCRIPT against a branch of the workspace, and show the one difference that it makes.

    The branch is in memory and served over TLS on loopback. The script is any program; it finds the server in
    CERTFLEET_URL (also CERTFLEET_HOST and CERTFLEET_PORT), its root certificate in the file CERTFLEET_CA_FILE, a token
    in CERTFLEET_TOKEN, and an account in CERTFLEET_USER and CERTFLEET_PASSWORD. The workspace is not changed.

    With --for the branch plays on after the script has ended, as in a forecast, and the difference is to the same time
    without the script. With --faults some calls meet a fault, the same ones for the same seed, and it is told what the
    script made of them.

    If the script fails, the exit status is 5.
    """
    refuse_confined("running a script")
    find_script(script)
    if duration is not None:
        check_forecast(duration)
    with extra("serve", "the REST server"):
        from ..api.rehearsal.branch import branch_of
        from ..api.rehearsal.branch_server import serving
        from ..api.rehearsal.difference import difference
        from ..api.rehearsal.environment import environment_for

    workspace = session.open()
    if asks(workspace):
        raise Refusal(
            "say-first",
            "this scenario asks you to say first what an act will stop, and a rehearsal would tell",
            "Rehearse the script when the scenario is over.",
        )
    if workspace.vault.protection == "passphrase":
        workspace.vault.unlock()
    with stop_on_signal() as stop, branch_of(workspace, role, passphrase=passphrase_source()) as branch:
        with (
            serving(branch.workspace, faults) as server,
            environment_for(branch, server, os.environ, session.path) as environment,
        ):
            server.app.begin()
            end = run_script(
                script,
                environment,
                timeout=timeout,
                asked_to_stop=lambda: stop.signal,
                output=sys.stderr if session.json else sys.stdout,
            )
        played = None
        if duration is None or stop.is_asked():
            effects = difference(branch)
        else:
            played = _play_on(branch, duration)
            effects = played.effects
    told = Rehearsed(script, end, server.calls, effects, faults, played, skipped=duration is not None and not played)
    return Answer(told.document, told.text, status=_status(told, stop, exit_code=exit_code))


def _play_on(branch: Branch, duration: timedelta) -> PlayedOn:
    from ..api.rehearsal.difference import difference_after

    now = branch.workspace.now()
    with run_progress(now, now + duration) as display:
        return difference_after(branch, duration, display)


@dataclass(frozen=True)
class Rehearsed:
    """All that is told of a rehearsal. ``skipped``: time was to pass afterwards, and did not."""

    script: Sequence[str]
    end: ScriptEnd
    calls: Sequence[CallMade]
    effects: Effects
    faults: Faults | None
    played: PlayedOn | None
    skipped: bool

    def document(self) -> dict[str, Any]:
        """One JSON document."""
        from ..api.rehearsal.coping import judged
        from ..api.rehearsal.words import call_document, faults_document, played_document
        from ..store.views.effects import effects_document

        return {
            "script": {"command": list(self.script), **self.end._asdict()},
            "calls": [call_document(one) for one in self.calls],
            "faults": None if self.faults is None else faults_document(self.faults, judged(self.calls)),
            "played": None if self.played is None else played_document(self.played),
            "effects": effects_document(self.effects),
        }

    @property
    def text(self) -> Iterator[Text]:
        """The same for people: the difference comes last."""
        from ..api.rehearsal.coping import judged
        from ..api.rehearsal.words import MOST_SHOWN, calls_text, faults_lines, played_text
        from ..store.views.effects import code_line

        yield f"{_end_text(self.end)}. {calls_text(self.calls)}."
        yield self._calls() if self.calls else NO_CALL
        if len(self.calls) > MOST_SHOWN:
            yield f"… and {plural(len(self.calls) - MOST_SHOWN, 'call')} more; --json has all of them"
        if self.faults is not None:
            yield from faults_lines(self.faults, judged(self.calls))
        if self.played is not None:
            yield played_text(self.played, moment(self.played.changed.until))
        if self.skipped:
            yield "No time has passed afterwards, since the rehearsal was interrupted"
        code = () if self.effects.is_empty else (code_line(self.effects),)
        yield lines_of(self.effects, *code)

    def _calls(self) -> Listing:
        from ..api.rehearsal.words import MOST_SHOWN, call_answer, call_text, path_text

        return Listing(
            [
                {
                    "#": str(one.number),
                    "method": one.method,
                    "path": path_text(one),
                    "status": call_answer(one),
                    WHAT: call_text(one),
                }
                for one in self.calls[:MOST_SHOWN]
            ],
            right=["#", "status"],
            least={"path": 24, WHAT: 24},
            wraps=[WHAT],
        )


def _end_text(end: ScriptEnd) -> str:
    """How the script ended."""
    if end.timed_out:
        said = f"The script was ended after {end.seconds:,.0f} s, as --timeout says"
    elif end.interrupted:
        said = f"The script was interrupted after {end.seconds:,.1f} s"
    elif end.signal is not None:
        said = f"The script was ended by {_signal_name(end.signal)} after {end.seconds:,.1f} s"
    else:
        said = f"The script ended with exit status {end.status} after {end.seconds:,.1f} s"
    left = "one process" if end.left == 1 else f"{end.left:,} processes"
    return f"{said}; {left} that it left behind had to be ended" if end.left else said


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _status(told: Rehearsed, stop: StopRequest, *, exit_code: bool) -> int:
    """An interruption first, then harm, a script that failed, and a harmless difference."""
    if stop.is_asked():
        return stop.status
    if exit_code and told.effects.is_harmful:
        return HARMFUL
    if told.end.has_failed:
        return SCRIPT_FAILED
    return HARMLESS if exit_code and not told.effects.is_empty else 0
