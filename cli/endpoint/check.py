"""``certfleet endpoint check``: asking endpoints what they serve."""

from __future__ import annotations

import click

from ...store.confinement import refuse_confined
from ...store.endpoints.reading import TIME_LIMIT
from ...store.model.endpoint_verdict import EndpointState, EndpointVerdict
from ...store.views.endpoint import endpoint_document
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import ID
from ..frame.progress import progress
from ..frame.session import Session
from .endpoint import listing

LONGEST_WAIT = 300.0  # seconds


@command(
    examples=["certfleet endpoint check", "certfleet endpoint check 1 2 --timeout 3"],
    changes=True,
    compares=False,
    lists="endpoints",
)
@click.argument("ids", type=ID, nargs=-1, metavar="[ID...]")
@click.option("--all", "everything", is_flag=True, help="Every endpoint; so it is without an ID.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, LONGEST_WAIT),
    default=TIME_LIMIT,
    show_default=True,
    metavar="SECONDS",
    help="How long an address may take, for everything together.",
)
def check(session: Session, ids: tuple[int, ...], everything: bool, timeout: float) -> Answer:
    """Connect to the endpoints, and compare what they serve with the inventory. Only a TLS handshake is made; nothing
    is trusted, and no password is sent. The exit status is 0 if all serve what is bound to their need, else 1.

    \b
    served       the certificate that is bound to the need
    older        one that has been replaced
    other        one of the inventory that is not bound to the need
    unknown      one that is not in the inventory
    unreachable  none: refused, timed out, no TLS, no address
    """
    if ids and everything:
        raise click.UsageError("--all goes without an ID.")
    refuse_confined("connecting to servers")
    workspace = session.open()
    found: list[EndpointVerdict] = []
    wanted, before = ids or None, workspace.tasks.list(done=False)
    with progress(len(set(ids)) or len(workspace.endpoints.list()), "Checking") as advance:
        for verdict in workspace.endpoint_checks.check(wanted, time_limit=timeout):
            found.append(verdict)
            advance(len(found))
    found.sort(key=lambda one: one.endpoint.id)
    left = {task.id for task in workspace.tasks.list(done=False)}
    done = [task for task in before if task.id not in left]
    return Answer(
        lambda: {
            "endpoints": [endpoint_document(one) for one in found],
            "tasks_done": [task.id for task in done],
        },
        [listing(workspace, found), *(f"task {task.id} is done: {task.title}" for task in done)],
        status=int(any(one.verdict is not EndpointState.SERVED for one in found)),
    )
