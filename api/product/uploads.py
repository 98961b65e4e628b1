"""multipart/form-data requests: the files and their fields, whatever the parts are called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, BinaryIO

from ...store.certificates.limits import MAX_INPUT
from ...store.errors import Refusal
from ..server.answers import snake_name
from ..server.bodies import HttpRequest
from ..server.calls import Brought
from ..server.forms import FormPart, close, parts_of
from ..server.reading import invalid
from .loose_json import LONGEST, looks_like_object, read_object

_KEY_WORDS = ("key", "privatekey", "privatekeyfile", "keyfile", "pkfile", "private_key", "key_file")
_LONGEST_NAME = 200


class Upload:
    """The parts of a request.

    ``said`` is what its JSON says; plain fields count as well. ``files`` are the files in their order, without the
    private key, which is the part whose name says so, else the second file. They lie on the disk once they are large.
    """

    def __init__(self, said: dict[str, Any], files: list[FormPart], key: FormPart | None) -> None:
        self.said = said
        self.files = files
        self._key = key

    @property
    def file(self) -> BinaryIO:
        """The file; refuses with ``file-missing``, and with ``request-invalid`` where there are several."""
        return self._only().file

    @property
    def name(self) -> str:
        """Its name, for records."""
        return (self._only(2).filename or "")[:_LONGEST_NAME]

    def data(self, *, most: int = 1) -> bytes:
        """The bytes of a small file; refuses with ``file-missing``, ``file-empty``, ``file-too-large``, and with
        ``request-invalid`` where there are more than ``most`` files, of which the others would get lost."""
        return _read(self._only(most))

    def key(self) -> bytes | None:
        """The private key, if the request has one: a file of its own, or the second of two."""
        if self._key is not None:
            return _read(self._key)
        return _read(self.files[1]) if len(self.files) > 1 else None

    def text(self, *names: str) -> str | None:
        """The value of the first of these names in the request, in the product's way of writing or in ours; None
        without one. Refuses with ``request-invalid``."""
        for name in names:
            value = self.said.get(name, self.said.get(snake_name(name)))
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise Refusal("request-invalid", f"{name}: a text is expected")
            return str(value)
        return None

    def word(self, *names: str) -> str | None:
        """The same, with None for an empty text."""
        value = self.text(*names)
        return value.strip() if value is not None and value.strip() else None

    def _only(self, most: int = 1) -> FormPart:
        if not self.files:
            raise Refusal(
                "file-missing",
                "the request has no part with a file",
                "Send multipart/form-data, as curl does with -F uploadFile=@certificate.pem.",
            )
        self.refuse_more_than(most)
        return self.files[0]

    def refuse_more_than(self, most: int) -> None:
        """Refuse with ``request-invalid`` a request of more files, the key's included: the others would get lost."""
        count = len(self.files) + (self._key is not None)
        if count > most:
            wanted = "one is expected" if most == 1 else "a certificate and its private key are expected"
            raise invalid(f"the request has {count} files, and {wanted}", "Send the others in requests of their own.")


@asynccontextmanager
async def upload_of(request: HttpRequest) -> AsyncIterator[Upload]:
    """The parts of a request. Refuses as ``parts_of`` does."""
    parts = await parts_of(request)
    try:
        yield _sorted(parts)
    finally:
        close(parts)


Uploaded = Annotated[Upload, Brought(upload_of)]


def _sorted(parts: list[FormPart]) -> Upload:
    said: dict[str, Any] = {}
    files: list[FormPart] = []
    key: FormPart | None = None
    for part in parts:
        text = _json_in(part) if part.is_file else part.text()
        if text is not None and looks_like_object(text):
            for name, value in read_object(text).items():
                _say(said, name, value)
        elif not part.is_file:
            _say(said, part.name, text)
        elif not part.filename and not part.size:  # a form field for a file, which nobody chose
            continue
        elif key is None and part.name.lower() in _KEY_WORDS:
            key = part
        else:
            files.append(part)
    return Upload(said, files, key)


def _say(said: dict[str, Any], name: str, value: Any) -> None:
    """Add what a request says. Refuses with ``request-invalid`` what contradicts another part of it."""
    known = said.setdefault(name, value)
    if name and str(known).lower() != str(value).lower():
        raise invalid(f"{name[:40]}: it is said twice, and differently")


def _json_in(part: FormPart) -> str | None:
    """The text of a file part that is JSON: by its content type, or by its first character."""
    if part.size > LONGEST:
        return None
    kind = part.content_type.partition(";")[0].strip().lower()
    start = part.file.read(64)
    part.file.seek(0)
    if not (kind.endswith("json") or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")):
        return None
    data = part.file.read()
    part.file.seek(0)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _read(part: FormPart) -> bytes:
    if not part.size:
        raise Refusal("file-empty", "the file is empty", "Send it again from where it was made.")
    if part.size > MAX_INPUT:
        raise Refusal("file-too-large", f"the file is larger than {MAX_INPUT // 1024**2} MiB")
    return part.file.read()


def body(properties: dict[str, Any], *, file: str = "The file.") -> dict[str, Any]:
    """A multipart request for the OpenAPI page: a file, and a JSON part with these properties."""
    said = {"type": "object", "properties": properties}
    schema = {
        "type": "object",
        "properties": {
            "uploadFile": {"type": "string", "format": "binary", "description": file},
            "importData": said,
        },
        "required": ["uploadFile"],
    }
    encoding = {"importData": {"contentType": "application/json"}}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema, "encoding": encoding}}}
