"""What a change gives to entries of the inventory and takes from them: chain, key, place in a component."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..components.naming import title_of
from ..model.certificate import Certificate, is_root
from ..model.component import Component
from .effects import EntryAlteration, EntryEffect, new_title
from .rows import WrittenRecord, WrittenRows

Title = Callable[[int], str]
"""The name of an entry."""

Rootless = Callable[[int], Iterable[Certificate]]
"""The entries that chain to this one, and to no root."""


def without_new_ids(sentence: str, added: Iterable[EntryEffect]) -> str:
    """A sentence about a change, in which the entries that it would add have no ids: those aren't theirs yet."""
    for one in added:
        for told in (f"certificate {one.id} ({one.title})", f"#{one.id} {one.title}"):
            sentence = sentence.replace(told, new_title(one.title))
    return sentence


def entry_effects(
    rows: WrittenRows, title: Title, rootless: Rootless, *, provisional: bool = False
) -> tuple[EntryEffect, ...]:
    """Changed entries in the order of their ids, followed by those that lose their root, and by changed places in
    components. ``title`` names an entry that exists after the change, ``rootless`` says what is so after it.
    ``provisional``: no sentence has the id of an entry that the change would add."""
    gone: dict[int, str] = {}
    found: list[EntryEffect] = []
    below: dict[int, EntryEffect] = {}
    new = rows.added("certificates")

    def named(id: int) -> str:
        name = gone.get(id) or title(id)
        return new_title(name) if provisional and id in new else f"#{id} {name}"

    for one in rows.records("certificates", Certificate):
        if one.before is not None and one.after is None:
            gone[one.id] = one.before.name
        elif one.before is not None and one.after is not None and is_root(one.before) and not is_root(one.after):
            top = f"#{one.id} {one.after.name}"
            for entry in rootless(one.id):
                below[entry.id] = EntryEffect(
                    id=entry.id, title=entry.name, alteration=EntryAlteration.LOSES_ROOT, what=top
                )
        found += _of_entry(one, named)
    found += [below[id] for id in sorted(below.keys() - new)]
    for component in rows.records("components", Component):
        found += _of_component(component, lambda id: gone.get(id) or title(id))
    return tuple(found)


def _of_entry(one: WrittenRecord[Certificate], named: Title) -> Iterator[EntryEffect]:
    before, after = one.before, one.after
    if after is None:
        if before is not None:
            yield EntryEffect(
                id=one.id,
                title=before.name,
                alteration=EntryAlteration.DELETED,
                what="with its private key" if before.has_private_key else "",
            )
        return
    for kind, what in list(_of(before, after, named)) or [(EntryAlteration.CHANGED, "")]:
        yield EntryEffect(id=one.id, title=after.name, alteration=kind, what=what)


def _of(before: Certificate | None, after: Certificate, named: Title) -> Iterator[tuple[EntryAlteration, str]]:
    if before is None:
        yield EntryAlteration.ADDED, ""
        return
    if after.fingerprint_sha256 != before.fingerprint_sha256:
        yield EntryAlteration.OVERWRITTEN, ""
    if after.replaced_by is not None and before.replaced_by is None:
        yield EntryAlteration.REPLACED, f"by {named(after.replaced_by)}"
    if before.issuer_id is not None and after.issuer_id is None:
        yield EntryAlteration.LOSES_CHAIN, named(before.issuer_id)
    if before.has_private_key and not after.has_private_key:
        yield EntryAlteration.LOSES_KEY, ""


def _of_component(one: WrittenRecord[Component], title: Title) -> Iterator[EntryEffect]:
    old = None if one.before is None else one.before.certificate_id
    new = None if one.after is None else one.after.certificate_id
    if old == new:
        return
    component = one.after or one.before
    assert component is not None
    what = title_of(component)
    if old is not None:
        yield EntryEffect(id=old, title=title(old), alteration=EntryAlteration.LOSES_PLACE, what=what)
    if new is not None:
        yield EntryEffect(id=new, title=title(new), alteration=EntryAlteration.TAKES_PLACE, what=what)
