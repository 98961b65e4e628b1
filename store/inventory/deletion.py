"""Which entries of the inventory can't be deleted, and why."""

from __future__ import annotations

from ..errors import Refusal
from ..model.certificate import Certificate
from .certificate_table import Entries
from .entry_users import EntryUsers


def why_kept(entries: Entries, entry: Certificate, users_of: EntryUsers) -> Refusal | None:
    """Why an entry can't be deleted; None if it can. It is the history of a replacement or has replaced another one
    (``certificate-replaced``, ``certificate-replaces``), it is in use (``certificate-in-use``), or others chain to it
    (``certificate-has-dependents``)."""
    title = f"certificate {entry.id} ({entry.name})"
    if entry.replaced_by is not None:
        return Refusal(
            "certificate-replaced",
            f"{title} has been replaced by {entry.replaced_by} and is kept as its history",
        )
    if predecessors := [old.id for old in entries.replaced_by(entry.id)]:
        return Refusal(
            "certificate-replaces",
            f"{title} is the replacement of {_ids(predecessors)}",
            "Replace it by a newer one instead.",
        )
    if users := users_of(entry.id):
        return Refusal(
            "certificate-in-use",
            f"{title} is used by {', '.join(user.name for user in users)}",
            " ".join(dict.fromkeys(user.way_out for user in users)),
        )
    above = {issuer.id for issuer in entries.chain(entry.id)}  # two CAs may have issued each other
    if issued := [child for child in entries.issued_by(entry.id) if child.id not in above]:
        said = f"{title} is the issuer of {_ids([child.id for child in issued])}"
        kept = [child.id for child in issued if child.replaced_by is not None or entries.replaced_by(child.id)]
        if kept:  # nobody can delete these
            said += f", of which {_ids(kept)} {'stays' if len(kept) == 1 else 'stay'} as the history of a replacement"
        return Refusal("certificate-has-dependents", said, None if kept else "Delete those first.")
    return None


def _ids(ids: list[int]) -> str:
    shown = ", ".join(str(id) for id in ids[:5])
    return f"certificate{'s' if len(ids) > 1 else ''} {shown}{f' and {len(ids) - 5} more' if len(ids) > 5 else ''}"
