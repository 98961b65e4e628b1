"""multipart/form-data: its parts, the files of which lie on the disk once they are large."""

from __future__ import annotations

import re
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from ...store.errors import Refusal
from .bodies import MOST_UPLOAD, HttpRequest, content_type, pieces
from .reading import invalid
from .threads import in_thread

MOST_PARTS = 50
MOST_TEXT = 4 * 1024 * 1024  # bytes of a part that is no file
IN_MEMORY = 1024 * 1024  # bytes of a file, which lies on the disk from then on

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)

_ENCODED_NAME = re.compile(r";\s*filename\*\s*=\s*[\w-]*'[\w-]*'([^;\s]*)", re.IGNORECASE)


class FormPart:
    """A part of a form: a file if it has a file name, which may be empty."""

    def __init__(self, segment: MultipartSegment) -> None:
        self.name: str = _name(segment.name or "")
        self.filename: str | None = _file_name(segment)
        self.content_type: str = segment.content_type or ""
        self.size = 0
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed with the form

    @property
    def file(self) -> BinaryIO:
        """Its bytes."""
        return cast(BinaryIO, self._file)

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and no plain field."""
        return self.filename is not None

    def text(self) -> str:
        """A plain field. Refuses with ``request-invalid``."""
        try:
            return self.file.read().decode()
        except UnicodeDecodeError:
            raise invalid(f"{self.name[:40]}: that is no text in UTF-8") from None

    async def take(self, data: bytes | bytearray) -> None:
        """Add bytes; those of a large file are written in a worker thread."""
        self.size += len(data)
        if not self.is_file and self.size > MOST_TEXT:
            raise invalid(f"{self.name[:40]}: a part that is no file has at most {MOST_TEXT // 1024**2} MiB")
        if self.size > IN_MEMORY:
            await in_thread(self._file.write, data)
        else:
            self._file.write(data)

    def close(self) -> None:
        """Delete it."""
        self._file.close()


def _name(said: str) -> str:
    """A name: UTF-8 (RFC 7578 section 5.1), or Latin-1 from old clients."""
    try:
        return said.encode("latin-1").decode()
    except UnicodeDecodeError:
        return said


def _file_name(segment: MultipartSegment) -> str | None:
    """The file name, also of clients that only send it encoded (RFC 8187); None without one."""
    if segment.filename is not None:
        return _name(segment.filename)
    encoded = _ENCODED_NAME.search(segment.header("Content-Disposition") or "")
    return None if encoded is None else unquote(encoded[1])


async def parts_of(request: HttpRequest) -> list[FormPart]:
    """The parts of a request, to be closed. Refuses with ``multipart-expected``, and with ``request-invalid`` if it is
    malformed."""
    kind = content_type(request)
    if kind != "multipart/form-data":
        raise Refusal(
            "multipart-expected",
            f"the request is {kind[:80] or 'of no content type'}, and multipart/form-data is expected",
            "Send the file as curl does with -F uploadFile=@certificate.pem, and the JSON as another part.",
        )
    boundary = _BOUNDARY.search(request.headers["content-type"])
    if boundary is None:
        raise invalid("that is not multipart/form-data: its header names no boundary")
    parts: list[FormPart] = []
    try:
        await _read(request, (boundary[1] or boundary[2]).encode("latin-1", "replace"), parts)
        for part in parts:
            part.file.seek(0)
    except (MultipartError, UnicodeError) as error:
        close(parts)
        raise invalid(f"that is not multipart/form-data: {error}") from None
    except BaseException:
        close(parts)
        raise
    return parts


def close(parts: list[FormPart]) -> None:
    """Delete the files."""
    for part in parts:
        part.close()


async def _read(request: HttpRequest, boundary: bytes, parts: list[FormPart]) -> None:
    with PushMultipartParser(boundary, max_segment_count=MOST_PARTS, header_charset="latin-1") as parser:
        async for piece in pieces(request, MOST_UPLOAD):
            for found in parser.parse(piece):
                if isinstance(found, MultipartSegment):
                    parts.append(FormPart(found))
                elif found:
                    await parts[-1].take(found)
