"""What each field of a form is for: the help says it of the field that has the focus.

The words are those of the command line's options, where there is one. By the dialog's class, and by the name of the
answer; what a dialog shares with others stands with the class that it inherits from.
"""

from __future__ import annotations

from collections.abc import Mapping

_OWNER = "Who answers for it: a mail address or an account. Notices about it go there first."
_DEPUTY = "Who is told when the owner hasn't acknowledged a notice in time."
_USE = "The certificate's use. It decides which limits, notices and checks hold for it."
_DESCRIPTION = "A description of the certificate, for people. Filters find it."
_APPLE_ID = "The Apple ID that the push certificate is made with. Only that one can renew it without losing devices."
_ANTIVIRUS = "On macOS and Windows, antivirus programs that look into TLS trust it too."
_FOLDER = "The folder of the new workspace. It must not be there yet."

ABOUT: Mapping[str, Mapping[str, str]] = {
    "RefreshDialog": {
        "name": "The name of the new CA group, as devices and lists show it.",
        "ready": "Whether the group can issue at once, or after some hours in which its chain is distributed.",
        "hours": "After how long the group is ready, such as 24h: what verifies devices has to know its CAs by then.",
    },
    "ListenerDialog": {"hosts": "The host names that the SSL listener's certificate is for, the first as its CN."},
    "DeployDialog": {
        "entry": "Which of the selected certificates is deployed to devices.",
        "to": "Devices of these platforms get it at their next check-in.",
        "antivirus": _ANTIVIRUS,
    },
    "DescribeDialog": {"description": _DESCRIPTION, "use_as": _USE},
    "SourceDialog": {
        "file": "The certificate with its chain (PEM, DER, PKCS #7), the keystore, or a folder of PEM files. "
        "The text of a certificate can be pasted here in place of a file.",
        "kind": "Whether the file is read as certificates or as a keystore.",
        "type": "The keystore's format. It is detected from the content.",
        "password": "The keystore's password. It is kept, encrypted.",
        "alias": "The keystore entry to import. Without one: the first.",
        "key": "The private key, if it is in another file: PKCS #8, PKCS #1 or SEC 1.",
        "key_password": "The private key's password, if it has one of its own.",
        "on_conflict": "What to do with another certificate of the same key pair.",
    },
    "ImportDialog": {"use_as": _USE, "description": "A description of the first certificate of the chain."},
    "ReplaceDialog": {"description": "The new entry's description. It begins with the old one's."},
    "RequestDialog": {
        "part_CN": "The common name (CN): the host name of a server, or what the certificate is called.",
        "part_O": "The organization (O) as the CA knows it.",
        "part_OU": "The unit (OU) of the organization.",
        "part_L": "The city (L) of the organization.",
        "part_ST": "The state or province (ST), written out.",
        "part_C": "The country (C) by the two letters of ISO 3166.",
        "subject": "The whole subject by RFC 4514, in place of its parts.",
        "sans": "Subject alternative names: HOST, DNS:HOST or IP:ADDRESS. Without one: a server's CN.",
        "key": "The kind of key. It is made here and stays in the vault.",
        "use_as": _USE,
        "description": "The certificate's description, once the answer is imported.",
    },
    "RequestMadeDialog": {"target": "The file that the request is written to, for the CA."},
    "SaveDialog": {
        "target": "The file to write to.",
        "overwrite": "Write over a file that is there already. Otherwise it is refused.",
        "format": "What the file is to be: its format, and who reads it.",
        "password": "The password of the file. Whoever opens it needs it. Java takes ASCII letters alone.",
        "again": "The same password again, because nobody sees it.",
        "legacy": "Old readers open no file with today's ciphers. Anybody who can choose takes the new ones.",
        "selected_only": "Write only the selected lines instead of all that are shown.",
        "device": "The device whose names and certificates stand in the profile.",
    },
    "AddComponentDialog": {"need": "What is in use at this site, and needs a certificate from now on."},
    "BindDialog": {"name": "Which of several this is: the app, the CA entity or the resource."},
    "ProfileDialog": {
        "file": "The provisioning profile, as Apple's developer portal hands it out.",
        "older": "Take it although it ends earlier than the one here, which is refused otherwise.",
        "known": "A profile that is here already, in place of a file.",
    },
    "SiteDialog": {
        "migrated": "The site was migrated from XenMobile Server; support must be told of each new certificate.",
        "offload": "NetScaler Gateway is set up for SSL offload.",
        "grace": "A push certificate can be renewed up to so many days after it expired without losing the devices.",
        "gateway_days": "Give notice so many days before a gateway certificate expires.",
        "inactive": "Every Monday, delete the devices that have been silent for so many days; 0 for never.",
        "start_by": "The share of devices that a change has to get across in time, for the last day to start it.",
        "lead_days": "How many days it takes to get a certificate.",
        "pushes": "The server pushes to so many simulated devices a minute that are asked together.",
        "owner": "Who answers for whatever has no owner of its own.",
        "deputy": "The default owner's deputy.",
        "escalation": "What its owner hasn't acknowledged for so many hours goes to the deputy, then to all.",
        "drills": "Ask the owners for an answer twice a year, so that a wrong address is found before it matters.",
        "mdm_fqdn": "The host name of the MDM server. Certificates for other names are noted where this is used.",
        "gateway_fqdn": "The host name of NetScaler Gateway. Certificates for other names are noted.",
        "protected": "Protects the workspace: the name has to be typed before something is stopped or stranded in it.",
        "expiring": "From when on a certificate counts as expiring, by its use.",
        "critical": "From when on it counts as critical, by its use.",
    },
    "FiltersDialog": {"name": "The name under which the present filter is kept for you."},
    "NameDialog": {"name": "The protected workspace's name, so that nobody stops something in the wrong one."},
    "OwnerDialog": {
        "owner": _OWNER,
        "deputy": _DEPUTY,
        "runbook": "The address of the instructions for renewing it. Notices have it.",
    },
    "SayFirstDialog": {
        "what": "What the act will stop, by your judgement.",
        "stopped_for": "For how many devices it will stop.",
        "sure": "How sure you are: it counts in the mark, for and against you.",
    },
    "BulkDeleteDialog": {
        "which": "Which device certificates are deleted.",
        "file": "A text file with an identity on each line.",
        "kind": "What the identities in the file are.",
    },
    "BulkImportDialog": {
        "file": "A .zip of PKCS #12 files, each named after its device.",
        "identity_type": "What of a device the files are named after.",
        "credentials": "The credential file in the archive. Without a name: its only text file.",
    },
    "DeviceChangeDialog": {
        "serial_number": "The serial number that its maker gave it. Inventories and profiles know it by that.",
        "imei": "The number of its modem in the mobile network.",
        "second_imei": "The number of its second SIM's modem.",
        "meid": "The number of its modem in a CDMA network.",
        "udid": "Apple's unique id of the device.",
        "android_id": "The id that Android gave it when it was set up.",
        "windows_device_id": "The id that Windows gave it.",
        "enrollment_id": "The id of its enrollment by a user, who keeps the device's own numbers private.",
        "wifi_mac": "The hardware address of its Wi-Fi.",
        "owner": "Whose device it is. They are told when it has to re-enroll.",
        "upn": "The account of its user in the directory.",
        "device_name": "What people call it.",
    },
    "DeviceImportDialog": {
        "file": "The export (CSV) of a device management product.",
        "mapping": "A TOML file that names the columns, for exports that aren't recognised.",
        "zone": "The zone of times that name none: UTC, Europe/Berlin.",
        "order": "Which number of 03/04/2026 is the day. Otherwise: what other dates of the file show.",
    },
    "SecureDialog": {
        "action": "What is done with the devices, at their next check-in.",
        "authority": "The CA certificate that the devices shall trust.",
        "antivirus": _ANTIVIRUS,
    },
    "AddEndpointDialog": {
        "which": "Whether one server is added, or a list of them from a file.",
        "where": "The server that is asked for its certificate: HOST or HOST:PORT. The default port is 443.",
        "file": "A list of endpoints: HOST[:PORT] [NEED] on each line.",
        "need": "The need whose certificate it is to serve.",
        "name": "Which of several: the app, CA entity or resource.",
        "server_name": "The name to ask for (SNI). Without one: the host.",
        "starttls": "Begin in the clear, and ask for TLS.",
        "description": "A description of the endpoint.",
    },
    "ForecastDialog": {
        "days": "How many days ahead the forecast goes.",
        "plans": "Plan files that are carried out in it, to be compared with doing nothing.",
    },
    "DropForecastDialog": {"name": "Which forecast is dropped. The workspace itself stays as it is."},
    "DeliveryDialog": {
        "kind": "How notices leave this workspace: by mail, by webhook, or not at all.",
        "host": "The mail server that notices are sent through.",
        "security": "How the connection to the mail server is protected.",
        "port": "The mail server's port. Each kind of protection has a usual one.",
        "user": "The account on the mail server, if it asks for one.",
        "password": "The password of that account. It is kept in the vault.",
        "sender": "The address that the mail comes from.",
        "recipients": "Who gets what has no owner.",
        "url": "The address that each notice is posted to, as JSON.",
        "signs": "Sign each post, so that the receiver knows that it comes from here.",
        "secret": "The secret of the signature. The receiver has the same one.",
    },
    "DemoDialog": {"folder": _FOLDER, "devices": "How many devices the invented company has."},
    "PlanFileDialog": {"file": "The plan as a TOML file: what is done when, and how to know that it worked."},
    "PolicyDialog": {
        "name": "The policy's name, as devices and lists show it.",
        "platform": "The platforms that get the policy.",
        "connection_type": "The kind of VPN: always on for supervised devices, or when an app or the user asks for it.",
        "server": "The VPN server's host name or address.",
        "device_authentication": "How devices prove to the server who they are.",
        "identity_type": "Which of a device's names stands in its certificate, and tells the server who it is.",
        "certificate_id": "The certificate that all these devices share.",
        "whom": "Which devices the policy is for.",
        "to_filter": "The policy is for devices that match this filter, also later ones.",
        "to_group": "The policy is for devices whose certificate is of this CA group.",
        "to_devices": "The policy is for these devices: their numbers, with commas between.",
        "connection_name": "What devices show the connection as. Without one: the policy's name.",
        "remote_identifier": "What the server calls itself in IKE. Without one: its host.",
        "local_identifier": "What devices call themselves in IKE. Without one: the name in their certificate.",
        "server_certificate_name": "The common name that the server's certificate must have.",
        "server_certificate_issuer": "The common name of the CA that must have issued the server's certificate.",
        "dead_peer_detection": "How often devices check that the server is still there.",
        "perfect_forward_secrecy": "Each session gets keys of its own: one that leaks later opens no other.",
        "user_may_disconnect": "The user can turn the tunnel off.",
        "captive_websheet": "Log-in pages of hotspots go past the tunnel, which can't begin before the log-in.",
        "captive_apps": "Apps that log in to hotspots go past the tunnel, which can't begin before the log-in.",
        "voicemail": "Whether visual voicemail goes through the tunnel, past it, or nowhere.",
        "airprint": "Whether printing goes through the tunnel, past it, or nowhere.",
    },
    "AppleIdDialog": {"apple_id": _APPLE_ID},
    "PushUploadDialog": {
        "apple_id": _APPLE_ID,
        "how": "Whether the certificate in use is renewed, or a new one is made, which devices don't know.",
        "bundle": "The bundle id of the app that the pushes are for.",
    },
    "StartScenarioDialog": {"scenario": "What you want to practise.", "folder": _FOLDER},
    "StartCampaignDialog": {
        "campaign_second": "When a second mail goes out, after the first.",
        "campaign_deadline": "The day by which people have to re-enroll, after the first mail.",
        "campaign_visits": "How many people the help desk visits on a working day.",
        "campaign_platforms": "Only devices of these platforms.",
    },
    "FleetDialog": {
        "draw_devices": "How many devices.",
        "draw_seed": "The same seed draws the same.",
        "draw_mix": "Each platform's share.",
        "draw_start": "When the virtual clock starts. Without a day: Monday of this week.",
    },
    "MomentDialog": {
        "what": "Whether the present state is kept, or which kept one to go back to.",
        "name": "The name under which the present state is kept.",
    },
    "OutageDialog": {
        "outage_of": "Which service fails.",
        "outage_hours": "For how long it fails: 6h, 30min or 2d.",
        "outage_in": "In what time it begins: 6h, 30min or 2d; 0h is now.",
    },
    "FreezesDialog": {
        "freeze": "A new change freeze, or the one to remove.",
        "first": "The first day on which nothing may be changed.",
        "last": "The last day on which nothing may be changed.",
        "why": "Why nothing may be changed, for those who plan around it.",
    },
    "SupportDialog": {
        "target": "The file for the certificate with its key (PFX) that support asks for.",
        "password_target": "The file for its password. Send it on another way than the PFX.",
        "overwrite": "Write over files that are there already. Otherwise it is refused.",
    },
}


def about_field(form: type, key: str) -> str:
    """What the field of a dialog of this class is for; an empty text if nothing is known of it."""
    return next((ABOUT[one.__name__][key] for one in form.__mro__ if key in ABOUT.get(one.__name__, {})), "")
