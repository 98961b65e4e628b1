"""``certfleet serve`` as a separate process, and clients that verify the server."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.api.server.application import PREFIX
from certfleet.store.model.account import Role
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.workspace import Workspace

from .conftest import PASSWORD


@dataclass
class Server:
    """One that runs. ``authority`` is the file with the root CA that its certificate comes from, ``added`` what it has
    added to the inventory."""

    process: subprocess.Popen[str]
    address: str
    authority: Path
    added: list[str]

    @property
    def base(self) -> str:
        return f"{self.address}{PREFIX}"

    @contextmanager
    def log_in(self, role: Role = Role.ADMINISTRATOR) -> Iterator[httpx.Client]:
        """A client that trusts the workspace's root CA alone, logged in."""
        verify = ssl.create_default_context(cafile=self.authority) if self.address.startswith("https") else True
        with httpx.Client(base_url=f"{self.base}/", verify=verify, timeout=120) as client:
            credentials = {"login": f"the {role}", "password": PASSWORD}
            while (answer := client.post("authentication/login", json=credentials)).status_code == 429:
                time.sleep(1)  # as its header Retry-After says
            assert answer.status_code == 200, answer.text
            client.headers["auth_token"] = answer.json()["auth_token"]
            yield client

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; the answer is its exit status."""
        self.process.send_signal(number)
        return self.process.wait(120)


def certfleet(workspace: Path, *arguments: object) -> list[str]:
    """The command line of a command."""
    return [sys.executable, "-m", "certfleet", "--workspace", str(workspace), "--json", *map(str, arguments)]


@contextmanager
def serving(workspace: Path, *options: object) -> Iterator[Server]:
    """A server on a workspace, on a free port of loopback; it is stopped at the end."""
    with Workspace.open(workspace) as opened:
        for role in Role:
            if f"the {role}" not in {account.name for account in opened.accounts.list()}:
                opened.accounts.add(f"the {role}", role, PASSWORD)
        (root,) = opened.authorities.chain("default", AuthorityRole.ROOT)
    authority = workspace.parent / "root.pem"
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    with subprocess.Popen(
        certfleet(workspace, "serve", "--port", 0, *options),
        stdout=subprocess.PIPE,
        stderr=(workspace.parent / "serve.log").open("w"),
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "}" not in said and (line := process.stdout.readline()):
                said += line
            found = json.loads(said)
            yield Server(process, found["address"], authority, found["added"])
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(120)
            except subprocess.TimeoutExpired:
                process.kill()
