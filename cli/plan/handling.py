"""``certfleet plan done``, ``pause``, ``resume`` and ``stop``: handling a plan that was begun."""

from __future__ import annotations

import click

from ...simulator.plans.handling import mark_done, pause, resume, stop
from ...simulator.plans.progress import PlanProgress
from ...simulator.plans.words import run_document, run_lines
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import TEXT
from ..frame.session import Session

name_argument = click.argument("name", type=TEXT)


@command(examples=["certfleet plan done rotation 2"], changes=True)
@name_argument
@click.argument("number", type=click.IntRange(1))
def done(session: Session, name: str, number: int) -> Answer:
    """Say that action NUMBER of plan NAME was done. It is for what a plan leaves to you on a real fleet, where
    certfleet can't see it; `certfleet plan status` shows that."""
    return _answer(mark_done(session.open(), name, number))


@command("pause", examples=["certfleet plan pause rotation"], changes=True)
@name_argument
def pause_plan(session: Session, name: str) -> Answer:
    """Carry nothing out of plan NAME until `certfleet plan resume`."""
    return _answer(pause(session.open(), name))


@command("resume", examples=["certfleet plan resume rotation"], changes=True)
@name_argument
def resume_plan(session: Session, name: str) -> Answer:
    """Go on with plan NAME after a pause. What became due meanwhile is done when it is run next."""
    return _answer(resume(session.open(), name))


@command("stop", examples=["certfleet plan stop rotation"], changes=True)
@name_argument
def stop_plan(session: Session, name: str) -> Answer:
    """End plan NAME: what is left of it is not carried out. What was done stays; `plan run --again` begins it anew."""
    return _answer(stop(session.open(), name))


def _answer(run: PlanProgress) -> Answer:
    return Answer({"run": run_document(run)}, run_lines(run))
