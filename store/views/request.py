"""A signing request: its document, and whether it was answered."""

from __future__ import annotations

from msgspec import Struct

from ..inventory.request_names import notes_on_names
from ..model.request import SigningRequest
from .documents import document, document_type

RequestDocument = document_type(
    "RequestDocument", SigningRequest, "A signing request with its PKCS #10 file as PEM.", pem=str, notes=list[str]
)


def request_document(request: SigningRequest, pem: bytes) -> Struct:
    """The document of a request, with its file."""
    return document(RequestDocument, request, pem=pem.decode("ascii"), notes=request_notes(request))


def request_notes(request: SigningRequest) -> list[str]:
    """What is doubtful about its names."""
    return list(notes_on_names(request.sans, request.use_as))


def request_state(request: SigningRequest) -> str:
    """``waiting``, or ``answered by #12``."""
    return "waiting" if request.completed_by is None else f"answered by #{request.completed_by}"
