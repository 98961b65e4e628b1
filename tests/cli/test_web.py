"""``certfleet web``: the console in a browser, for whoever has the key, and nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.waiting import LONG

from .chromium import PROGRAM, browsing
from .conftest import Command, Material

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def address(filled_before: Path) -> Iterator[str]:
    """The address that the program prints."""
    with subprocess.Popen(
        Command(filled_before).line("--json", "web", "--port", "0"), stdout=subprocess.PIPE, env=os.environ
    ) as process:
        try:
            assert process.stdout is not None
            document = b""
            while not document.rstrip().endswith(b"}"):
                line = process.stdout.readline()
                assert line, "it has ended"
                document += line
            yield json.loads(document)["address"]
            process.send_signal(signal.SIGINT)
            assert process.wait(LONG) == 0
        finally:
            process.kill()


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.partition("/?")[0], timeout=LONG) as client:
        yield client


def test_without_the_key_nobody_gets_anything(browser: httpx.Client) -> None:
    for path in ("/", "/ws", "/static/js/textual.js", "/download/x", "/?key=guessed", "/?key=%ff"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "certfleet web" in answer.text


def test_the_key_is_exchanged_for_a_cookie(browser: httpx.Client, address: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie

    page = browser.get("/")
    assert page.status_code == 200
    assert address.partition("key=")[2] not in page.text
    assert f"ws://{browser.base_url.netloc.decode()}/ws" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_a_tunnel_may_have_another_port(browser: httpx.Client, address: str) -> None:
    key = address.partition("key=")[2]
    there = {"Host": "localhost:9000", "Cookie": f"certfleet-console-9000={key}"}
    assert "ws://localhost:9000/ws" in browser.get("/", headers=there).text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[", ""])
def test_a_name_that_leads_here_is_not_enough(browser: httpx.Client, address: str, host: str) -> None:
    answer = browser.get(address, headers={"Host": host})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "null", None])
def test_a_page_of_another_site_opens_no_console(browser: httpx.Client, address: str, origin: str | None) -> None:
    browser.get(address)
    answer = browser.get("/ws", headers={**UPGRADE, **({} if origin is None else {"Origin": origin})})
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mdm.example.com"])
def test_other_machines_are_refused(certfleet: Command, host: str) -> None:
    error = certfleet.refused("web", "--host", host)
    assert error["code"] == "web-needs-loopback"
    assert "ssh -L" in error["hint"]


def test_a_port_that_is_taken(certfleet: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert certfleet.refused("web", "--port", taken.getsockname()[1])["code"] == "address-in-use"


def test_a_browser_is_not_asked_for_the_passphrase(filled: Command, material: Material) -> None:
    filled.done("workspace", "passphrase", "--new-passphrase-file", material / "password")
    assert filled.refused("web", "--port", "0")["code"] == "passphrase-needed"
    filled.environment["CERTFLEET_PASSPHRASE_FILE"] = str(material / "wrong")
    assert filled.refused("web", "--port", "0")["code"] == "wrong-passphrase"


def test_who_is_confined_serves_nothing(certfleet: Command, tmp_path: Path) -> None:
    certfleet.environment["CERTFLEET_CONFINED"] = str(tmp_path)
    assert certfleet.refused("web")["code"] == "confined"


@pytest.mark.slow
@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")
async def test_the_console_works_in_a_browser(address: str, tmp_path: Path) -> None:
    async with browsing(tmp_path / "profile") as page:
        await page.call("Page.navigate", url=address)
        await page.shows("Overview")
        await page.click(300, 500)
        await page.press("2")
        await page.shows("mdm.company.example")

        assert {url.split("/")[2] for url in page.answered} == {address.split("/")[2]}
