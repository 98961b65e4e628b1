"""Plans over REST: checked by text, begun, gone on with and stopped."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.impact.deployment import bring, use

from .conftest import Rest

PLAN = """\
[[action]]
do = "set-site"
after = "0h"
apns_grace_days = 3
[[action]]
do = "bind"
after = "0h"
need = "saml"
certificate = "old.company.example"
[[action]]
do = "replace-certificate"
after = "0h"
certificate = "saml"
valid = "365d"
[[action]]
do = "set-site"
after = "900d"
apns_grace_days = 5
"""


def deployment(workspace: Workspace) -> None:
    use(workspace, "saml", issue("saml.company.example"))
    bring(workspace, issue("old.company.example", not_before=NOW - timedelta(9), days=2))


def test_a_plan_is_checked_begun_gone_on_with_and_stopped(rest: Rest, workspace: Workspace) -> None:
    deployment(workspace)
    wrong = rest.done("POST", "plans/check", {"text": PLAN.replace("need =", "ned =")})
    assert (wrong["plan"], wrong["mistakes"][1]["line"]) == (None, 8)
    right = rest.done("POST", "plans/check", {"name": "rotation", "text": PLAN})
    assert (right["plan"]["name"], right["mistakes"], len(right["plan"]["actions"])) == ("rotation", [], 4)
    assert rest.done("GET", "plans")["plans"] == []

    said = {"name": "rotation", "text": PLAN}
    tried = rest.done("POST", "plans", said, params={"dryRun": "true"})
    assert tried["dryRun"]
    assert rest.done("GET", "plans")["plans"] == []
    begun = rest.done("POST", "plans", said)
    assert [outcome["waits"] for outcome in begun["outcomes"]] == [None, "asks", "due"]
    assert rest.done("POST", "plans/rotation/run", {})["outcomes"] == []
    plan = rest.done("GET", "plans/rotation")["plan"]
    assert [step["state"] for step in plan["steps"]] == ["done", "asks", "due", "waiting"]
    assert plan["steps"][3]["what"] == "set apns grace days 5"
    assert plan["nextAt"] == plan["steps"][3]["nextAt"]

    (done,) = rest.done("POST", "plans/rotation/run", {"anyway": True})["outcomes"]
    assert done["do"] == "bind"
    rest.done("POST", "plans/rotation/done", {"number": 3})
    assert rest.done("POST", "plans/rotation/pause")["plan"]["pausedAt"]
    assert rest.done("POST", "plans/rotation/resume")["plan"]["pausedAt"] is None
    states = [step["state"] for step in rest.done("POST", "plans/rotation/stop")["plan"]["steps"]]
    assert states == ["done", "done", "done", "stopped"]
    assert rest.refused("POST", "plans/rotation/stop") == (409, "plan-over")
    assert rest.refused("GET", "plans/other") == (404, "plan-unknown")


def test_the_forecast_of_a_plan_is_kept_when_it_is_asked_for(rest: Rest, workspace: Workspace) -> None:
    deployment(workspace)
    said = {"name": "rotation", "text": PLAN, "forecast": True}
    assert rest.done("POST", "plans", said)["keptForecast"] == "rotation"
    assert [one.plan for one in workspace.kept_forecasts.list()] == ["rotation"]
    assert rest.done("POST", "plans", said)["keptForecast"] is None


def test_a_server_reads_no_file_that_a_client_names(rest: Rest, workspace: Workspace) -> None:
    text = '[[action]]\ndo = "import-certificate"\nafter = "0h"\nfile = "/etc/ssl/certs/ca.pem"\n'
    (mistake,) = [
        one for one in rest.done("POST", "plans/check", {"text": text})["mistakes"] if "a server" in one["message"]
    ]
    assert mistake["line"] == 1
    assert rest.refused("POST", "plans", {"name": "x", "text": text}) == (400, "plan-names-files")
    assert rest.refused("POST", "plans", {"name": "a/b", "text": PLAN}) == (400, "request-invalid")
    assert rest.refused("POST", "plans", {"name": "x", "text": "a = = 1"}) == (400, "plan-invalid")
    assert workspace.inventory.list() == []
