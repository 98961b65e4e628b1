"""``certfleet fixture``: export and check."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..store.confinement import refuse_confined
from ..store.model.device import Platform
from ..store.words import plural
from ..testing.export.checking import TIMEOUT, ImporterOutcome, asked_of, check_fixtures
from ..testing.export.exporting import export_fixtures
from ..testing.export.manifest import MANIFEST, Expected, Kind, Part, read_manifest
from .frame.answer import Answer, Text
from .frame.command import command
from .frame.interruption import stop_on_signal
from .frame.parameters import FILE, EnumChoice, seed_option
from .frame.progress import progress
from .frame.session import Session
from .frame.tables import Listing
from .script_process import find_script
from .simulate_fleet import MIX

MOST_DEVICES = 100_000
_KINDS = [Kind.CHAIN, Kind.CERTIFICATE, Kind.PKCS12, Kind.JKS, Kind.JCEKS, Kind.ARCHIVE]  # that have a verdict
folder_argument = click.argument("folder", type=FILE, metavar="DIR")


@command(
    examples=[
        "certfleet fixture export fixtures",
        "certfleet fixture export small --devices 5 --seed 3 --only keystores --only broken --fixed-keys",
    ]
)
@folder_argument
@click.option(
    "--devices",
    type=click.IntRange(1, MOST_DEVICES),
    default=50,
    show_default=True,
    metavar="N",
    help="How many devices the fleet and its archive have.",
)
@seed_option
@click.option("--mix", type=MIX, metavar="ios=50,android=30,…", help="Each platform's share.")
@click.option("--only", "parts", type=EnumChoice(list(Part)), multiple=True, help="Only this part; repeatable.")
@click.option(
    "--fixed-keys", is_flag=True, help="The same keys every time, known to everybody: the files are always the same."
)
def export(
    session: Session,
    folder: Path,
    devices: int,
    seed: int,
    mix: dict[Platform, int] | None,
    parts: tuple[Part, ...],
    fixed_keys: bool,
) -> Answer:
    """Write fixtures into the new or empty folder DIR: certificates, keystores, an archive of device certificates, a
    fleet as JSON and CSV, and everything that is wrong on purpose, by name.

    The file manifest.json in it lists every file: what it is, its password, and whether a correct reader accepts it.
    Nothing of it is secret, and none of it needs a workspace."""
    refuse_confined("making fixtures")
    with progress(devices, "Writing keystores") as advance:
        made = export_fixtures(
            folder, devices=devices, seed=seed, only=parts, fixed_keys=fixed_keys, mix=mix, progress=advance
        )
    counts = Counter(one.path.partition("/")[0] for one in made.files)
    told = ", ".join(f"{counts[part]:,} in {part}" for part in Part if counts[part])
    return Answer(
        {"folder": str(folder), "manifest": str(folder / MANIFEST), "files": len(made.files), "seed": seed},
        [f"wrote {plural(len(made.files), 'file')} to {folder}: {told}", f"{folder / MANIFEST} says what each is"],
    )


@command(
    examples=[
        "certfleet fixture check fixtures --kind certificate -- openssl x509 -noout -in {}",
    ],
)
@folder_argument
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option("--kind", "kinds", type=EnumChoice(_KINDS), multiple=True, help="Only this kind; repeatable.")
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=int(TIMEOUT),
    show_default=True,
    metavar="SECONDS",
    help="How long the program has for a file.",
)
def check(session: Session, folder: Path, program: tuple[str, ...], kinds: tuple[Kind, ...], timeout: int) -> Answer:
    """Run a program for each file of the fixtures in DIR, and compare what it says with the manifest. Exit status 0 of
    the program means that it accepts the file.

    In COMMAND {} is the file, and {password}, {alias}, {host}, {key}, {root}, {crl} and {ocsp} are what belongs to it;
    files that lack something of what is named are left out. An archive with single wrong files is right if the output
    names their identities.

    The exit status is 1 if the program is wrong about a file: if it accepts a bad one, refuses a good one, crashes, or
    doesn't end."""
    refuse_confined("running another program")
    find_script(program)
    manifest = read_manifest(folder)
    files = asked_of(manifest, program, kinds)
    if not files:
        raise click.UsageError("No file of the fixtures has all that the command names.")
    found: list[ImporterOutcome] = []
    with stop_on_signal() as stop, progress(len(files), "Checking") as advance:
        for outcome in check_fixtures(folder, files, program, timeout=timeout, stop=stop.is_asked):
            found.append(outcome)
            advance(len(found))
    wrong = [one for one in found if not one.agrees]
    document = {"command": list(program), "asked": len(found), "wrong": len(wrong), "files": found}
    return Answer(document, _told(program, found, wrong), status=stop.status or int(bool(wrong)))


def _told(program: Sequence[str], found: list[ImporterOutcome], wrong: list[ImporterOutcome]) -> Iterator[Text]:
    if wrong:
        yield Listing([_row(one) for one in wrong])
    right = len(found) - len(wrong)
    yield f"{shlex.join(program)}: right about {right:,} of {plural(len(found), 'file')}"


def _row(one: ImporterOutcome) -> dict[str, Any]:
    expected = {Expected.ACCEPT: "accepted", Expected.REFUSE: "refused", Expected.PARTLY: "names what is wrong"}
    return {"FILE": one.path, "IT SAID": str(one.verdict), "RIGHT IS": expected[one.expected], "BECAUSE": one.what}
