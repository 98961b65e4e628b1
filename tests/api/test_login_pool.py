"""Logins have threads of their own: many of them keep nobody else waiting."""

from __future__ import annotations

import asyncio
import threading

import pytest

from certfleet.api.server.threads import LOGINS, Pool, in_thread
from certfleet.store.accounts.passwords import logins_busy
from certfleet.store.errors import Refusal
from tests.waiting import LONG

from .conftest import PASSWORD, Rest


async def test_too_many_are_refused_at_once_and_others_go_on() -> None:
    pool, go_on = Pool(1, "test", most=3, busy=logins_busy), threading.Event()
    hashing = [asyncio.create_task(pool.run(go_on.wait, LONG)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="logins-busy"):
        await pool.run(go_on.wait, LONG)
    assert await in_thread(lambda: "served") == "served"
    go_on.set()
    assert await asyncio.gather(*hashing) == [True] * 3
    assert await pool.run(lambda: "next") == "next"


async def test_who_is_gone_still_counts_until_the_hash_is_done() -> None:
    pool, go_on = Pool(1, "test", most=1, busy=logins_busy), threading.Event()
    gone = asyncio.create_task(pool.run(go_on.wait, LONG))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="logins-busy"):
        await pool.run(go_on.wait, LONG)
    go_on.set()


def test_a_login_is_refused_where_others_wait(stranger: Rest, viewer: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LOGINS, "_most", 0)
    credentials = {"login": "the viewer", "password": PASSWORD}
    assert stranger.refused("POST", "authentication/login", credentials) == (429, "logins-busy")
    viewer.done("GET", "certificates")
