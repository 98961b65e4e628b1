"""A workspace with delivery channels for its notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from certfleet.store.model.notice import Security
from certfleet.store.workspace import Workspace
from tests.material import NOW

Tell = Callable[..., int | None]


@pytest.fixture
def tell(workspace: Workspace) -> Tell:
    """Tell a notice of a title."""
    return lambda title="Something ends", **more: tell_in(workspace, title, **more)


def tell_in(workspace: Workspace, title: str, **more: object) -> int | None:
    with workspace.database.transaction():
        return workspace.notices.tell(
            "gateway-expiry",
            "certificate:12",
            title,
            "Replace it in time.",
            NOW,
            **more,  # type: ignore[arg-type]
        )


def send_mail_to(workspace: Workspace, port: int, *recipients: str, **more: object) -> None:
    """Configure mail through a server on loopback without TLS."""
    workspace.deliveries.set_smtp(
        **{  # type: ignore[arg-type]
            "host": "127.0.0.1",
            "port": port,
            "security": Security.NONE,
            "sender": "certfleet@example.com",
            "recipients": recipients or ("ann@example.com",),
            **more,
        }
    )
