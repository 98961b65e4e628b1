"""Which component uses which certificate: binding, the automatic switch after a replacement, and the candidates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..inventory.chain_ends import chain_doubt
from ..inventory.replacement import menu_order
from ..model.certificate import Certificate, UseAs
from ..model.component import Component, Use
from ..model.events import ComponentBound, ComponentRemoved, ComponentSwitched, Doubted
from ..model.push_topic import is_management_topic
from ..model.site import SiteSettings
from ..persistence.records import RecordTable
from ..push.apple_ids import checked_apple_id
from ..use_cases import Context, UseCases
from .fitting import Fit, fit, fits, name_doubt, no_topic
from .follow_ups import follow_ups
from .naming import check_name, title_of
from .needs import BY_ID, Need, NeedKind, need_of

_IMPORTED_AS = {UseAs.SAML: "saml", UseAs.APNS: "apns"}


class Components(UseCases):
    """The components of a workspace and what they use.

    ``owner_of`` gives the Apple ID that the portal knows for a push certificate, by its fingerprint.
    """

    def __init__(
        self, context: Context, *, site: Callable[[], SiteSettings], owner_of: Callable[[str], str | None]
    ) -> None:
        super().__init__(context)
        unknown = "component-unknown", "there is no component {id}", "`certfleet component list` shows them."
        self._table = RecordTable(self._database.table("components"), Component, *unknown)
        self._certificates = Entries(self._database)
        self._profiles = self._database.table("profiles")
        self._site = site
        self._owner_of = owner_of

    # Reading

    def list(self) -> tuple[Component, ...]:
        """Every component, by id."""
        return tuple(self._table.all())

    def get(self, id: int) -> Component:
        """One component; refuses with ``component-unknown``."""
        return self._table.get(id)

    def find(self, need: str, name: str = "") -> Component | None:
        """The component of a need and a name."""
        return next((one for one in self._table.find("need", need_of(need).id) if one.name == name), None)

    def candidates(self, need: str, name: str = "") -> tuple[Certificate, ...]:
        """The candidates for a need, and the name of one of several: certificates that fit without doubts first, those
        for another name last, each one below the one that it replaced.

        Replaced certificates are included, but binding them is refused.
        """
        wanted = need_of(need)
        if wanted.kind is NeedKind.PROFILE:
            return ()
        entries, site = {one.id: one for one in self._certificates.all()}, self._site()
        present = self._present(self.find(wanted.id, name))
        fitting = [one for one in entries.values() if fits(wanted, replace(one, replaced_by=None)) is None]

        def rank(entry: Certificate) -> int:
            while entry.replaced_by in entries:
                entry = entries[entry.replaced_by]
            return self._fit(wanted, entry, site, present).rank

        return tuple(sorted(menu_order(fitting), key=rank))

    def unfit(self, need: str) -> tuple[tuple[Certificate, Refusal], ...]:
        """The entries that can't be bound to a need, by id, each with the reason. Replaced ones are left out."""
        wanted = need_of(need)
        entries = (one for one in self._certificates.all() if one.replaced_by is None)
        return tuple((one, refusal) for one in entries if (refusal := fits(wanted, one)) is not None)

    def fit_of(self, need: str, certificate_id: int, name: str = "") -> Fit:
        """How a certificate fits a need, and the component of this name."""
        wanted, certificate = need_of(need), self._certificates.get(certificate_id)
        return self._fit(wanted, certificate, self._site(), self._present(self.find(wanted.id, name)))

    def doubts(self, need: str, certificate_id: int, name: str = "") -> tuple[str, ...]:
        """The doubts about a certificate for a need, and the name of one of several, one sentence each."""
        return self.fit_of(need, certificate_id, name).doubts

    def _fit(self, need: Need, certificate: Certificate, site: SiteSettings, present: Certificate | None) -> Fit:
        chain = chain_doubt(self._certificates, certificate.id) if need.shown else None
        return fit(need, certificate, site, present, chain=chain)

    def _present(self, component: Component | None) -> Certificate | None:
        """The certificate that a component uses."""
        if component is None or component.certificate_id is None:
            return None
        return self._certificates.peek(component.certificate_id)

    def name_notes(self, certificate: Certificate) -> tuple[str, ...]:
        """Which of the components that use a certificate it doesn't name, a sentence each."""
        using, site = self._table.find("certificate_id", certificate.id), self._site()
        found = ((title_of(one), name_doubt(BY_ID[one.need], certificate, site)) for one in using)
        return tuple(f"{title}: {doubt}" for title, doubt in found if doubt is not None)

    def using(self, certificate_id: int) -> tuple[Component, ...]:
        """The components that use a certificate, including those that keep it until a task is done."""
        return tuple(
            component
            for component in self.list()
            if certificate_id in (component.certificate_id, component.still_serves)
        )

    def users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The names of the components that use a certificate."""
        return tuple(title_of(component) for component in self.using(certificate_id))

    def users_of_profile(self, profile_id: int) -> tuple[str, ...]:
        """The names of the components that use a provisioning profile."""
        return tuple(title_of(component) for component in self.list() if component.profile_id == profile_id)

    # Binding

    def bind(
        self,
        need: str,
        certificate_id: int,
        *,
        name: str = "",
        apple_id: str | None = None,
    ) -> Component:
        """Bind a certificate to a component.

        Refuses with ``need-unknown``, ``name-needed``, ``name-not-wanted``, ``not-found``,
        what ``fits`` refuses with, or ``apple-id-invalid``.
        """
        wanted, name = need_of(need), name.strip()
        check_name(wanted, name)
        with self._database.transaction():
            certificate = self._certificates.get(certificate_id)
            if refusal := fits(wanted, certificate):
                raise refusal
            before = self.find(wanted.id, name)
            self._tell(Doubted(self._fit(wanted, certificate, self._site(), self._present(before)).doubts))
            known = self._owner_of(certificate.fingerprint_sha256)
            owner = known if apple_id is None else checked_apple_id(apple_id)
            if owner is None and before is not None and before.certificate_id == certificate_id:
                owner = before.apple_id
            said = f"uses certificate {certificate_id} ({certificate.name})"
            return self._set(
                wanted, name, said, certificate_id=certificate_id, use=Use.REQUIRED, apple_id=owner, still_serves=None
            )

    def bind_profile(self, profile_id: int) -> Component:
        """Bind a provisioning profile to its app. Refuses with ``profile-unknown``."""
        with self._database.transaction():
            document = self._profiles.get(doc_id=profile_id)
            if document is None:
                raise Refusal("profile-unknown", f"there is no provisioning profile {profile_id}")
            need, app = need_of("provisioning-profile"), str(document["app_id"])
            return self._set(need, app, f"uses profile {profile_id}", profile_id=profile_id, use=Use.REQUIRED)

    def unbind(self, need: str, *, name: str = "") -> Component:
        """Unbind a component: its certificate is missing from then on. Refuses with ``component-unknown``."""
        wanted = need_of(need)
        with self._database.transaction():
            known = self._known(wanted, name.strip())
            return self._set(
                wanted, known.name, "uses nothing any more", certificate_id=None, profile_id=None, still_serves=None
            )

    def set_use(self, need: str, use: Use, *, name: str = "") -> Component:
        """Set whether the deployment uses what a component stands for."""
        wanted, name = need_of(need), name.strip()
        if name or self.find(wanted.id) is None:
            check_name(wanted, name, bare=True)
        with self._database.transaction():
            return self._set(wanted, name, f"is {use}" if use is not Use.AS_NEEDED else "is as needed", use=use)

    def set_apple_id(self, need: str, apple_id: str | None) -> Component:
        """Record the Apple ID that created a push certificate. Refuses with ``component-unknown``."""
        wanted = need_of(need)
        with self._database.transaction():
            known = self._known(wanted, "")
            said = "has no known Apple ID" if apple_id is None else f"was made with Apple ID {apple_id}"
            return self._set(wanted, known.name, said, apple_id=apple_id)

    def remove(self, id: int) -> Component:
        """Remove a named component, or reset an unnamed one. Refuses with ``component-unknown``."""
        with self._database.transaction():
            component = self.get(id)
            self._tell(ComponentRemoved(component, f"{title_of(component)} was removed"))
            self._table.remove(id)
            self._audit.record("component.remove", f"component:{id}", f"{title_of(component)} removed")
        return component

    def finish(self, component_id: int) -> None:
        """The tasks are done: the component uses its new certificate. Inside a transaction."""
        component = self._table.peek(component_id)
        if component is None or component.still_serves is None:
            return
        self._table.change(component, still_serves=None, bound_at=self._clock.now())
        self._audit.record(
            "component.switch",
            f"component:{component_id}",
            f"{title_of(component)} uses certificate {component.certificate_id} from now on",
        )

    # Reactions

    def switch(self, old: Certificate, new: Certificate) -> tuple[str, ...]:
        """Switch every component that uses ``old`` to ``new``, inside a transaction; returns their names.

        A component with open tasks keeps the old certificate until they are done.
        """
        using = self._table.find("certificate_id", old.id)
        for component in using:
            if refusal := fits(BY_ID[component.need], new):
                raise refusal
        now, site = self._clock.now(), self._site()
        for component in using:
            serving = old.id if component.still_serves is None else component.still_serves
            switched = self._table.change(
                component,
                certificate_id=new.id,
                bound_at=now,
                apple_id=self._owner(component, old, new),
                still_serves=serving if follow_ups(component, site) else None,
            )
            self._audit.record(
                "component.switch",
                f"component:{component.id}",
                f"{title_of(component)} uses certificate {new.id} in place of {old.id}"
                + ("" if switched.still_serves is None else ", once the follow-up is done"),
            )
            self._tell(ComponentSwitched(switched, new, shared=len(using) > 1))
        return tuple(title_of(component) for component in using)

    def used_as(self, certificate: Certificate) -> None:
        """Bind an entry whose use changed, as its import with that use would have.

        Inside the transaction. Refuses a push certificate that fits no push need, with the reason.
        """
        if certificate.use_as is UseAs.APNS:
            topic = certificate.topic
            need = "apns" if topic is None or is_management_topic(topic) else "securemail-apns"
            if refusal := fits(BY_ID[need], certificate):
                raise refusal
        self.imported(certificate)

    def imported(self, certificate: Certificate) -> None:
        """Bind the first certificate imported as ``apns`` or ``saml``.

        Inside the transaction of the import. A push certificate for an app is Secure Mail's. One without a topic is
        refused with ``push-topic-missing``.
        """
        id = _IMPORTED_AS.get(certificate.use_as)
        if id == "apns":
            topic = certificate.topic
            if topic is None:
                raise no_topic(certificate.name)  # its id is taken back with the import
            if not is_management_topic(topic):
                id = "securemail-apns"
        if id is None or not _is_valid(certificate, self._clock.now()) or fits(BY_ID[id], certificate):
            return
        known = self.find(id)
        if known is None or (known.certificate_id is None and known.use is not Use.NOT_USED):
            self.bind(id, certificate.id)

    def _owner(self, component: Component, old: Certificate, new: Certificate) -> str | None:
        """The Apple ID of a new push certificate, from the portal or from its topic."""
        owner = self._owner_of(new.fingerprint_sha256)
        if owner is None and new.topic == old.topic:
            return component.apple_id
        return owner

    def _known(self, need: Need, name: str) -> Component:
        known = self.find(need.id, name)
        if known is None:
            title = f"{need.id} {name}".strip()
            raise Refusal(
                "component-unknown", f"nothing is bound as {title}", "`certfleet component list` shows what is."
            )
        return known

    def _set(self, need: Need, name: str, said: str, **fields: object) -> Component:
        known = self.find(need.id, name)
        before = known or Component(id=0, need=need.id, name=name)
        component = replace(before, **fields)
        rebound = bool({"certificate_id", "profile_id"} & fields.keys())
        used_again = before.use is Use.NOT_USED and component.use is not Use.NOT_USED and before.bound_at is not None
        if rebound or used_again:
            component = replace(component, bound_at=self._clock.now())
        if known is not None and replace(component, bound_at=known.bound_at) == known:
            return known
        if known is None:
            component = self._table.add(component)
        else:
            self._table.write(known, component)
        said = f"{title_of(component)} {said}"
        self._audit.record("component.bind", f"component:{component.id}", said)
        if rebound:
            unheard_of = before.certificate_id is None and before.bound_at is None
            self._tell(ComponentBound(component, said, first=unheard_of and component.certificate_id is not None))
        return component


def _is_valid(certificate: Certificate, now: datetime) -> bool:
    return certificate.not_before <= now <= certificate.not_after
