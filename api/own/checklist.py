"""What certificates stop now and later: the checklist and the consequences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from ...store.clock import rfc3339
from ...store.components.capabilities import Level
from ...store.errors import Refusal
from ...store.outlook.horizons import LONGEST_OUTLOOK
from ...store.views.checklist import ChecklistRowDocument, row_document
from ...store.views.consequence import (
    CountedConsequenceDocument,
    DeviceEndDocument,
    EventDocument,
    UnusedEndDocument,
    counted_document,
    outlook_document,
)
from ...store.views.forecasts.kept_forecast import KeptForecastDocument, kept_document
from ...store.views.prevention import PreventionDocument, prevention_documents
from ...store.views.start_by import StartByDocument, start_by_document
from ...store.views.trust import SslErrorsDocument, ssl_errors_document
from ...store.workspace import Workspace
from ..product.request_fields import IN_DAYS
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .times import in_utc

calls = Calls(OWN, tag="impact")


class ChecklistAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The rows, and the number of stopped ones."""

    checklist: list[ChecklistRowDocument]
    stopped: int
    now: str


class StartByAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The last days to start, as they were computed last; null if they never were."""

    start_by: StartByDocument | None


class KeptForecastList(DoneAnswer, frozen=True, kw_only=True):
    """The kept forecasts, the oldest first."""

    forecasts: list[KeptForecastDocument]


class KeptForecastAnswer(DoneAnswer, frozen=True, kw_only=True):
    """A kept forecast."""

    forecast: KeptForecastDocument


class ConsequenceList(DoneAnswer, frozen=True, kw_only=True):
    """What is stopped or degraded at a moment, what prevents each, and the present numbers of SSL Error 61."""

    at: str
    consequences: list[CountedConsequenceDocument]
    preventions: list[PreventionDocument]
    ssl_error_61: SslErrorsDocument | None = None


class OutlookAnswer(DoneAnswer, frozen=True, kw_only=True):
    """What stops or recovers until a moment if nobody acts, which certificates end that nothing is known to depend on,
    how many device certificates end, and what prevents each."""

    until: str
    events: list[EventDocument]
    unused: list[UnusedEndDocument]
    device_certificates: list[DeviceEndDocument]
    preventions: list[PreventionDocument]


@calls.get("/checklist", reads(ChecklistAnswer))
def get_checklist(workspace: Workspace) -> HttpAnswer:
    """List everything that the deployment needs a certificate for: the certificate or that it is missing, its status,
    what is stopped, and what to do next."""
    now, rows = workspace.now(), workspace.impact.checklist()
    stopped = sum(row.level is Level.STOPPED for row in rows)
    return answer(ChecklistAnswer, checklist=[row_document(row) for row in rows], stopped=stopped, now=rfc3339(now))


@calls.get("/start-by", reads(StartByAnswer))
def get_start_by(workspace: Workspace) -> HttpAnswer:
    """Get the last days to start replacing each certificate and each CA group, as `certfleet start-by --compute` found
    them last. `old` says why they have to be computed again: that takes forecasts, so the server doesn't do it."""
    known = workspace.impact.known_starts()
    return answer(StartByAnswer, start_by=None if known is None else start_by_document(known))


@calls.get("/forecasts", reads(KeptForecastList))
def list_forecasts(workspace: Workspace) -> HttpAnswer:
    """List the forecasts that were kept (`certfleet forecast --keep`), without comparisons."""
    return answer(KeptForecastList, forecasts=[kept_document(one) for one in workspace.kept_forecasts.list()])


@calls.get("/forecasts/{name}", reads(KeptForecastAnswer, 404))
def get_forecast(workspace: Workspace, name: str) -> HttpAnswer:
    """Get a kept forecast, with what is known of the fleet since beside what it said."""
    return answer(KeptForecastAnswer, forecast=kept_document(*workspace.kept_forecasts.review(name)))


@calls.delete("/forecasts/{name}", changes(KeptForecastAnswer, "plan.forget-forecast", 404))
def forget_forecast(workspace: Workspace, name: str) -> HttpAnswer:
    """Drop a kept forecast."""
    return answer(KeptForecastAnswer, forecast=kept_document(workspace.kept_forecasts.forget(name)))


@calls.get("/consequences", reads(ConsequenceList))
def get_consequences(workspace: Workspace, at: datetime | None = None) -> HttpAnswer:
    """List what is stopped or degraded now, or at a later moment if nobody acts."""
    now = workspace.now()
    moment = now if at is None else in_utc(at)
    if moment < now:
        raise Refusal("request-invalid", f"at: the moment has passed; it is {rfc3339(now)}")
    counts = workspace.impact.platforms()
    found = workspace.impact.consequences(moment)
    errors = ssl_errors_document(workspace.impact.ssl_errors()) if moment == now else None
    return answer(
        ConsequenceList,
        at=rfc3339(moment),
        consequences=[counted_document(one, counts) for one in found],
        preventions=list(prevention_documents(workspace.impact.stops(moment))),
        ssl_error_61=errors,
    )


@calls.get("/consequences/upcoming", reads(OutlookAnswer))
def get_outlook(
    workspace: Workspace, days: Annotated[int, Meta(ge=1, le=LONGEST_OUTLOOK.days), IN_DAYS] = 90
) -> HttpAnswer:
    """List what stops, recovers or expires in the coming days if nobody acts."""
    until = workspace.now() + timedelta(days=days)
    found = outlook_document(workspace.impact, until)
    return answer(
        OutlookAnswer,
        until=rfc3339(found.until),
        events=list(found.events),
        unused=list(found.unused),
        device_certificates=list(found.device_certificates),
        preventions=list(found.preventions),
    )
