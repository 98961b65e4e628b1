"""Delivery settings of notices: the mail server and the webhook, with a test of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from textual.widget import Widget
from textual.widgets import Input

from ...store.errors import Refusal
from ...store.model.notice import Channel, DeliverySettings, Security
from ...store.printable import printable
from ..components.text_styles import Tone, styled
from ..dialogs.background_work import Leaving
from ..dialogs.choice_fields import RadioField, TickField
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Answers, Note, PasswordField, TextField, listed, remark, whole_number
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
    lists = ("settings", "deliveries")

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Channel, bool] | None = None  # the channel, and whether it signs
        self._stored: Answers = {}

    def compose_form(self) -> Iterable[Widget]:
        self._stored = _answers_of(self.workspace.deliveries.get())
        channels = {channel: CHANNELS[channel] for channel in Channel}
        yield RadioField("kind", "Send by", channels, Channel.SMTP, across=True)
        yield from self._mail_fields()
        yield from self._web_fields()
        yield Note(id="delivery-standing", classes="sentence quiet")
        yield Note(id="outcome")

    def _mail_fields(self) -> Iterable[Widget]:
        people = "commas between"
        yield self._text("host", "Mail server", placeholder="such as mail.example.com", when=_mail)
        yield RadioField("security", "Protected by", _SECURITY, self._stored["security"], across=True, when=_mail)
        yield self._text("port", "Port", check=_port, suggest=self._likely_port, when=_mail)
        yield self._text("user", "User", placeholder="optional", when=_mail)
        yield PasswordField("password", "Password", placeholder=self._about_password, when=_mail)
        yield self._text("sender", "Sender", placeholder="such as certfleet@example.com", when=_mail)
        yield self._text("recipients", "Recipients", placeholder=people, check=_people, when=_mail)

    def _web_fields(self) -> Iterable[Widget]:
        yield self._text("url", "URL", placeholder="https://…", when=_web)
        yield TickField("signs", "sign with a secret (HMAC)", self._stored["signs"], when=_web)
        yield PasswordField("secret", "Secret", placeholder=self._about_secret, when=_signs)

    def _text(self, id: str, label: str, **options: Any) -> TextField:
        """A field that shows what is stored, until somebody edits it."""
        options = {"suggest": lambda _: self._stored[id], **options}
        return TextField(id, label, self._stored[id], **options)

    def _likely_port(self, answers: Answers) -> str:
        is_stored = answers["security"] is self._stored["security"]
        return str(self._stored["port"] if is_stored else _PORTS[answers["security"]])

    @property
    def _about_password(self) -> str:
        return _KEPT if self._stored["user"] else "of that user"

    @property
    def _about_secret(self) -> str:
        return _KEPT if self._stored["signs"] else ""

    def reload(self) -> None:
        """Show what others have set up meanwhile, in the fields that nobody has edited here."""
        before, self._stored = self._stored, _answers_of(self.workspace.deliveries.get())
        if self._stored != before:
            if self.answers["security"] is before["security"]:
                self.query_one("#row-security", RadioField).choose(self._stored["security"])
            if self.answers["signs"] is before["signs"]:
                self.query_one("#row-signs", TickField).tick(self._stored["signs"])
            self.query_one("#password", Input).placeholder = remark(self._about_password)
            self.query_one("#secret", Input).placeholder = remark(self._about_secret)
            self.follow_answers()  # the lines of text
        self._show_state()

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


def _answers_of(settings: DeliverySettings) -> Answers:
    """The answers that would set up what is set up."""
    mail, web = settings.smtp, settings.webhook
    return {
        "host": "" if mail is None else mail.host,
        "security": Security.STARTTLS if mail is None else mail.security,
        "port": _PORTS[Security.STARTTLS] if mail is None else str(mail.port),
        "user": "" if mail is None else mail.user or "",
        "sender": "" if mail is None else mail.sender,
        "recipients": "" if mail is None else ", ".join(mail.recipients),
        "url": "" if web is None else web.url,
        "signs": web is not None and web.has_secret,
    }


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
