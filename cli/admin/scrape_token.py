"""``certfleet admin scrape-token``: what a monitoring system reads the metrics with."""

from __future__ import annotations

import click

from ...store.accounts.scrape_tokens import Tokens
from ...store.views.account import scrape_token_document
from ...store.words import minute
from ..frame.answer import Answer, Aside, Secret
from ..frame.command import command
from ..frame.parameters import TEXT
from ..frame.session import Session
from ..frame.tables import Listing

name_argument = click.argument("name", type=TEXT)


@command("list", examples=["certfleet admin scrape-token list"], lists="scrape_tokens")
def list_tokens(session: Session) -> Answer:
    """List the scrape tokens by name. The tokens themselves are shown only when they are made."""
    found: Tokens = session.open().scrape_tokens.list()
    return Answer(
        {"scrape_tokens": [scrape_token_document(one) for one in found]},
        Listing(
            ({"NAME": one.name, "MADE (UTC)": minute(one.created_at), "BY": one.created_by} for one in found),
            least={"NAME": 12, "BY": 8},
            none="no scrape token; `certfleet admin scrape-token add NAME` makes one",
        ),
    )


@command(examples=["certfleet admin scrape-token add prometheus"], changes=True)
@name_argument
def add(session: Session, name: str) -> Answer:
    """Make a scrape token and print it. It can't be shown again: only its SHA-256 is kept. It reads `GET /metrics` of
    `certfleet serve`, and nothing else."""
    made, token = session.open(create=True).scrape_tokens.add(name)
    said = f"made scrape token {made.name}; it reads /metrics as `Authorization: Bearer TOKEN`"
    return Answer({"scrape_token": scrape_token_document(made), "token": token}, [Secret(token), Aside(said)])


@command(examples=["certfleet admin scrape-token revoke prometheus"], changes=True)
@name_argument
def revoke(session: Session, name: str) -> Answer:
    """Revoke a scrape token: it reads nothing from now on."""
    gone = session.open().scrape_tokens.revoke(name)
    return Answer({"scrape_token": scrape_token_document(gone)}, f"revoked scrape token {gone.name}")
