"""``certfleet fixture bombs``: when the certificates in a repository will make its tests fail, and making them anew."""

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
from .frame.parameters import FOLDER, MOMENT, format_option, yes_option
from .frame.session import Session
from .frame.tables import Listing

USUAL = timedelta(days=365)


@command(
    examples=[
        "certfleet fixture bombs repository --before 2028-01-01",
        "certfleet fixture bombs repository --before 2028-01-01 --format sarif --output bombs.sarif",
        "certfleet fixture bombs repository --before 2028-01-01 --except 'expired/*' --defuse --dry-run",
    ]
)
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--before", type=MOMENT, metavar="2028-01-01", help="Name what expires before this day. Default: a year from now."
)
@click.option("--except", "excepted", multiple=True, metavar="GLOB", help="Leave these files as they are; repeatable.")
@click.option("--defuse", is_flag=True, help="Make those that will expire anew, with far dates, in their files.")
@click.option("--dry-run", is_flag=True, help="With --defuse: only show what it would write.")
@yes_option
@format_option("text", "junit", "sarif", help="For people, or for programs: JUnit XML, SARIF.")
@output_options
def bombs(
    session: Session,
    folder: Path,
    before: datetime | None,
    excepted: tuple[str, ...],
    defuse: bool,
    dry_run: bool,
    yes: bool,
    form: str,
    output: OutputFile,
) -> Answer:
    """Find every certificate in DIR and below it, and name those that will expire: tests that use them fail from that
    day on. The exit status is 1 if there are any.

    It reads certificate files, PEM inside source code of any language, base64 in other texts (Kubernetes secrets, SAML
    metadata), keystores (PKCS #12, JKS, JCEKS), whose passwords it looks for in the files beside them, and all of these
    in ZIP archives. What has expired already is counted and does no harm: a test either wants that or fails today.
    Folders of version control and of packages are left out, and so are exported fixtures. One that shall expire is kept
    by --except, or by a comment with "certfleet: keep" on the line before it.

    --defuse makes them anew until the end of 2099, or longer: with the same names, serial numbers, extensions and keys,
    each in the form and place that it had. An issuer whose private key isn't in DIR gets a new key, and all that it
    signed is signed anew. Archives, encoded and signed ones, and what depends on something kept are left, with the
    reason; the exit status is 1 then. Symbolic links aren't followed."""
    refuse_confined("searching a folder")
    if ((dry_run or yes) and not defuse) or (dry_run and yes):
        raise click.UsageError("--dry-run or --yes goes with --defuse.")
    if defuse and form != "text":
        raise click.UsageError("--defuse goes without --format.")
    if form == "text" and output.path is not None:
        raise click.UsageError("--output goes with --format junit or sarif.")
    output.check()
    now = datetime.now(UTC).replace(microsecond=0)
    until = before or now + USUAL
    if defuse:
        from .fixture_defuse import defuse as defused

        return defused(folder, now, until, excepted, dry_run=dry_run, yes=yes)
    repository = search(folder, excepted=excepted)
    found = sorted(repository.found, key=lambda one: (one.not_after, one.path))
    unread = repository.unread
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
    return Answer(document, _told(found, goes_off, unread, now, until), status=status)


def _told(
    found: Sequence[Found], goes_off: Sequence[Found], unread: Sequence[Unread], now: datetime, before: datetime
) -> Iterator[Text]:
    if goes_off:
        yield Listing([_row(one) for one in goes_off])
    for locked in unread:
        yield f"{locked.path} can't be opened: {locked.why}"
    counts = Counter(state_of(one, now, before) for one in found)
    kept = f", {counts[State.KEPT]:,} are kept" if counts[State.KEPT] else ""
    yield (
        f"{plural(len(found), 'certificate')}: {counts[State.GOES_OFF]:,} expire before {day(before)}, "
        f"{counts[State.SAFE]:,} later, {counts[State.SPENT]:,} have expired already{kept}"
    )


def _row(one: Found) -> dict[str, Any]:
    return {"EXPIRES": day(one.not_after), "FILE": one.place, "SUBJECT": one.subject}
