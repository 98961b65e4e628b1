"""The calls that a script has made: what each was, how it was answered, and what it changed."""

from __future__ import annotations

from msgspec import Struct

from .faults import FaultKind


class ItemRefusal(Struct, frozen=True, kw_only=True):
    """One of many records that a call was for, and why it was refused. ``id`` is as the answer has it."""

    id: int | str | None
    code: str


class CallMade(Struct, frozen=True, kw_only=True):
    """A call. Times are in seconds since the script began.

    ``status`` is None if no answer was sent. ``digest`` stands for query and body: it is the same for the same ones.
    ``code`` and ``message`` say why the call as a whole was refused; ``refused`` lists records that were refused while
    others were not. ``changed`` is what the call changed, in words; empty if that is nothing. ``fault`` is the one that
    was injected.
    """

    number: int
    at: float
    ended_at: float
    method: str
    path: str
    digest: str
    account: str | None = None
    status: int | None = None
    code: str | None = None
    message: str | None = None
    refused: tuple[ItemRefusal, ...] = ()
    changed: str = ""
    fault: FaultKind | None = None
    is_login: bool = False
    retry_after: int | None = None
    """The seconds that the answer asked to wait."""

    @property
    def is_refused(self) -> bool:
        """Whether it was answered with a refusal."""
        return self.status is not None and (self.status >= 400 or self.code is not None)

    def repeats(self, other: CallMade) -> bool:
        """Whether it is the same call again: method, path, query and body."""
        same = self.method, self.path, self.digest
        return self.number > other.number and same == (other.method, other.path, other.digest)
