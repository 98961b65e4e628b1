"""What components are called: in a list, in a sentence, and which names somebody may give."""

from __future__ import annotations

from ..errors import Refusal
from ..model.component import Component
from .needs import BY_ID, Need, NeedKind, need_of

LONGEST_NAME = 200


def title_of(component: Component) -> str:
    """``Provisioning profile com.company.mail``."""
    need = BY_ID.get(component.need)
    if need is None or need.id == "other":
        return component.name or "a component"
    return f"{need.title} {component.name}".strip()


def checked_need(need: str, name: str) -> tuple[str, str]:
    """A need that a certificate can be bound to, and the name of one of several, as components have them.

    Refuses with ``need-unknown``, ``profile-needed``, ``name-needed``, ``name-not-wanted`` or ``name-invalid``.
    """
    wanted, name = need_of(need), name.strip()
    if wanted.kind is NeedKind.PROFILE:
        raise Refusal("profile-needed", f"{wanted.title} takes a provisioning profile")
    check_name(wanted, name)
    return wanted.id, name


def check_name(need: Need, name: str, *, bare: bool = False) -> None:
    """Refuses with ``name-needed``, ``name-not-wanted`` or ``name-invalid``; ``bare``: it may be left out."""
    if need.several and not name and not bare:
        raise Refusal(
            "name-needed", f"there may be several of {need.title}, told apart by {need.named}", "Give a name."
        )
    if name and not need.several:
        raise Refusal("name-not-wanted", f"there is one {need.title} only", "Leave the name out.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal("name-invalid", f"a name has at most {LONGEST_NAME} printable characters")


def name_in_sentence(component: Component) -> str:
    """The name of a component in the middle of a sentence."""
    match component.need:
        case "provisioning-profile":
            return f"provisioning profile of {component.name}"
        case "other":
            return f"certificate of {component.name}"
        case _:
            return title_of(component)
