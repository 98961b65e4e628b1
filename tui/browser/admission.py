"""Who gets the console in a browser: whoever has the key, from pages of this server only.

A browser connects to loopback for any web page that asks it to, and any user of the machine can. So every request needs
the key, which is drawn when the server starts, and is handed over once, in the address that is opened; after that it is
in a cookie that no script and no other site gets. WebSockets of other sites' pages are turned away by their ``Origin``
(RFC 6455, section 10.2), and names that somebody else's DNS leads to loopback by their ``Host``.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware
from yarl import URL

KEY = "key"
COOKIE = "certfleet-console"
HOSTS = ("127.0.0.1", "localhost", "::1")
HEADERS = {
    "Cache-Control": "no-store",
    # Nothing comes from elsewhere: the page of textual-serve would ask Google for a font.
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws:; "
    "frame-ancestors 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Admission:
    """The key of one server, and the middleware that asks for it."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(32)

    def address(self, base: str) -> str:
        """The address to open, with the key."""
        return f"{base}/?{KEY}={self.key}"

    @property
    def middleware(self) -> Middleware:
        """Answers 403 to whoever isn't let in; exchanges the key for the cookie."""

        @web.middleware
        async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._is_from_here(request):
                return _refused("This address is not the console's.")
            if KEY in request.query and self._fits(request.query[KEY]):
                answer: web.StreamResponse = web.Response(status=303, headers={"Location": "/", **HEADERS})
                answer.set_cookie(self._cookie(request), self.key, httponly=True, samesite="Strict")
                return answer
            if not self._fits(request.cookies.get(self._cookie(request), "")):
                return _refused("Open the address that `certfleet web` printed, with its key.")
            answer = await handler(request)
            if not answer.prepared:
                answer.headers.update(HEADERS)
            return answer

        return admit

    def _fits(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(errors="replace"), self.key.encode())

    def _cookie(self, request: web.Request) -> str:
        """Cookies don't tell ports apart, and several servers may run."""
        return f"{COOKIE}-{URL(f'http://{request.host}').port}"

    def _is_from_here(self, request: web.Request) -> bool:
        try:
            host = URL(f"http://{request.host}").host
        except ValueError:
            return False
        origin = request.headers.get("Origin")
        if request.headers.get("Upgrade", "").lower() == "websocket" and origin is None:
            return False
        return host in HOSTS and origin in (None, f"http://{request.host}")


def _refused(why: str) -> web.Response:
    return web.Response(status=403, text=f"{why}\n", headers=HEADERS)
