"""``certfleet watch``: checks endpoints on a schedule."""

from __future__ import annotations

import sys
import time

import click

from ..store.errors import Refusal
from ..store.model.endpoint_verdict import EndpointVerdict
from ..store.printable import printable
from ..store.watching.watch_thread import WatchThread
from ..store.words import moment, plural
from .frame.answer import Answer, Aside, print_answer
from .frame.command import command
from .frame.interruption import end_at_once, stop_on_signal
from .frame.session import Session
from .notice.delivery import delivering

_PAUSE = 0.1  # seconds between two looks whether to stop


@command(examples=["certfleet watch", "certfleet watch --quiet"])
@click.option("--quiet", is_flag=True, help="Don't print what changes.")
def watch(session: Session, quiet: bool) -> None:
    """Check what endpoints serve, on a schedule, until Ctrl-C, and deliver notices meanwhile. Every change is printed.

    Each endpoint is checked every 6 hours (`certfleet site set --endpoint-hours`); every 10 minutes for two days after
    its certificate was replaced, until it serves the new one; and after 30 minutes if it gave no certificate. A server
    (`certfleet serve`) watches too; only one process at a time checks a workspace, and another one waits for its turn.
    """
    workspace = session.open()
    workspace.audit.permit("endpoint.check")
    if workspace.watching.is_simulated:
        raise Refusal(
            "clock-is-virtual",
            "the workspace has a virtual clock: its endpoints are simulated, and there is nothing to watch",
            "`certfleet endpoint list` shows what they serve.",
        )
    count = len(workspace.endpoints.list())
    said = [f"watching {plural(count, 'endpoint')} (Ctrl-C stops)"]
    print_answer(Answer({"watching": count}, said), as_json=session.json)
    sys.stdout.flush()
    changes = _Changes(quiet=quiet or session.json)
    with stop_on_signal() as stop, delivering(workspace):
        thread = WatchThread(
            workspace.watching,
            lambda reason: _aside(f"endpoints can't be watched: {reason}"),
            found=changes.found,
            waits=lambda other: _aside("another process is watching; waiting for it to end") if other else None,
        ).start()
        while not stop.is_asked():
            time.sleep(_PAUSE)
        ended = thread.close()
    if not ended:
        end_at_once()  # a connection is left to its fate; what was found before is committed


class _Changes:
    """Prints each endpoint's verdict at the first check, and when it differs from the last."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._last: dict[int, tuple[object, ...]] = {}

    def found(self, verdict: EndpointVerdict) -> None:
        reading = verdict.reading
        state = verdict.verdict, verdict.fingerprint, tuple(note.message for note in verdict.notes)
        if self._quiet or reading is None or verdict.verdict is None or self._last.get(verdict.endpoint.id) == state:
            return
        self._last[verdict.endpoint.id] = state
        notes = "".join(f"; {note.message}" for note in verdict.notes)
        line = f"{moment(reading.checked_at)}  {verdict.endpoint.title}  {verdict.verdict.value}{notes}"
        click.echo(printable(line))
        sys.stdout.flush()


def _aside(text: str) -> None:
    print_answer(Answer({}, Aside(text)), as_json=False)
