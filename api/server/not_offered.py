"""The product's calls that are no part of this program: devices' certificates need none of them."""

from __future__ import annotations

_PARTS = {
    "application": "apps",
    "applications": "apps",
    "authentication": "other ways to log in",
    "clientproperties": "client properties",
    "deliverygroups": "delivery groups",
    "enrollment": "enrollment invitations",
    "gotoassist": "remote support",
    "ldap": "directories",
    "licenses": "licences",
    "localusersgroups": "local users and groups",
    "mobileserviceprovider": "mobile service providers",
    "netscaler": "gateways",
    "nodes": "server nodes",
    "notificationserver": "notification servers",
    "notificationtemplates": "notification templates",
    "publicstore": "app stores",
    "rbac": "roles",
    "releasemanagement": "releases",
    "sharefile": "ShareFile",
    "storefront": "StoreFront",
    "support": "support",
    "syslog": "the system log",
    "tunnels": "tunnels",
    "users": "users",
    "workerServers": "server nodes",
}
_ACTIONS = {
    "activationLockBypass": "Activation Lock",
    "appLock": "App Lock",
    "appWipe": "App Wipe",
    "authorize": "authorizing",
    "containerLock": "container lock",
    "containerUnlock": "container unlock",
    "disown": "disowning",
    "lastLocation": "locating",
    "locate": "locating",
    "lock": "locking",
    "restart": "restarting",
    "ring": "ringing",
    "shutdown": "shutting down",
    "track": "tracking",
    "unlock": "unlocking",
    "wipe": "wiping",
}


def sentence(path: str) -> str | None:
    """What is said of a path below the product's, if the product has it."""
    first, _, rest = path.partition("/")
    said = _PARTS.get(first)
    if first == "device":
        said = next((_ACTIONS[part] for part in rest.split("/") if part in _ACTIONS), None)
        said = None if said is None else f"{said} of devices"
    return None if said is None else f"certfleet doesn't do this call of the product ({said})"
