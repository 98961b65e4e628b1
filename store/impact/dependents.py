"""What depends on the inventory's certificates: asked before a deletion, told of an import and of a replacement."""

from __future__ import annotations

from collections.abc import Callable

from ..model.certificate import Certificate
from ..policies.policies import Policies
from .components import Components
from .tasks import Tasks
from .trust import Trust


class Dependents:
    """Components, deployments, policies and tasks, as the inventory sees them (``inventory.Consumers``).

    ``trust_note`` says how many devices don't trust a certificate that they are shown from now on.
    """

    def __init__(self, components: Components, trust: Trust, tasks: Tasks, policies: Policies) -> None:
        self._components = components
        self._trust = trust
        self._tasks = tasks
        self._policies = policies
        self.trust_note: Callable[[int], str | None] = lambda certificate_id: None

    def users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The names of what uses an entry."""
        deployed = self._trust.is_deployed(certificate_id)
        return (
            *self._components.users_of(certificate_id),
            *self._policies.users_of(certificate_id),
            *(["the devices that it is deployed to"] if deployed else []),
        )

    def switch(self, old: Certificate, new: Certificate) -> tuple[str, ...]:
        """Let all that uses ``old`` use ``new``, and deploy it where that was; the answer names components and
        policies."""
        self._trust.replaced(old, new)
        self._tasks.answered(new)
        return (*self._components.switch(old, new), *self._policies.entry_changed(old.id, new))

    def notes_on(self, new: Certificate) -> tuple[str, ...]:
        """What a replacement means for devices: whether some of them don't trust it."""
        note = self.trust_note(new.id)
        return () if note is None else (note,)

    def deleted(self, certificate: Certificate) -> None:
        """A certificate is gone, and with it what was known of devices that trust it."""
        self._trust.forget(certificate.id)

    def imported(self, certificate: Certificate) -> None:
        """A certificate has come in."""
        self._tasks.answered(certificate)
        self._components.imported(certificate)
        self._policies.entry_changed(certificate.id, certificate)
