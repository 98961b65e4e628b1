"""``certfleet forecast``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click

from ...simulator.engine.simulator import FOREVER
from ...simulator.forecast.comparing import forecasts
from ...simulator.forecast.forecasting import PlanFile
from ...simulator.plans.reading import load_plan
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.outlook.horizons import SHORTEST_FORECAST, check_forecast
from ...store.times import from_unix
from ...store.views.documents import fields_of
from ...store.views.forecasts.forecast import (
    by_cause,
    comparison,
    event_style,
    event_text,
    facts,
    forecasts_document,
    headline,
    number,
    platforms_of,
    prevention_text,
    shown_figures,
)
from ...store.views.forecasts.kept_forecast import kept_text
from ...store.words import minute, plural
from ..frame.answer import Answer, Facts, Text
from ..frame.command import command
from ..frame.interruption import exit_when_left
from ..frame.output_file import OutputFile, output_options
from ..frame.parameters import DURATION, FILE, attached_option, format_option, seeds_option
from ..frame.parameters import TEXT as TEXT_VALUE
from ..frame.progress import progress
from ..frame.session import Session
from ..frame.spreading import hands, spreading_options
from ..frame.tables import RICH_STYLES, Cell, Row, SpanningRow, Table, TableColumn

TEXT = "text"
FORMATS = (TEXT, "markdown", "csv", "json", "html")
MOST_SEEDS = 1000
_STEPS = 1000  # of a progress bar, for each forecast


@command(
    examples=[
        "certfleet forecast --for 90d",
        "certfleet forecast --for 30d --plan rotation.toml --and-nothing",
        "certfleet forecast --for 30d --plan rotation.toml --and-nothing --format html --output board.html",
        "certfleet forecast --for 30d --seeds 20 --processes 2",
    ]
)
@click.option("--for", "span", type=DURATION, required=True, metavar="90d", help="How far to look ahead.")
@click.option(
    "--plan",
    "files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="What is done meanwhile; repeat it to compare plans. Default: nothing is done.",
)
@click.option("--and-nothing", is_flag=True, help="Compare the plans with doing nothing, too.")
@seeds_option(MOST_SEEDS, "Repeat it N times with other choices of devices and owners, and show the spread.")
@spreading_options("--processes", "Use N processes, for several plans and seeds, and for a large fleet.")
@click.option(
    "--keep",
    "kept_as",
    type=TEXT_VALUE,
    metavar="NAME",
    help="Keep it under this name, to see later what came of it (`forecast-review`); of several plans, the first.",
)
@attached_option
@format_option(*FORMATS, help="html is one file with plots.")
@output_options
def forecast(
    session: Session,
    span: timedelta,
    files: tuple[Path, ...],
    and_nothing: bool,
    seeds: int,
    processes: int,
    kept_as: str | None,
    attached: bool,
    form: str,
    output: OutputFile,
) -> Answer:
    """Run a copy of the workspace ahead, in memory, by the rules that hold for it: what stops and recovers when, for
    how many devices, which devices are stranded, and what people have to do. The workspace is not changed. Plans can
    be compared.

    A device without habits gets those of its platform, drawn from its id; the answer says what rests on that."""
    if form == TEXT and output.path is not None:
        raise click.UsageError("--output goes with --format markdown, csv, json or html.")
    output.check()
    if attached:
        exit_when_left()
    check_forecast(span, least=SHORTEST_FORECAST)
    plans: list[PlanFile | None] = [PlanFile(load_plan(file), file.parent) for file in files]
    if and_nothing or not plans:
        plans.append(None)
    refuse_same_names(plans)
    workspace = session.open()
    if kept_as is not None:
        workspace.audit.permit("plan.keep-forecast")
        kept_as = workspace.kept_forecasts.checked_name(kept_as)
    if span > from_unix(FOREVER) - workspace.now():
        raise click.BadParameter("the clock does not go that far", param_hint="--for")
    with hands(processes) as by, progress(_STEPS * len(plans) * seeds, "forecasting", attached=attached) as advance:
        found = forecasts(
            workspace,
            workspace.now() + span,
            plans,
            seeds=seeds,
            workers=by.workers,
            executor=by.executor,
            progress=lambda done: advance(int(done * _STEPS)),
        )
    kept = None if kept_as is None else workspace.kept_forecasts.keep(found[0], kept_as)
    if form == TEXT:
        note = [] if kept is None else [f"kept as {kept.name}: {kept_text(kept)}"]
        return Answer(lambda: fields_of(forecasts_document(found)), [*_text(found), *note])
    said = f"wrote {plural(len(found), 'forecast')} as {form} to {output.path}"
    return output.answer({"format": form}, _file(found, form, session.path.absolute().name), said)


def refuse_same_names(plans: Sequence[PlanFile | None]) -> None:
    """Refuse plans that can't be told apart."""
    names = [one.plan.name for one in plans if one is not None]
    for name in names:
        if names.count(name) > 1:
            raise Refusal("plan-names-same", f"two plans are called {name}", "Give their files different names.")


def _file(found: Sequence[Forecast], form: str, name: str) -> bytes:
    match form:
        case "json":
            import msgspec

            return msgspec.json.format(msgspec.json.encode(forecasts_document(found)), indent=2) + b"\n"
        case "html":
            from ...store.views.forecasts.forecast_html import forecasts_html

            return forecasts_html(found, name).encode()
        case "markdown":
            from ...store.views.forecasts.forecast_files import forecasts_markdown

            return forecasts_markdown(found, name).encode()
        case _:
            from ...store.views.forecasts.forecast_files import forecasts_csv

            return forecasts_csv(found).encode()


def _text(found: Sequence[Forecast]) -> Iterator[Text]:
    for one in found:
        yield one.name if not one.title else f"{one.name}: {one.title}"
        yield headline(one)
        rows = list(_events(one))
        yield Table(_COLUMNS, rows) if rows else "nothing stops or recovers for all devices"
        yield Facts(list(facts(one)))
        if len(found) > 1:
            yield ""
    if len(found) > 1:
        yield comparison_table(found)
        yield from comparison(found)


_COLUMNS = (
    TableColumn("AT (UTC)"),
    TableColumn("WHAT", least=24),
    TableColumn("PLATFORMS", least=12),
    TableColumn("DEVICES", right=True),
)


def _events(forecast: Forecast) -> Iterator[Row]:
    for events in by_cause(forecast.events):
        for one in events:
            what = Cell(event_text(one), RICH_STYLES[event_style(one)])
            yield [minute(one.at), what, platforms_of(one), f"{one.devices:,}"]
        if not events[0].recovers:
            yield SpanningRow(events[0].cause, indent=2)
            yield SpanningRow(prevention_text(events[0]), indent=2)


def comparison_table(found: Sequence[Forecast]) -> Table:
    """The figures of several forecasts side by side."""
    columns = (TableColumn("", least=20, wraps=True), *(TableColumn(one.name, right=True) for one in found))
    rows = [[figure.words, *(number(figure.of(one)) for one in found)] for figure in shown_figures(found)]
    return Table(columns, rows)
