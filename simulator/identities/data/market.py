"""The make-up of a company's fleet, and how fast OS versions spread.

All of these are assumptions. They are near to what is published: iOS adoption (developer.apple.com/support/app-store),
Android versions (the distribution dashboard of Android Studio), Windows releases and PC life (surveys of Lansweeper).
"""

# Percentage of devices by platform.
PLATFORMS = {"ios": 50, "android": 30, "windows": 15, "macos": 5}

# Percentage of devices of each kind, by platform. The rest of a platform are phones, or computers.
TABLETS = {"ios": 15, "android": 8}
SHARED = {"android": 12}  # scanners and rugged handhelds, which belong to a place

# Devices that share a place, on average.
DEVICES_A_PLACE = 8

# Percentage of the people with a computer who have no phone, and of those with a phone who have a second one.
NO_PHONE = 10
SECOND_PHONE = 3

# Days until half of the devices have moved to a newer branch (a major version, a build of Windows), once it is out.
# That of iOS, with the shape below, is near Apple's figures of iOS 18 (developer.apple.com/support/app-store): 68 % of
# the iPhones and 53 % of the iPads on 21 January 2025, 82 % and 71 % on 4 June 2025; and in the first weeks near those
# of TelemetryDeck for iOS 17 (39 % on 9 November 2023) and iOS 16 (47 % on 20 October 2022). The others are
# assumptions. Of Android, Google counts the whole world, with phones too old for it: 4.5 % had Android 15 on 1 April
# 2025.
UPGRADE_HALF_LIFE = {"ios": 58, "macos": 100, "android": 240, "windows": 180}

# How the delays of an upgrade are spread around that: 1 is exponential; with less, the first come sooner and the last
# later.
UPGRADE_SHAPE = {"ios": 0.67, "macos": 1.0, "android": 1.0, "windows": 1.0}

# The same from Windows 10 to 11.
NEXT_WINDOWS_HALF_LIFE = 730

# Days until half of the devices have an update of their branch.
UPDATE_HALF_LIFE = {"ios": 20, "macos": 30, "android": 40, "windows": 14}

# Years after the end of its sale until half of a model's devices are gone.
MODEL_HALF_LIFE = {"ios": 2.5, "macos": 3.0, "android": 2.0, "windows": 2.5}

# Windows editions.
EDITIONS = {"Enterprise": 60, "Pro": 35, "Education": 5}
