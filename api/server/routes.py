"""The calls as routes of Litestar, which finds the one that a path and a method stand for."""

from __future__ import annotations

from collections.abc import Iterable

from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response import Response
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse

from .answers import HttpAnswer
from .bodies import HttpRequest
from .calls import Call
from .problems import problem_of
from .session import answer_to

_READING = [HttpMethod.GET, HttpMethod.HEAD]


def routes_of(calls: Iterable[Call]) -> list[HTTPRouteHandler]:
    """A route for each call; HEAD works where GET does, and OPTIONS tells what a path takes."""
    calls = list(calls)
    methods: dict[str, set[HttpMethod]] = {}
    for call in calls:
        methods.setdefault(_path_of(call), {HttpMethod.OPTIONS}).update(_methods_of(call))
    told = [_options(path, taken) for path, taken in methods.items()]  # first: Litestar's own would forget methods
    return [*told, *(_route(call) for call in calls)]


def page_route(path: str, page: HttpAnswer) -> HTTPRouteHandler:
    """A route that always answers the same, to everybody."""

    async def handle(request: HttpRequest) -> ASGIResponse:
        return response_of(page, request)

    return HTTPRouteHandler(path, http_method=_READING, name=path)(handle)


def response_of(answer: HttpAnswer, request: HttpRequest) -> ASGIResponse:
    """An answer as Litestar sends it; without its body where only the head is asked for."""
    if request.method == HttpMethod.HEAD:
        length = {} if answer.parts else {"Content-Length": str(len(answer.body))}
        headers = {"Content-Type": answer.media_type, **length, **answer.headers}
        return ASGIResponse(status_code=answer.status, headers=headers, is_head_response=True)
    headers = {"Content-Type": answer.media_type, **answer.headers}  # Litestar would add a character set once more
    if answer.parts is not None:
        return ASGIStreamingResponse(iterator=answer.parts, status_code=answer.status, headers=headers)
    return ASGIResponse(body=answer.body, status_code=answer.status, headers=headers)


def refused(request: HttpRequest, error: Exception) -> Response[bytes]:
    """The answer to what Litestar itself refuses: a path, or a method."""
    answer = problem_of(request, error)
    body = b"" if request.method == HttpMethod.HEAD else answer.body
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    return Response(body, media_type=answer.media_type, status_code=answer.status, headers=headers)


def _route(call: Call) -> HTTPRouteHandler:
    async def handle(request: HttpRequest) -> ASGIResponse:
        try:
            answer = await answer_to(call, request)
        except Exception as error:  # noqa: BLE001  a refusal, or an error of our own, which the log has
            answer = problem_of(request, error)
        return response_of(answer, request)

    return HTTPRouteHandler(_path_of(call), http_method=_methods_of(call), status_code=200, name=call.name)(handle)


def _options(path: str, methods: set[HttpMethod]) -> HTTPRouteHandler:
    allow = ", ".join(sorted(methods))

    async def handle() -> ASGIResponse:
        return ASGIResponse(status_code=204, headers={"Allow": allow})

    return HTTPRouteHandler(path, http_method=HttpMethod.OPTIONS, status_code=200, name=f"OPTIONS {path}")(handle)


def _path_of(call: Call) -> str:
    return call.path.replace("}", ":str}")


def _methods_of(call: Call) -> list[HttpMethod]:
    return _READING if call.method == "GET" else [HttpMethod(call.method)]
