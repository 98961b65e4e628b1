"""How the devices of each platform behave: one module per platform."""

from __future__ import annotations

from ...store.model.device import Platform
from . import android, ios, macos, windows
from .profile import Profile

PROFILES: dict[Platform, Profile] = {
    Platform.IOS: ios.PROFILE,
    Platform.MACOS: macos.PROFILE,
    Platform.ANDROID: android.PROFILE,
    Platform.WINDOWS: windows.PROFILE,
}
