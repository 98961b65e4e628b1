"""One forecast of a workspace, in this process."""

from __future__ import annotations

from datetime import datetime

from certfleet.simulator.forecast.copying import basis_of
from certfleet.simulator.forecast.forecasting import PlanFile, run_ahead
from certfleet.store.model.forecast import Forecast
from certfleet.store.workspace import Workspace


def forecast_of(workspace: Workspace, until: datetime, plan: PlanFile | None = None, *, seed: int = 0) -> Forecast:
    """A copy of the workspace, run ahead by a plan or none; ``seed`` as in ``copying.forecast_copy``."""
    return run_ahead(basis_of(workspace), workspace.actor.user, until, plan, seed=seed)
