"""The push certificates of a deployment: requested, signed by the vendor, uploaded, imported, bound; and revoked.

``push`` is the portal and knows no components; here both come together. The steps can be taken one by one, as in
reality, or all at once (``renew``).
"""

from __future__ import annotations

from collections.abc import Callable

from ..components.components import Components
from ..components.needs import need_of
from ..components.tasks import Tasks
from ..errors import Refusal
from ..inventory.inventory import Inventory
from ..inventory.loading import load
from ..inventory.requests import SigningRequests
from ..inventory.sources import ExportFormat, KeystoreSource, ReplaceResult
from ..model.certificate import Certificate
from ..model.component import Component, Use
from ..model.push import PushCertificate, PushService
from ..model.push_topic import is_management_topic
from ..model.request import SigningRequest
from ..push.apple_ids import checked_apple_id, newest_renewable
from ..push.portal import PushPortal
from ..push.renewal import PushCertificates
from ..use_cases import Context, UseCases
from .apns_check import ApnsCheck, check_push_certificate

SERVICES = {"apns": PushService.MANAGEMENT, "securemail-apns": PushService.APP}


class Apns(UseCases):
    """``apple_devices`` counts those that are enrolled."""

    def __init__(
        self,
        context: Context,
        *,
        components: Components,
        inventory: Inventory,
        requests: SigningRequests,
        portal: PushPortal,
        certificates: PushCertificates,
        tasks: Tasks,
        apple_devices: Callable[[], int],
    ) -> None:
        super().__init__(context)
        self._components = components
        self._inventory = inventory
        self._requests = requests
        self._portal = portal
        self._certificates = certificates
        self._tasks = tasks
        self._apple_devices = apple_devices

    def current(self, need: str = "apns") -> Certificate | None:
        """The certificate in use, or None. Refuses with ``not-a-push-need``."""
        component = self._component(need)
        if component is None or component.certificate_id is None or component.use is Use.NOT_USED:
            return None
        return self._inventory.get(component.certificate_id)

    def check(self, source: KeystoreSource) -> ApnsCheck:
        """What is wrong with a keystore's push certificate in place of the one in use. Imports nothing; refuses as an
        import does where the keystore can't be read."""
        now = self._clock.now()
        return check_push_certificate(load(source, now).chain[0].facts, self.current(), now)

    def request(self, need: str = "apns", *, email: str | None = None, country: str | None = None) -> SigningRequest:
        """Generate a key and a request, and open the task to upload it."""
        service, component = self._service(need), self._component(need)
        with self._database.transaction():
            request = self._certificates.request(service=service, email=email, country=country)
            owner = None if component is None else component.apple_id
            self._tasks.open_upload(request.id, owner, need_of(need).title, need=need_of(need).id)
        return request

    def sign(self, request_id: int) -> bytes:
        """A request of ours, signed by the simulated vendor: the file to upload.

        Refuses as ``PushCertificates.sign``.
        """
        return self._certificates.sign(request_id)

    def sign_csr(self, csr: bytes) -> bytes:
        """The same for a request made elsewhere (PKCS #10, PEM or DER). Refuses as ``read_csr`` does."""
        return self._certificates.sign_csr(csr)

    def warning(
        self, apple_id: str, need: str = "apns", *, renew: int | None = None, create: bool = False
    ) -> str | None:
        """The warning before uploading as this Apple ID; None if all is well."""
        self._service(need)
        return self._certificates.upload_warning(
            self.current(need),
            apple_id,
            renew=self._to_renew(apple_id, need, renew, create=create),
            create=create,
            devices=self._apple_devices() if need == "apns" else None,
        )

    def upload(
        self,
        apple_id: str,
        data: bytes,
        need: str = "apns",
        *,
        renew: int | None = None,
        create: bool = False,
        bundle: str | None = None,
        confirmed: bool = False,
    ) -> PushCertificate:
        """Upload the vendor-signed request, or for an app the request itself, to the portal as an Apple ID.

        Unless ``confirmed``, refuses with ``push-upload-warned`` if there is a ``warning``; ``bundle`` is the app's, by
        default that of the certificate in use (``bundle-needed``). Refuses as ``PushPortal`` does.
        """
        service = self._service(need)
        if not confirmed:
            self._refuse_warned(self.warning(apple_id, need, renew=renew, create=create))
        if service is PushService.MANAGEMENT:
            renewed = self._to_renew(apple_id, need, renew, create=create)
            return self._portal.upload(apple_id, data, renew=renewed, create=create)
        return self._portal.issue_app(apple_id, data, bundle or self._bundle(need))

    def complete(self, push_certificate_id: int, need: str = "apns") -> Component:
        """Import the portal's certificate, replacing the one in use, and bind it. Refuses as
        ``PushCertificates.complete`` and ``Components.bind`` do."""
        self._service(need)
        record = self._portal.get(push_certificate_id)
        with self._database.transaction():
            current = self.current(need)
            if current is not None and current.fingerprint_sha256 == record.fingerprint_sha256:
                return self._bound(need)
            replaced = self._certificates.complete(push_certificate_id, replace=None if current is None else current.id)
            if not isinstance(replaced, ReplaceResult):
                entry = next(
                    entry
                    for entry in (*replaced.imported, *replaced.linked)
                    if entry.fingerprint_sha256 == record.fingerprint_sha256
                )
                self._components.bind(need, entry.id, apple_id=record.apple_id)
            return self._bound(need)

    def renew(
        self,
        apple_id: str,
        need: str = "apns",
        *,
        create: bool = False,
        bundle: str | None = None,
        confirmed: bool = False,
    ) -> Component:
        """All the steps at once: request, vendor's signature, upload as this Apple ID, import, binding.

        If one of them is refused, nothing is changed.
        """
        service = self._service(need)
        owner = checked_apple_id(apple_id)
        if not confirmed:
            self._refuse_warned(self.warning(owner, need, create=create))
        self._portal.authorities.current()  # slow work is done before the transaction
        with self._database.transaction():
            if self._context.on_paper:
                return self.complete(self._issued_on_paper(owner, need, create=create, bundle=bundle).id, need)
            request = self._certificates.request(service=service, email=owner)
            data = self.sign(request.id) if service is PushService.MANAGEMENT else self._requests.pem(request.id)
            issued = self.upload(owner, data, need, create=create, bundle=bundle, confirmed=True)
            return self.complete(issued.id, need)

    def register(self, apple_id: str, need: str = "apns") -> PushCertificate:
        """Record the Apple ID that created the certificate in use, and register the certificate in the portal.

        Refuses with ``component-unknown`` if nothing is bound, and as ``PushPortal.adopt`` does.
        """
        self._service(need)
        current = self.current(need)
        if current is None:
            raise Refusal("component-unknown", f"nothing is bound as {need}", "Import the push certificate first.")
        owner = checked_apple_id(apple_id)
        with self._database.transaction():
            record = self._portal.adopt(owner, self._inventory.export(current.id, ExportFormat.PEM))
            self._components.set_apple_id(need, owner)
        return record

    def revoke(self, apple_id: str, push_certificate_id: int) -> PushCertificate:
        """Revoke a certificate in the portal, with all consequences. Refuses as ``PushPortal.revoke``."""
        return self._portal.revoke(apple_id, push_certificate_id)

    def _to_renew(self, apple_id: str, need: str, renew: int | None, *, create: bool) -> int | None:
        """The certificate that an upload renews by default: that of the topic in use first."""
        current = self.current(need)
        if renew is not None or create or current is None or self._service(need) is PushService.APP:
            return renew
        own = (record for record in self._portal.list(apple_id) if record.topic == current.topic)
        found = newest_renewable(own)
        return None if found is None else found.id

    def _issued_on_paper(self, owner: str, need: str, *, create: bool, bundle: str | None) -> PushCertificate:
        if self._service(need) is PushService.APP:
            return self._portal.issue_app_on_paper(owner, bundle or self._bundle(need))
        renewed = self._to_renew(owner, need, None, create=create)
        return self._portal.issue_on_paper(owner, renew=renewed, create=create)

    @staticmethod
    def _refuse_warned(warning: str | None) -> None:
        if warning is not None:
            raise Refusal(
                "push-upload-warned",
                warning,
                "Sign in with the Apple ID that the certificate was made with, or confirm that this is meant (--yes).",
            )

    def _service(self, need: str) -> PushService:
        service = SERVICES.get(need)
        if service is None:
            raise Refusal("not-a-push-need", f"{need} is not a push certificate", f"It is {' or '.join(SERVICES)}.")
        return service

    def _component(self, need: str) -> Component | None:
        self._service(need)
        return self._components.find(need)

    def _bound(self, need: str) -> Component:
        component = self._components.find(need)
        assert component is not None
        return component

    def _bundle(self, need: str) -> str:
        current = self.current(need)
        topic = None if current is None else current.topic
        if topic is None or is_management_topic(topic):
            raise Refusal("bundle-needed", "an app's push certificate is for its bundle id", "Name the bundle id.")
        return topic
