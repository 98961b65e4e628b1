"""``certfleet fixture bombs``: when the certificates in a repository will make its tests fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..store.confinement import refuse_confined
from ..store.words import day, plural
from ..testing.bombs.reports import junit, sarif
from ..testing.bombs.searching import Found, State, Unread, search, state_of
from .frame.answer import Answer, Text
from .frame.command import command
from .frame.output_file import OutputFile, output_options
from .frame.parameters import FOLDER, MOMENT, format_option
from .frame.session import Session
from .frame.tables import Listing

USUAL = timedelta(days=365)


@command(
    examples=[
        "certfleet fixture bombs repository --before 2028-01-01",
        "certfleet fixture bombs repository --before 2028-01-01 --format sarif --output bombs.sarif",
    ]
)
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--before", type=MOMENT, metavar="2028-01-01", help="Name what expires before this day. Default: a year from now."
)
@format_option("text", "junit", "sarif", help="For people, or for programs: JUnit XML, SARIF.")
@output_options
def bombs(session: Session, folder: Path, before: datetime | None, form: str, output: OutputFile) -> Answer:
    """Find every certificate in DIR and below it, and name those that will expire: tests that use them fail from that
    day on. The exit status is 1 if there are any.

    It reads certificate files, PEM inside source code of any language, and keystores (PKCS #12, JKS, JCEKS), whose
    passwords it looks for in the files beside them. What has expired already is counted and does no harm: a test either
    wants that or fails today. Folders of version control and of packages are left out, and so are exported fixtures."""
    refuse_confined("searching a folder")
    output.check()
    now = datetime.now(UTC).replace(microsecond=0)
    until = before or now + USUAL
    everything = list(search(folder))
    found = sorted((one for one in everything if isinstance(one, Found)), key=lambda one: (one.not_after, one.path))
    unread = [one for one in everything if isinstance(one, Unread)]
    goes_off = [one for one in found if state_of(one, now, until) is State.GOES_OFF]
    document = {
        "before": until,
        "certificates": len(found),
        "goes_off": goes_off,
        "unread": unread,
    }
    status = int(bool(goes_off))
    if form != "text":
        data = (junit if form == "junit" else sarif)(found, unread, now, until)
        return replace(output.answer(document, data, f"wrote {output.path}"), status=status)
    if output.path is not None:
        raise click.UsageError("--output goes with --format junit or sarif.")
    return Answer(document, _told(found, goes_off, unread, now, until), status=status)


def _told(
    found: Sequence[Found], goes_off: Sequence[Found], unread: Sequence[Unread], now: datetime, before: datetime
) -> Iterator[Text]:
    if goes_off:
        yield Listing([_row(one) for one in goes_off])
    for locked in unread:
        yield f"{locked.path} can't be opened: {locked.why}"
    counts = Counter(state_of(one, now, before) for one in found)
    yield (
        f"{plural(len(found), 'certificate')}: {counts[State.GOES_OFF]:,} expire before {day(before)}, "
        f"{counts[State.SAFE]:,} later, {counts[State.SPENT]:,} have expired already"
    )


def _row(one: Found) -> dict[str, Any]:
    where = f"{one.path}:{one.line}" if one.line is not None else f"{one.path} ({one.alias})" if one.alias else one.path
    return {"EXPIRES": day(one.not_after), "FILE": where, "SUBJECT": one.subject}
