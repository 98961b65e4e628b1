"""``certfleet forecast-review`` and ``forecast-forget``: what came of kept forecasts, and dropping one."""

from __future__ import annotations

import click

from ...store.kept_forecasts.comparing import ForecastComparison, group_shares
from ...store.model.kept_forecast import KeptForecast
from ...store.views.documents import fields_of
from ...store.views.forecasts.kept_forecast import (
    NONE_KEPT,
    comparison_text,
    kept_document,
    kept_text,
    percent,
    source_text,
)
from ...store.words import day, minute
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import TEXT
from ..frame.session import Session
from ..frame.tables import Listing


@command(
    "forecast-review", examples=["certfleet forecast-review", "certfleet forecast-review rotation"], lists="forecasts"
)
@click.argument("name", type=TEXT, required=False, metavar="[NAME]")
def forecast_review(session: Session, name: str | None) -> Answer:
    """List the forecasts that were kept (`forecast --keep`), or set what is known of the fleet since beside what one of
    them said: by imports of devices, by the dates of issue of device certificates each week, and as it is now."""
    workspace = session.open()
    if name is None:
        kept = workspace.kept_forecasts.list()
        return Answer(
            {"forecasts": [kept_document(one) for one in kept]},
            Listing(
                (
                    {
                        "NAME": one.name,
                        "PLAN": one.plan,
                        "FROM": day(one.started_at),
                        "TO": day(one.until),
                        "KEPT (UTC)": minute(one.kept_at),
                        "BY": one.kept_by,
                        "IMPORTS SINCE": f"{len(one.looks):,}",
                    }
                    for one in kept
                ),
                right=("IMPORTS SINCE",),
                none=NONE_KEPT,
            ),
        )
    found, compared = workspace.kept_forecasts.review(name)
    return Answer(
        lambda: {"forecast": fields_of(kept_document(found, compared))},
        [
            f"{found.name}: {kept_text(found)}",
            Listing((_row(found, one) for one in compared), none="nothing is known yet"),
            *([comparison_text(found, compared[-1])] if compared else []),
        ],
    )


@command("forecast-forget", examples=["certfleet forecast-forget rotation"], changes=True)
@click.argument("name", type=TEXT)
def forecast_forget(session: Session, name: str) -> Answer:
    """Drop the forecast that was kept as NAME. The others stay."""
    gone = session.open().kept_forecasts.forget(name)
    return Answer({"forecast": fields_of(kept_document(gone))}, f"forgotten: {gone.name}: {kept_text(gone)}")


def _row(kept: KeptForecast, one: ForecastComparison) -> dict[str, str]:
    return {
        "AT (UTC)": minute(one.known.at),
        "BY": source_text(one.known),
        "IN SERVICE": _both(one.said.in_service, one.known.in_service),
        "STRANDED": _both(one.said.stranded, one.known.stranded),
        **{
            title.upper(): f"said {percent(said)}, was {percent(known)}"
            for title, said, known in group_shares(kept, one)
        },
    }


def _both(said: int | None, known: int | None) -> str:
    """``said 312, was 305``."""
    return "-" if known is None else f"said {said or 0:,}, was {known:,}"
