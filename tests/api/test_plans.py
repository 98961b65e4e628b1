"""Plans over REST: checked by text, begun, gone on with and stopped."""

from __future__ import annotations

from datetime import timedelta

from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import bring, use

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
    wrong = rest.own.done("POST", "plans/check", {"text": PLAN.replace("need =", "ned =")})
    assert (wrong["plan"], wrong["mistakes"][1]["line"]) == (None, 8)
    right = rest.own.done("POST", "plans/check", {"name": "rotation", "text": PLAN})
    assert (right["plan"]["name"], right["mistakes"], len(right["plan"]["actions"])) == ("rotation", [], 4)
    assert rest.own.done("GET", "plans")["plans"] == []

    said = {"name": "rotation", "text": PLAN}
    tried = rest.own.done("POST", "plans", said, params={"dryRun": "true"})
    assert tried["dry_run"]
    assert rest.own.done("GET", "plans")["plans"] == []
    begun = rest.own.done("POST", "plans", said)
    assert [outcome["waits"] for outcome in begun["outcomes"]] == [None, "asks", "due"]
    assert rest.own.done("POST", "plans/rotation/run", {})["outcomes"] == []
    plan = rest.own.done("GET", "plans/rotation")["plan"]
    assert [step["state"] for step in plan["steps"]] == ["done", "asks", "due", "waiting"]
    assert plan["steps"][3]["what"] == "set apns grace days 5"
    assert plan["next_at"] == plan["steps"][3]["next_at"]

    (done,) = rest.own.done("POST", "plans/rotation/run", {"anyway": True})["outcomes"]
    assert done["do"] == "bind"
    rest.own.done("POST", "plans/rotation/done", {"number": 3})
    assert rest.own.done("POST", "plans/rotation/pause")["plan"]["paused_at"]
    assert rest.own.done("POST", "plans/rotation/resume")["plan"]["paused_at"] is None
    states = [step["state"] for step in rest.own.done("POST", "plans/rotation/stop")["plan"]["steps"]]
    assert states == ["done", "done", "done", "stopped"]
    assert rest.own.refused("POST", "plans/rotation/stop") == (409, "plan-over")
    assert rest.own.refused("GET", "plans/other") == (404, "plan-unknown")


def test_the_forecast_of_a_plan_is_kept_when_it_is_asked_for(rest: Rest, workspace: Workspace) -> None:
    deployment(workspace)
    said = {"name": "rotation", "text": PLAN, "forecast": True}
    assert rest.own.done("POST", "plans", said)["kept_forecast"] == "rotation"
    assert [one.plan for one in workspace.kept_forecasts.list()] == ["rotation"]
    assert rest.own.done("POST", "plans", said)["kept_forecast"] is None


def test_a_server_reads_no_file_that_a_client_names(rest: Rest, workspace: Workspace) -> None:
    text = '[[action]]\ndo = "import-certificate"\nafter = "0h"\nfile = "/etc/ssl/certs/ca.pem"\n'
    (mistake,) = [
        one for one in rest.own.done("POST", "plans/check", {"text": text})["mistakes"] if "a server" in one["message"]
    ]
    assert mistake["line"] == 1
    assert rest.own.refused("POST", "plans", {"name": "x", "text": text}) == (400, "plan-names-files")
    assert rest.own.refused("POST", "plans", {"name": "a/b", "text": PLAN}) == (400, "request-invalid")
    assert rest.own.refused("POST", "plans", {"name": "x", "text": "a = = 1"}) == (400, "plan-invalid")
    assert workspace.inventory.list() == []
