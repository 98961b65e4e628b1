"""Where notices are delivered to: the mail server and the webhook, and trying them out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from functools import partial

from rich.text import Text
from textual import on
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, RadioSet, Static

from ...store.errors import Refusal
from ...store.model.notice import Channel, DeliverySettings, Security
from ...store.printable import printable
from ..components.choices import RadioOption, Tick
from ..components.dialog import Dialog
from ..components.form import FormRow
from ..components.old_question import Question
from ..components.text_styles import Tone, style_of
from .details import CHANNELS

_SECURITY = {Security.STARTTLS: "STARTTLS", Security.TLS: "TLS", Security.NONE: "none"}
_PORTS = {Security.STARTTLS: "587", Security.TLS: "465", Security.NONE: "25"}
_KEPT = "kept, encrypted; empty leaves it"


class DeliveryDialog(Dialog[str]):
    """Gives a sentence that says what was set up. A password and a secret are never shown again."""

    heading = "Delivery of notices"
    confirm_label = "Save"

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._testing = False

    def compose_form(self) -> Iterable[Widget]:
        settings = self.workspace.deliveries.get()
        channels = (RadioOption(CHANNELS[channel], value=channel is Channel.SMTP) for channel in Channel)
        yield FormRow("Send by", RadioSet(*channels, id="kind", compact=True))
        yield from self._mail(settings)
        yield from self._webhook(settings)
        yield Static("", id="delivery-standing", classes="sentence quiet", markup=False)
        yield Static("", id="outcome")

    def _mail(self, settings: DeliverySettings) -> Iterable[Widget]:
        known = settings.smtp
        security = Security.STARTTLS if known is None else known.security
        host = Input("" if known is None else known.host, id="host", placeholder="mail.example.com", compact=True)
        yield FormRow("Mail server", host, id="row-host")
        choices = (RadioOption(text, value=one is security) for one, text in _SECURITY.items())
        yield FormRow("Protected by", RadioSet(*choices, id="security", compact=True), id="row-security")
        port = _PORTS[security] if known is None else str(known.port)
        yield FormRow("Port", Input(port, id="port", compact=True), id="row-port")
        user = "" if known is None else known.user or ""
        yield FormRow("User", Input(user, id="user", placeholder="optional", compact=True), id="row-user")
        hint = _KEPT if user else "of that user"
        password = Input(id="password", placeholder=hint, password=True, compact=True)
        yield FormRow("Password", password, id="row-password")
        sender = "" if known is None else known.sender
        yield FormRow(
            "Sender", Input(sender, id="sender", placeholder="certfleet@example.com", compact=True), id="row-sender"
        )
        people = "" if known is None else ", ".join(known.recipients)
        recipients = Input(people, id="recipients", placeholder="commas between", compact=True)
        yield FormRow("Recipients", recipients, id="row-recipients")

    def _webhook(self, settings: DeliverySettings) -> Iterable[Widget]:
        known = settings.webhook
        url = Input("" if known is None else known.url, id="url", placeholder="https://…", compact=True)
        yield FormRow("URL", url, id="row-url")
        signs = known is not None and known.has_secret
        yield FormRow("", Tick("sign with a secret (HMAC)", value=signs, id="signs", compact=True), id="row-signs")
        secret = Input(id="secret", placeholder=_KEPT if signs else "", password=True, compact=True)
        yield FormRow("Secret", secret, id="row-secret")

    def compose_buttons(self) -> Iterable[Widget]:
        yield Button("Save", id="confirm", variant="primary", compact=True)
        yield Button("Save and test", id="test", compact=True)
        yield Button("Remove …", id="remove", compact=True)
        yield self.leave_button()

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    def on_unmount(self) -> None:
        self._stop.set()

    @property
    def channel(self) -> Channel:
        """The one that the form is for."""
        return list(Channel)[max(0, self.query_one("#kind", RadioSet).pressed_index)]

    @on(RadioSet.Changed, "#kind")
    @on(Checkbox.Changed, "#signs")
    def _kind_changed(self) -> None:
        self.clear_refusal()
        self.query_one("#outcome", Static).update("")
        self._look()

    @on(RadioSet.Changed, "#security")
    def _security_changed(self, event: RadioSet.Changed) -> None:
        """The usual port of that kind of protection, unless another was written."""
        port = self.query_one("#port", Input)
        if port.value in ("", *_PORTS.values()):
            port.value = _PORTS[list(_SECURITY)[event.index]]

    def _look(self) -> None:
        mail = self.channel is Channel.SMTP
        for row in self.query(FormRow):
            if row.id is not None:
                row.display = (row.id in ("row-url", "row-signs", "row-secret")) is not mail
        self.query_one("#row-secret").display = not mail and self.query_one("#signs", Checkbox).value
        configured = self.workspace.deliveries.get().has(self.channel)
        self.query_one("#remove").display = configured
        counts = self.workspace.outbox.counts()
        said = "Set up." if configured else "Not set up: nothing goes out this way."
        if counts.waiting or counts.failed:
            said += f" In all {counts.waiting:,} wait, and {counts.failed:,} failed."
        self.query_one("#delivery-standing", Static).update(said)

    # Saving, trying out, removing

    def confirm(self) -> None:
        if (save := self._form()) is not None:
            self.perform(save, self.dismiss, saying="Saving …")

    @on(Button.Pressed, "#test")
    def _test_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.clear_refusal()
        self.query_one("#outcome", Static).update("")
        if not self.working and (save := self._form()) is not None:
            self._testing = True
            self.perform(partial(self._try_out, save, self.channel), self._arrived, saying="Sending …")

    def _try_out(self, save: Callable[[], str], channel: Channel) -> str:
        save()
        self.workspace.courier.send_test(channel, self._stop)
        return "the mail server took it" if channel is Channel.SMTP else "the web server took it"

    def _arrived(self, how: str) -> None:
        self._look()
        text = Text(f"● Saved. The test message was sent: {how}.", style_of(self.app, Tone.VALID))
        self.query_one("#outcome", Static).update(text)

    def _ended(self, then: Callable[..., object], value: object) -> None:
        self._testing = False
        super()._ended(then, value)
        if self.is_attached and self.is_running:
            self._look()

    def action_leave(self) -> None:
        if self._testing:
            self._stop.set()  # nobody has to wait for a server
            self.dismiss(None)
        else:
            super().action_leave()

    @on(Button.Pressed, "#remove")
    def _remove_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if not self.working:
            self.app.push_screen(RemoveQuestion(self.channel), self._removed)

    def _removed(self, sure: bool | None) -> None:
        if sure:
            channel = self.channel
            sentence = f"No more notices go by {CHANNELS[channel].lower()}."
            self.perform(lambda: self.workspace.deliveries.remove(channel), lambda _: self.dismiss(sentence))

    def _form(self) -> Callable[[], str] | None:
        """What saves the form; None where it is refused already."""
        return self._save_mail() if self.channel is Channel.SMTP else self._save_webhook()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _save_mail(self) -> Callable[[], str] | None:
        port = self._value("port")
        if not (port.isascii() and port.isdecimal() and len(port) < 6):
            self.refused(Refusal("smtp-invalid", "write the port as a number", "587 with STARTTLS, 465 with TLS."))
            return None
        security = list(_SECURITY)[max(0, self.query_one("#security", RadioSet).pressed_index)]
        recipients = [one for one in re.split(r"[,;\s]+", self._value("recipients")) if one]
        job = partial(
            self.workspace.deliveries.set_smtp,
            host=self._value("host"),
            port=int(port),
            security=security,
            sender=self._value("sender"),
            recipients=recipients,
            user=self._value("user") or None,
            password=self.query_one("#password", Input).value or None,
        )
        return lambda: f"Notices go by mail to {', '.join(map(printable, job().recipients))}."

    def _save_webhook(self) -> Callable[[], str]:
        signs = self.query_one("#signs", Checkbox).value
        secret = self.query_one("#secret", Input).value
        url = self._value("url")

        def save() -> str:
            deliveries = self.workspace.deliveries
            known = deliveries.get().webhook
            if signs and not secret and not (known is not None and known.has_secret):
                raise Refusal("webhook-invalid", "the secret is missing", "Write one, or don't sign.")
            deliveries.set_webhook(url=url, secret=(secret or None) if signs else "")
            return "Notices go to the webhook."

        return save


class RemoveQuestion(Question[bool]):
    """Whether a channel is really to be removed."""

    heading = "Remove"
    confirm_label = "Remove"

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def compose_form(self) -> Iterable[Widget]:
        what = CHANNELS[self._channel].lower()
        yield Static(
            f"Send no more notices by {what}?\n\nWhat waits to go out this way is given up, and the password or secret "
            "is forgotten. The notices themselves stay in the inbox.",
            markup=False,
        )

    def confirm(self) -> None:
        self.dismiss(True)
