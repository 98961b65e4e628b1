"""Metrics for Prometheus, behind a scrape token."""

from __future__ import annotations

from ...store.views.metrics import metric_families
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer
from ..server.bodies import HttpRequest
from ..server.calls import CallDescription, Calls
from ..server.exposition import exposition
from ..server.problems import documented
from ..server.surfaces import SERVER

calls = Calls(SERVER, tag="server", signed_in=False)

_SCHEME = "bearer "
_SAID = {
    200: {"description": "The metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}},
    **documented(None, 401, 429),
}


@calls.get("/metrics", CallDescription(_SAID, only_reads=True))
def get_metrics(request: HttpRequest, workspace: Workspace) -> HttpAnswer:
    """Figures for Prometheus, in its text format or as OpenMetrics. It needs a scrape token, in the header
    `Authorization: Bearer TOKEN`."""
    said = request.headers.get("authorization", "")
    workspace.scrape_tokens.check(said[len(_SCHEME) :].strip() if said.lower().startswith(_SCHEME) else None)
    workspace.settle()
    body, media_type = exposition(metric_families(workspace.metrics.figures()), request.headers.get("accept", ""))
    return HttpAnswer(body, media_type)
