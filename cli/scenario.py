"""``certfleet scenario``: learn on a workspace with events, objectives and points."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from ..simulator.plans.table_reading import Mistake
from ..simulator.plans.words import mistake_text
from ..simulator.scenarios.catalogue import find_text, packaged
from ..simulator.scenarios.debrief import Debrief, debrief
from ..simulator.scenarios.handing_over import check_folder, files_now, folder_beside, write_files
from ..simulator.scenarios.reading import ScenarioInvalid, read_file, read_scenario
from ..simulator.scenarios.standing import see_solution, standing, take_hint
from ..simulator.scenarios.starting import clock_start, start_scenario
from ..simulator.scenarios.trial_play import trial_play, trial_play_document, trial_play_lines
from ..simulator.scenarios.words import (
    debrief_document,
    debrief_lines,
    files_document,
    files_lines,
    scenario_document,
    scenario_summary,
    standing_document,
    standing_lines,
    start_lines,
)
from ..store.begun_folder import gone_unless_whole
from ..store.views.forecasts.forecast import shown_figures
from ..store.words import plural
from .forecast.forecast import comparison_table
from .frame.answer import Answer, Text
from .frame.command import command
from .frame.parameters import FILE, TEXT
from .frame.progress import progress
from .frame.session import Session
from .frame.tables import Listing


@command("list", examples=["certfleet scenario list"], lists="scenarios")
def list_scenarios(session: Session) -> Answer:
    """List the scenarios that come with certfleet."""
    found = packaged()
    return Answer(
        {"scenarios": [scenario_summary(one) for one in found]},
        Listing(
            (
                {
                    "NAME": one.name,
                    "LASTS": f"{one.length.days} d",
                    "DEVICES": str(one.fleet.devices),
                    "POINTS": str(one.points),
                    "TEACHES": one.about,
                }
                for one in found
            ),
            right=("LASTS", "DEVICES", "POINTS"),
            wraps=("TEACHES",),
            none="there are none",
        ),
    )


@command(
    examples=["certfleet --workspace lesson scenario start apns-last-ten-days"],
    changes=True,
    compares=False,
)
@click.argument("name", type=TEXT, metavar="NAME|FILE")
@click.option(
    "--files", "folder", type=FILE, metavar="DIR", help="Where its files go. Default: WORKSPACE-files, beside it."
)
@click.option("--say-first", is_flag=True, help="Before each act you say what it will stop; the debrief marks it.")
def start(session: Session, name: str, folder: Path | None, say_first: bool) -> Answer:
    """Start a scenario, one that comes with certfleet or your own FILE (.toml), in a new workspace: its company and its
    fleet are generated, its clock begins, and the files that it hands to you are written. Work on it with the console
    or the other commands; `simulate run` lets time pass."""
    own, text = find_text(name)
    scenario = read_scenario(text, own)
    target = folder or folder_beside(session.path)
    check_folder(target, (one for file in scenario.files for one in file.names))
    with gone_unless_whole(session.path):
        workspace = session.open(create=True, start=clock_start(scenario))
        try:
            with progress(scenario.fleet.devices, "Enrolling") as advance:
                start_scenario(workspace, scenario, text, say_first=say_first, progress=advance)
        except BaseException:
            workspace.close()
            raise
    now, come = standing(workspace), files_now(workspace)
    if come:
        session.when_done(lambda: write_files(target, come))
    document = {"scenario": scenario_document(scenario), "status": standing_document(now)}
    return Answer({**document, **files_document(target, come)}, [*start_lines(now), *files_lines(target, come)])


@command(examples=["certfleet --workspace lesson scenario files"])
@click.argument("folder", type=FILE, metavar="[DIR]", required=False)
def files(session: Session, folder: Path | None) -> Answer:
    """Write the files that the scenario has handed to you so far into DIR (default: WORKSPACE-files, beside the
    workspace). Files that are there stay as they are. Only you may read them: delete the folder when you are done."""
    workspace = session.open()
    come, target = files_now(workspace), folder or folder_beside(session.path)
    if not come:
        return Answer(files_document(target, come), "this scenario has handed over no files yet")
    written = write_files(target, come)
    said = f"{plural(len(written), 'new file')}: {', '.join(written)}" if written else "no new files"
    return Answer(files_document(target, come), [*files_lines(target, come), said])


@command(examples=["certfleet --workspace lesson scenario status"])
def status(session: Session) -> Answer:
    """Show the time, the points, and the objectives: met, missed, or open, and whether an open one would be met now."""
    now = standing(session.open())
    return Answer({"status": standing_document(now)}, standing_lines(now))


@command(examples=["certfleet --workspace lesson scenario hint"], changes=True, compares=False)
def hint(session: Session) -> Answer:
    """Get the next hint. It costs points, also if you go back to a moment before it."""
    workspace = session.open()
    found, now = take_hint(workspace), standing(workspace)
    left = f"{plural(now.hints_left, 'more hint')}" if now.hints_left else "that was the last one"
    return Answer(
        {"hint": found.text, "cost": found.cost, "hints_left": now.hints_left, "points": now.points},
        [found.text, f"it costs {plural(found.cost, 'point')}; {left}"],
    )


@command(examples=["certfleet --workspace lesson scenario report"])
@click.option("--solution", is_flag=True, help="Tell the solution before it is over, which is noted.")
def report(session: Session, solution: bool) -> Answer:
    """Show the debrief: points by objective, what you did, and what it led to. Once it is over, also what each act
    cost, what the scenario teaches, and the best way known, run from the same start on a copy."""
    workspace = session.open()
    if solution:
        see_solution(workspace)
    with progress(1, "Running it again") as advance:
        found = debrief(workspace, workers=os.cpu_count() or 1, told=advance)
    return Answer(lambda: debrief_document(found), _debrief_text(found))


def _debrief_text(found: Debrief) -> Iterator[Text]:
    yield from debrief_lines(found)
    both = [] if found.best is None else [found.happened, found.best.happened]
    if shown_figures(both):
        yield comparison_table(both)


@command(examples=["certfleet scenario check lesson.toml", "certfleet scenario check lesson.toml --play"])
@click.option("--play", is_flag=True, help="Also start it in memory, and play it by nobody and by its own solution.")
@click.argument("file", type=FILE)
def check(session: Session, play: bool, file: Path) -> Answer:
    """Check a scenario FILE: name every mistake by its line. With --play, also say how many points doing nothing and
    its own solution get, and which events and actions are refused then. Exits with 1 if there is a mistake."""
    text = read_file(file)
    try:
        scenario = read_scenario(text, file.stem)
    except ScenarioInvalid as refusal:
        return _mistakes(refusal.mistakes)
    said = (
        f"{file}: {plural(len(scenario.objectives), 'objective')}, {plural(scenario.points, 'point')}, "
        f"{plural(len(scenario.events), 'event')}, {plural(len(scenario.hints), 'hint')}; no mistake found"
    )
    document = {"scenario": scenario_document(scenario), "mistakes": []}
    if not play:
        return Answer({**document, "played": None}, said)
    with progress(scenario.fleet.devices, "Enrolling") as advance:
        found = trial_play(scenario, text, progress=advance)
    return Answer(
        {**document, "played": trial_play_document(found)},
        [said, *trial_play_lines(found, scenario)],
        status=0 if found.is_sound else 1,
    )


def _mistakes(mistakes: tuple[Mistake, ...]) -> Answer:
    lines = [*map(mistake_text, mistakes), f"{plural(len(mistakes), 'mistake')}: it can't be used"]
    return Answer({"scenario": None, "mistakes": mistakes, "played": None}, lines, status=1)
