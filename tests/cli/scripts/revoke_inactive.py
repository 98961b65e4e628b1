"""What a scheduled script does at the product's server: revoke what has been inactive for longer than the threshold.

It knows nothing of certfleet but the names of the variables of its environment.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import urllib.request
from typing import Any

BASE = f"{os.environ['CERTFLEET_URL']}/xenmobile/api/v1"
TRUST = ssl.create_default_context(cafile=os.environ["CERTFLEET_CA_FILE"])


def call(method: str, path: str, body: Any = None, token: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({} if token is None else {"auth_token": token})}
    request = urllib.request.Request(f"{BASE}/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, context=TRUST, timeout=60) as answer:
        return json.load(answer)


credentials = {"login": os.environ["CERTFLEET_USER"], "password": os.environ["CERTFLEET_PASSWORD"]}
token = call("POST", "authentication/login", credentials)["auth_token"]
properties = call("GET", "serverproperties", token=token)["allEwProperties"]
threshold = int(next(one["value"] for one in properties if "device.inactivity.days.threshold" in one["name"]))
devices = call("POST", "device/filter", {"start": 0, "limit": 10000}, token)["filteredDevicesDataList"]
for device in devices:
    if int(device["inactivityDays"] or 0) > threshold:
        print("revoking", device["serialNumber"])
        call("POST", "device/revoke", [device["id"]], token)
call("POST", "authentication/logout", {"login": credentials["login"]}, token)
sys.exit(0)
