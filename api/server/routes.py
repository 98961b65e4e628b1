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
from .session import Handles, answer_to

_READING = [HttpMethod.GET, HttpMethod.HEAD]


def routes_of(calls: Iterable[Call], handles: Handles) -> list[HTTPRouteHandler]:
    """A route for each call; HEAD works where GET does."""
    return [_route(call, handles) for call in calls]


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
    if answer.parts is not None:
        return ASGIStreamingResponse(
            iterator=answer.parts, media_type=answer.media_type, status_code=answer.status, headers=answer.headers
        )
    return ASGIResponse(
        body=answer.body, media_type=answer.media_type, status_code=answer.status, headers=answer.headers
    )


def refused(request: HttpRequest, error: Exception) -> Response[bytes]:
    """The answer to what Litestar itself refuses: a path, or a method."""
    answer = problem_of(request, error)
    body = b"" if request.method == HttpMethod.HEAD else answer.body
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    return Response(body, media_type=answer.media_type, status_code=answer.status, headers=headers)


def _route(call: Call, handles: Handles) -> HTTPRouteHandler:
    async def handle(request: HttpRequest) -> ASGIResponse:
        try:
            answer = await answer_to(call, request, handles)
        except Exception as error:  # noqa: BLE001  a refusal, or an error of our own, which the log has
            answer = problem_of(request, error)
        return response_of(answer, request)

    methods = _READING if call.method == "GET" else [HttpMethod(call.method)]
    path = call.path.replace("}", ":str}")
    return HTTPRouteHandler(path, http_method=methods, status_code=200, name=call.name)(handle)
