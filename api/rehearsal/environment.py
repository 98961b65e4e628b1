"""The environment of a rehearsed script: where its server is, whom to trust, and how to log in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi

from .branch import Branch
from .branch_server import ServedBranch

_NO_WORKSPACE = "no-workspace"


@contextmanager
def environment_for(
    branch: Branch, server: ServedBranch, outside: Mapping[str, str], rehearsed: Path
) -> Iterator[dict[str, str]]:
    """The variables of the script's environment, ``outside`` those of this process; ``rehearsed`` is the true
    workspace. The files that they name are there until the end of the block; they hold certificates alone."""
    with TemporaryDirectory(prefix="certfleet-rehearsal-") as name:
        folder = Path(name)
        root, everybody = folder / "root.pem", folder / "public-and-root.pem"
        root.write_bytes(server.root)
        everybody.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + server.root)
        nowhere = str(folder / _NO_WORKSPACE)
        kept = {key: value for key, value in outside.items() if not key.startswith("CERTFLEET_")}
        yield {
            **kept,
            "CERTFLEET_URL": server.address,
            "CERTFLEET_HOST": server.host,
            "CERTFLEET_PORT": str(server.port),
            "CERTFLEET_CA_FILE": str(root),
            "CERTFLEET_TOKEN": branch.token,
            "CERTFLEET_USER": branch.account,
            "CERTFLEET_PASSWORD": branch.password,
            # certfleet itself, called by the script, gets no workspace unless it names one: never the true one.
            "CERTFLEET_WORKSPACE": nowhere,
            "CERTFLEET_REHEARSED": f"{rehearsed.absolute()}\n{nowhere}",
            # What curl, OpenSSL, PowerShell, Python and Node trust without being told.
            **dict.fromkeys(("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"), str(everybody)),
            "NODE_EXTRA_CA_CERTS": str(root),
        }
