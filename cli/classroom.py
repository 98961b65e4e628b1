"""``certfleet class``: a workspace of a scenario for each person, and where everybody is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from ..simulator.scenarios.catalogue import find_text
from ..simulator.scenarios.class_report import ClassReport, class_report
from ..simulator.scenarios.class_words import (
    made_document,
    made_lines,
    remarks,
    report_document,
    report_row,
    report_title,
)
from ..simulator.scenarios.classroom import MOST_PEOPLE, create_class, numbered, read_names
from ..simulator.scenarios.reading import read_scenario
from ..store.confinement import refuse_confined
from .console import on_terminal
from .frame.answer import Answer, Text
from .frame.command import command
from .frame.parameters import FILE, TEXT
from .frame.progress import progress
from .frame.session import Session
from .frame.tables import Listing

folder_argument = click.argument("folder", type=FILE, metavar="DIR")


@command(examples=["certfleet class create --people 30 --scenario apns-last-ten-days monday"])
@click.option(
    "--people", type=click.IntRange(1, MOST_PEOPLE), metavar="N", help="So many people: folders person-01, person-02 …"
)
@click.option("--names", type=FILE, metavar="FILE", help="The names of the people instead, one a line: their folders.")
@click.option("--scenario", type=TEXT, metavar="NAME|FILE", required=True, help="The scenario, or your own file.")
@click.option("--say-first", is_flag=True, help="Before each act everybody says what it will stop.")
@folder_argument
def create(
    session: Session, people: int | None, names: Path | None, scenario: str, say_first: bool, folder: Path
) -> Answer:
    """Make a workspace for each person of a class in the new folder DIR, all from the same start of a scenario, which
    is prepared once. If it is interrupted, the same command finishes it."""
    refuse_confined("making the workspaces of a class")
    if (people is None) == (names is None):
        raise click.UsageError("give either --people or --names")
    own, text = find_text(scenario)
    found = read_scenario(text, own)
    everybody = read_names(names) if names is not None else numbered(people or 0)
    with progress(found.fleet.devices, "Enrolling") as advance:
        made = create_class(folder, found, text, everybody, say_first=say_first, progress=advance)
    return Answer(made_document(made, folder), made_lines(made, folder))


@command(examples=["certfleet class report monday"])
@folder_argument
def report(session: Session, folder: Path) -> Answer:
    """Rank the people of the class in DIR by their points so far, with the time in the scenario, the time from their
    first to their last act, the hints, how often each went back to a moment, and what cost each most: once it is over,
    the act or the wait without which there would be the most points more, or less lost; otherwise the missed objective
    with the most points. Exits with 1 if a workspace can't be read."""
    refuse_confined("reading other workspaces")
    with progress(1, "Running acts again") as advance:
        found = class_report(folder, workers=os.cpu_count() or 1, told=advance)
    unread = any(one.standing is None for one in found.people)
    return Answer(report_document(found), _text(found), status=int(unread))


@command(examples=["certfleet class watch monday"])
@folder_argument
def watch(session: Session, folder: Path) -> None:
    """Watch the class in DIR as its people work: time, points, hints, how often each went back to a moment, open
    objectives, and what each did last, a full screen that is up to date within seconds. It only reads."""
    refuse_confined("reading other workspaces")
    with on_terminal() as ending:
        from ..tui.scenario.class_page import watch_class

        watch_class(folder, ending)


def _text(found: ClassReport) -> Iterator[Text]:
    yield report_title(found)
    yield Listing(
        (report_row(one, one.standing) for one in found.people if one.standing is not None),
        right=("RANK", "POINTS", "BACK", "WORKED"),
        wraps=("COST MOST",),
    )
    yield from remarks(found)
