"""Work on other machines: nothing leaves without a word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Command

CLUSTER = "dask://127.0.0.1:9"


@pytest.mark.parametrize("line", ["simulate fleet --devices 3", "forecast --for 1d"])
def test_nothing_is_sent_unasked(certfleet: Command, line: str) -> None:
    certfleet.done("simulate", "fleet", "--devices", 3, "--start", "2026-01-05")
    refused = certfleet.refused(*line.split(), "--executor", CLUSTER)
    assert refused["code"] == "secrets-would-leave"
    assert CLUSTER in refused["message"]


def test_consent_goes_with_a_cluster(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 3, "--start", "2026-01-05")
    assert certfleet.run("forecast", "--for", "1d", "--send-secrets").exit_code == 2


@pytest.mark.slow
def test_a_fleet_and_a_forecast_over_a_cluster(certfleet: Command) -> None:
    distributed: Any = pytest.importorskip("distributed")
    scheduler = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", scheduler_kwargs=scheduler, dashboard_address=None
    ) as cluster:
        there = "--executor", f"dask://{cluster.scheduler_address.removeprefix('tcp://')}", "--send-secrets"
        certfleet.done("simulate", "fleet", "--devices", 100, "--start", "2026-01-05", *there)
        assert certfleet.json("workspace", "check")["clean"]
        forecast = "forecast", "--for", "20d", "--seeds", 3
        assert certfleet.json(*forecast, *there) == certfleet.json(*forecast)
