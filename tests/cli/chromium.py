"""A headless Chromium, driven by the DevTools protocol: a page to open, keys to press, what its WebSocket brought."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.waiting import LONG

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class BrowserPage:
    """The one page of a browser. ``received`` is the text of all that came through WebSockets, ``answered``
    the addresses that answered."""

    def __init__(self, devtools: aiohttp.ClientWebSocketResponse) -> None:
        self._devtools = devtools
        self._numbers = itertools.count(1)
        self.received = ""
        self.answered: list[str] = []

    async def call(self, method: str, **parameters: Any) -> Any:
        """A call of the protocol, and its result; meanwhile events are taken in."""
        number = next(self._numbers)
        await self._devtools.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._devtools.receive_json(timeout=LONG)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    async def shows(self, text: str) -> None:
        """Wait until the console has written the text."""
        end = time.monotonic() + LONG
        while text not in self.received:
            assert time.monotonic() < end, self.received[-2000:]
            await self.call("Runtime.evaluate", expression="1")
            await asyncio.sleep(0.1)

    async def click(self, x: int, y: int) -> None:
        """A click with the left button, in pixels."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def press(self, key: str) -> None:
        """A letter or digit, as the keyboard gives it."""
        code = ord(key.upper())
        for kind, more in (("keyDown", {"text": key}), ("keyUp", {})):
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)

    def _take(self, message: dict[str, Any]) -> None:
        parameters = message.get("params", {})
        if message.get("method") == "Network.webSocketFrameReceived":
            data = parameters["response"]["payloadData"]
            binary = parameters["response"]["opcode"] == 2
            self.received += base64.b64decode(data).decode(errors="replace") if binary else data
        elif message.get("method") == "Network.responseReceived":
            self.answered.append(parameters["response"]["url"])


@asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[BrowserPage]:
    """A browser with an empty page; it ends with the block."""
    assert PROGRAM is not None
    line = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *line, "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        port_file, end = profile / "DevToolsActivePort", time.monotonic() + LONG
        while not port_file.exists() or "\n" not in port_file.read_text():
            assert time.monotonic() < end and process.returncode is None
            await asyncio.sleep(0.1)
        port = int(port_file.read_text().splitlines()[0])
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                address = next(one["webSocketDebuggerUrl"] for one in await answer.json() if one["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as devtools:
                page = BrowserPage(devtools)
                await page.call("Network.enable")
                await page.call("Page.enable")
                yield page
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
