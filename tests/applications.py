"""The REST application of a process's tests, over one workspace after the other: making its two hundred routes takes
longer than most tests."""

from __future__ import annotations

from functools import cache

from litestar import Litestar

from certfleet.api.server.application import create_application, state_of
from certfleet.store.workspace import Workspace


def application_over(workspace: Workspace, reading: Workspace | None = None) -> Litestar:
    """The application, which is over this workspace from now on, as ``create_application`` makes one."""
    application = _made_over_none()
    application.state = state_of(workspace, reading)
    return application


@cache
def _made_over_none() -> Litestar:
    with Workspace.open(None) as workspace:
        return create_application(workspace)
