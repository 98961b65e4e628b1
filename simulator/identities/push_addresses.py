"""Where a push service reaches a device: what apps hand to their servers. These reach nobody."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

from .owner import Platform

BYTES = 128
"""How many random bytes an address is made of."""


def push_token(platform: Platform, drawn: bytes) -> str:
    """The address of an app on a device: 32 bytes in hexadecimal digits from APNs, a registration token from FCM, a
    channel URI from WNS."""
    match platform:
        case Platform.ANDROID:
            text = urlsafe_b64encode(drawn).decode().rstrip("=")
            return f"{text[:22]}:APA91b{text[22:156]}"
        case Platform.WINDOWS:
            return f"https://wns2-test.notify.windows.com/w/?token={quote(b64encode(drawn[:96]).decode(), safe='')}"
    return drawn[:32].hex()
