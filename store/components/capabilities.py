"""What people and devices can do while certificates are valid, and how much of it is left without one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ..model.device import Platform


class Capability(StrEnum):
    """What people and devices can do while its certificates are valid."""

    ENROLL = "enrollment"
    RENEW = "certificate-renewal"
    CHECK_IN = "check-in"
    MANAGE = "device-management"
    SHARE_SSO = "citrix-files-sso"
    TRUST = "trust"
    SIGN_ON = "certificate-sign-on"
    SIGN_APPS = "ios-app-signing"
    RUN_APPS = "ios-apps"
    APP = "app"
    MAIL_PUSH = "secure-mail-push"
    APP_PUSH = "app-push"
    UPGRADE = "android-upgrade"
    STORE = "store"
    SHARING = "file-sharing"
    MAIL = "secure-mail"
    HDX = "hdx-apps"
    RESOURCE = "resource"


CAPABILITIES: Mapping[Capability, str] = {
    Capability.ENROLL: "enrolling devices",
    Capability.RENEW: "renewing device certificates",
    Capability.CHECK_IN: "check-in",
    Capability.MANAGE: "managing iOS and macOS devices",
    Capability.SHARE_SSO: "single sign-on to Citrix Files",
    Capability.TRUST: "trust in the server (SSL Error 61)",
    Capability.SIGN_ON: "certificate-based sign-on",
    Capability.SIGN_APPS: "signing wrapped iOS apps",
    Capability.RUN_APPS: "running wrapped iOS apps",
    Capability.APP: "running the app",
    Capability.MAIL_PUSH: "Secure Mail push",
    Capability.APP_PUSH: "push for apps",
    Capability.UPGRADE: "seamless upgrade of Android apps",
    Capability.STORE: "opening the store",
    Capability.SHARING: "file sharing",
    Capability.MAIL: "Secure Mail's connection to Exchange",
    Capability.HDX: "enumerating and opening HDX apps",
    Capability.RESOURCE: "the resource",
}


class Level(StrEnum):
    """How much of a capability is left."""

    FINE = "fine"
    DEGRADED = "degraded"
    STOPPED = "stopped"


class Effect(NamedTuple):
    """The effect of an expired certificate on a capability: which platforms it concerns, and what people see."""

    capability: Capability
    seen: str
    platforms: tuple[Platform, ...] = tuple(Platform)
    level: Level = Level.STOPPED
