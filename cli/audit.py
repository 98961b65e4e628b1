"""``certfleet audit``: who did what."""

from __future__ import annotations

import click

from ..store.audit_filter import newest, parse_filter
from ..store.errors import Refusal
from ..store.filters import with_field
from ..store.views.audit_line import undo_document, who
from ..store.views.seal import seal_words
from ..store.words import second
from .audit_lines import listed_lines
from .frame.answer import Answer, Facts
from .frame.command import command
from .frame.confirmation import confirm, unconfirmed
from .frame.parameters import ID, TEXT, limit_option, search_option, yes_option
from .frame.session import Session


@command(
    "list",
    examples=[
        "certfleet audit list --record certificate:12",
        "certfleet audit list --user ann --action certificate --format csv --columns at,user,action,summary",
    ],
    lists="audit",
)
@limit_option(100)
@click.option("--record", type=TEXT, metavar="KIND:ID", help="Only lines about one record, as certificate:12.")
@click.option("--user", type=TEXT, metavar="NAME", help="Only what people with this in their name did.")
@click.option("--action", type=TEXT, metavar="START", help="Only actions that begin so, as certificate, device.renew.")
@click.option("--since", type=TEXT, metavar="2026-01-05", help="Only lines from this day or time on, UTC.")
@click.option("--until", type=TEXT, metavar="2026-02-01", help="Only lines up to this time, or to the end of this day.")
@search_option("user:ann action:certificate since:2026-01-05")
def list_lines(session: Session, limit: int, record: str | None, search: str, **fields: str | None) -> Answer:
    """List the newest lines, newest first. Options of different kinds narrow the list; times are those of the
    workspace's clock."""
    for name, value in fields.items():
        search = search if value is None else with_field(search, name, value)
    found = parse_filter(search)
    if found.problem is not None:
        raise click.BadParameter(found.problem, param_hint="the filter")
    audit = session.open().audit
    if record is not None:
        lines = [line for line in audit.about(record) if found.matches is None or found.matches(line)][:limit]
    else:
        lines = audit.tail(limit) if found.matches is None else newest(audit, found.matches, limit)
    narrowed = "no matching audit line" if search else "no audit line"
    none = narrowed if record is None else f"{narrowed} about {record}"
    return Answer({"audit": lines}, listed_lines(lines, none))


@command(examples=["certfleet audit show 67", "certfleet audit show 67 --as-commands"])
@click.argument("line", type=ID, metavar="ID")
@click.option("--as-commands", is_flag=True, help="Only print the commands that would do it again.")
def show(session: Session, line: int, as_commands: bool) -> Answer:
    """Show one line: who did what and when, whether it can be undone, and the commands that would do it again."""
    undoing = session.open().undoing
    found, commands, refusal = undoing.line(line), undoing.commands(line), undoing.against(line)
    document = {"line": found, "undo": undo_document(refusal), "commands": commands}
    if as_commands:
        if not commands:
            raise Refusal("no-command-known", f"too little is known of audit line {line} to say it as a command")
        return Answer(document, commands)
    pairs = [
        ("line", str(found.id)),
        ("what", found.summary),
        ("who", who(found)),
        ("when", second(found.at)),
        ("machine's time", second(found.wall_at)),
        ("action", found.action),
        ("record", found.record),
        ("undo", "can be undone" if refusal is None else refusal.message),
        ("as commands", "\n".join(commands) or "not known"),
        ("hash", found.hash),
    ]
    return Answer(document, Facts(pairs))


@command(examples=["certfleet audit seal"])
def seal(session: Session) -> Answer:
    """Print a seal of the audit trail: one line to keep elsewhere, on paper or another machine. `workspace check
    --against` says later whether the trail still holds all lines up to it. It may ask for the passphrase."""
    workspace = session.open()
    line = workspace.audit.seal_line()
    return Answer({"seal": line, "line": workspace.audit.head().line}, line)


@command(examples=["certfleet audit accept 'the disk was replaced, incident 4711' --yes"])
@click.argument("why", type=TEXT)
@click.option("--dry-run", is_flag=True, help="Only show what it would change and take down.")
@yes_option
def accept(session: Session, why: str, dry_run: bool, yes: bool) -> Answer:
    """Seal the audit trail as it is now, although `workspace check` finds that it was cut or changed. Look at it first:
    what is missing stays missing. The trail keeps who accepted it, and WHY. It may ask for the passphrase."""
    workspace = session.open()
    found = workspace.audit.judgement()
    said = seal_words(found) if found is not None and found.findings else "its seals find nothing wrong"
    if dry_run:
        return Answer({"dry_run": True, "accepted": said}, f"would accept: {said}")
    if not yes:
        confirm("Seal the audit trail as it is?", unconfirmed("what is missing is accepted"), warning=said)
    workspace.audit.accept(why)
    line = workspace.audit.head().line
    return Answer({"dry_run": False, "accepted": said, "line": line}, f"sealed to line {line}; accepted: {said}")
