"""Delivery settings of notices: the mail server and the webhook, with a test of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from textual.widget import Widget

from ...store.errors import Refusal
from ...store.model.notice import Channel, DeliverySettings, Security
from ...store.printable import printable
from ..components.text_styles import Tone, styled
from ..dialogs.background_work import Leaving
from ..dialogs.choice_fields import RadioField, TickField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note, PasswordField, TextField, listed, whole_number
from ..dialogs.question import Question
from .details import CHANNELS

_SECURITY = {Security.STARTTLS: "STARTTLS", Security.TLS: "TLS", Security.NONE: "none"}
_PORTS = {Security.STARTTLS: "587", Security.TLS: "465", Security.NONE: "25"}
_KEPT = "kept, encrypted; empty leaves it"
_port = whole_number("smtp-invalid", "write the port as a number", most=99_999, hint="587 with STARTTLS, 465 with TLS.")


def _mail(answers: Answers) -> bool:
    return answers["kind"] is Channel.SMTP


def _web(answers: Answers) -> bool:
    return not _mail(answers)


def _signs(answers: Answers) -> bool:
    return _web(answers) and bool(answers["signs"])


class DeliveryDialog(FormDialog[str]):
    """Returns a sentence that says what was set up. Passwords and secrets are never shown again."""

    changes = True
    heading = "Delivery of notices"
    confirm_label = "Save"
    doing = "Saving …"
    more_buttons = (("test", "Save and test"), ("remove", "Remove …"))

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Channel, bool] | None = None  # the channel, and whether it signs

    def compose_form(self) -> Iterable[Widget]:
        settings = self.workspace.deliveries.get()
        channels = {channel: CHANNELS[channel] for channel in Channel}
        yield RadioField("kind", "Send by", channels, Channel.SMTP, across=True)
        yield from self._mail_fields(settings)
        yield from self._web_fields(settings)
        yield Note(id="delivery-standing", classes="sentence quiet")
        yield Note(id="outcome")

    def _mail_fields(self, settings: DeliverySettings) -> Iterable[Widget]:
        known = settings.smtp
        host, user, sender, recipients = "", "", "", ""
        security, port = Security.STARTTLS, _PORTS[Security.STARTTLS]
        if known is not None:
            host, user, sender, recipients = known.host, known.user or "", known.sender, ", ".join(known.recipients)
            security, port = known.security, str(known.port)
        yield TextField("host", "Mail server", host, placeholder="such as mail.example.com", when=_mail)
        yield RadioField("security", "Protected by", _SECURITY, security, across=True, when=_mail)
        yield TextField(
            "port", "Port", port, check=_port, suggest=lambda answers: _PORTS[answers["security"]], when=_mail
        )
        yield TextField("user", "User", user, placeholder="optional", when=_mail)
        yield PasswordField("password", "Password", placeholder=_KEPT if user else "of that user", when=_mail)
        yield TextField("sender", "Sender", sender, placeholder="such as certfleet@example.com", when=_mail)
        people = "commas between"
        yield TextField("recipients", "Recipients", recipients, placeholder=people, check=_people, when=_mail)

    def _web_fields(self, settings: DeliverySettings) -> Iterable[Widget]:
        known = settings.webhook
        yield TextField("url", "URL", "" if known is None else known.url, placeholder="https://…", when=_web)
        signs = known is not None and known.has_secret
        yield TickField("signs", "sign with a secret (HMAC)", signs, when=_web)
        yield PasswordField("secret", "Secret", placeholder=_KEPT if signs else "", when=_signs)

    def follow_answers(self) -> None:
        super().follow_answers()
        answers = self.answers
        if (shown := (answers["kind"], answers["signs"])) != self._shown:
            self._shown = shown
            self.clear_refusal()
            self._say("")
            self._show_state()

    def _say(self, outcome: str) -> None:
        self.query_one("#outcome", Note).update(styled(self.app, (outcome, Tone.VALID)))

    def _show_state(self) -> None:
        configured = self.workspace.deliveries.get().has(self.answers["kind"])
        self.query_one("#remove").display = configured
        counts = self.workspace.outbox.counts()
        said = "Set up." if configured else "Not set up: nothing goes out this way."
        if counts.waiting or counts.failed:
            said += f" In all {counts.waiting:,} wait, and {counts.failed:,} failed."
        self.query_one("#delivery-standing", Note).update(said)

    def refused(self, refusal: Refusal) -> None:
        super().refused(refusal)
        self._show_state()  # a failed test leaves the settings saved

    # Saving, testing, removing

    def command_words(self, kind: Channel, **answers: Any) -> Sequence[object]:
        return _mail_words(**answers) if kind is Channel.SMTP else _web_words(**answers)

    def work(self, kind: Channel, **answers: Any) -> str:
        return self._save_mail(**answers) if kind is Channel.SMTP else self._save_webhook(**answers)

    def _save_mail(
        self,
        host: str,
        security: Security,
        port: int,
        user: str,
        password: str | None,
        sender: str,
        recipients: Sequence[str],
    ) -> str:
        saved = self.workspace.deliveries.set_smtp(
            host=host,
            port=port,
            security=security,
            sender=sender,
            recipients=recipients,
            user=user or None,
            password=password,
        )
        return f"Notices go by mail to {', '.join(map(printable, saved.recipients))}."

    def _save_webhook(self, url: str, signs: bool, secret: str | None = None) -> str:
        deliveries = self.workspace.deliveries
        known = deliveries.get().webhook
        if signs and secret is None and not (known is not None and known.has_secret):
            raise Refusal("webhook-invalid", "the secret is missing", "Write one, or don't sign.")
        deliveries.set_webhook(url=url, secret=secret if signs else "")
        return "Notices go to the webhook."

    def action_test(self) -> None:
        self._say("")
        if (answers := self.checked()) is not None:  # nobody has to wait for a server
            self.perform(partial(self._try_out, answers), self._arrived, saying="Sending …", leaving=Leaving.ABANDONS)

    def _try_out(self, answers: dict[str, Any]) -> str:
        self.work(**answers)
        channel = answers["kind"]
        self.workspace.courier.send_test(channel, self.stop)
        return "the mail server took it" if channel is Channel.SMTP else "the web server took it"

    def _arrived(self, how: str) -> None:
        self._show_state()
        self._say(f"● Saved. The test message was sent: {how}.")

    def action_remove(self) -> None:
        channel = self.answers["kind"]
        what = CHANNELS[channel].lower()
        said = (
            f"Send no more notices by {what}?\n\nWhat waits to go out this way is given up, and the password or secret "
            "is forgotten. The notices themselves stay in the inbox."
        )
        remove = partial(self.workspace.deliveries.remove, channel)
        sentence = f"No more notices go by {what}."
        self.console.ask(
            Question[object](
                "Remove",
                "Remove",
                Note(said),
                job=lambda: remove() or True,
                command=("notice", "smtp" if channel is Channel.SMTP else "webhook", "remove"),
            ),
            lambda _: self.done(sentence),
        )


def _mail_words(
    host: str,
    security: Security,
    port: int,
    user: str,
    password: str | None,
    sender: str,
    recipients: Sequence[str],
) -> Sequence[object]:
    if not (host and sender and recipients):
        return ()
    words: list[object] = ["notice", "smtp", "set", "--host", host, "--port", port, "--security", security]
    words += ["--from", sender, *(word for one in recipients for word in ("--to", one))]
    words += ["--user", user] if user else []
    return [*words, *(["--password-file", "-"] if password else [])]


def _web_words(url: str, signs: bool, secret: str | None = None) -> Sequence[object]:
    if not url:
        return ()
    signed = ("--secret-file", "-") if secret else () if signs else ("--no-secret",)
    return "notice", "webhook", "set", url, *signed


def _people(text: str) -> Sequence[str]:
    return listed(text.replace(";", ","))
