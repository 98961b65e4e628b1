"""What the columns of the lists can be called, by the lists' names in settings, for the Tab key.

Titles of the table first, then names in JSON; some records have more.
"""

from __future__ import annotations


def columns_of(list_name: str) -> list[str]:
    """The names of a list's columns, as ``--columns`` and ``--sort`` take them."""
    return _NAMES.get(list_name, "").split()


_NAMES = {
    "admin-list": (
        "account role unix-login state last-login password-set added-by id name login created-at created-by "
        "password-at last-login-at locked-until"
    ),
    "admin-scrape-token-list": "name made by id created-at created-by",
    "admin-sessions": "id account role from since last-used ends origin opened-at used-at ends-at",
    "apns-portal-list": (
        "id apple-id service status days expires name vendor topic serial-number not-before not-after "
        "fingerprint-sha256 public-key-sha256 revoked-at superseded-by authority-id created-at created-by "
        "service-name days-left"
    ),
    "audit-list": "id at user record what wall-at origin action summary previous-hash hash",
    "authority-list": (
        "group state devices issues-from device-ca-until root-until requested-by id name requested-at ready-at "
        "announced waits activated-at"
    ),
    "bulk-list": (
        "id type identity status days expires subject identity-type issuer serial-number not-before not-after "
        "fingerprint-sha256 public-key-sha256 key-algorithm key-size file-sha256 source imported-at imported-by "
        "days-left device-id platform note"
    ),
    "certificate-list": (
        "id name use-as status days expires key owner description version subject issuer subject-name-sha256 "
        "issuer-name-sha256 serial-number not-before not-after sans fingerprint-sha256 public-key-sha256 "
        "key-algorithm key-size signature-algorithm is-ca path-length key-usage extended-key-usage subject-key-id "
        "authority-key-id has-private-key has-password alias source issuer-id replaced-by imported-at imported-by "
        "days-left topic"
    ),
    "certificate-requests": (
        "id subject key use-as created state description sans key-algorithm key-size public-key-sha256 created-at "
        "created-by completed-by"
    ),
    "component-list": (
        "id need name uses status days use bound certificate-id profile-id bound-at still-serves apple-id title "
        "group days-left"
    ),
    "component-needs": "id group title kind several named required renewal",
    "config-list": "setting value from about name source where",
    "device-list": (
        "id platform model serial-number state issuer certificate days last-check-in pending owner maker "
        "model-name os-name os-version os-build os-edition security-patch wifi-mac imei second-imei meid udid "
        "android-id windows-device-id enrollment-id upn state-since enrolled-at certificate-id issuer-group "
        "not-after refused enrolling-refused anchors antivirus antivirus-anchors device-name enrollment-kind "
        "ownership reported language carrier formerly certificate-status days-left simulated policies"
    ),
    "endpoint-check": (
        "id endpoint need verdict serves days checked host port server-name starttls name description added-at "
        "added-by over-network certificate-id fingerprint-sha256 not-after checked-at"
    ),
    "endpoint-history": (
        "when address serves since until failure fingerprint-sha256 name not-before not-after certificate-id"
    ),
    "endpoint-list": (
        "id endpoint need verdict serves days checked host port server-name starttls name description added-at "
        "added-by over-network certificate-id fingerprint-sha256 not-after checked-at"
    ),
    "forecast-review": "name plan from to kept by imports-since title started-at until kept-at kept-by assumed",
    "moment-list": "id at events by name before user wall-at sha256 title",
    "notice-list": (
        "id at urgency read delivery notice kind record title text key recipient read-by over-at owner deputy "
        "runbook stage passed-on-at acknowledged-by acknowledged-at acknowledged-until"
    ),
    "policy-list": (
        "id name platforms connection server certificate for version vpn.connection-name vpn.connection-type "
        "vpn.server vpn.remote-identifier vpn.local-identifier vpn.device-authentication vpn.identity-type "
        "vpn.certificate-id vpn.server-certificate-name vpn.server-certificate-issuer vpn.dead-peer-detection "
        "vpn.perfect-forward-secrecy vpn.user-may-disconnect vpn.captive-websheet vpn.captive-apps vpn.voicemail "
        "vpn.airprint assignment.group assignment.filter assignment.devices assignment.is-for-all created-at "
        "created-by changed-at changed-by"
    ),
    "policy-report": (
        "id platform serial-number policy version why enrollment-id place at certificate-id entry-id "
        "fingerprint-sha256 note code waits-for attempts"
    ),
    "profile-list": (
        "id app status days expires kind used name app-id application-identifier app-id-name team-id team-name "
        "uuid platforms created-at not-after provisions-all-devices devices signer.subject signer.name "
        "signer.serial-number signer.not-before signer.not-after signer.fingerprint-sha256 "
        "signer.public-key-sha256 source imported-at imported-by is-wildcard days-left"
    ),
    "scenario-list": "name lasts devices points teaches title about days hints",
    "simulate-log": "id at device what detail device-id kind",
    "simulate-outages": "id of from to state service since until",
    "since": "id at user record what wall-at origin action summary previous-hash hash",
    "site-freeze-list": "from to why first last",
    "start-by": "start-by what ends days devices lost-a-week",
    "task-list": (
        "id task opened done kind title text need component-id certificate-id old-certificate-id request-id "
        "opened-at opened-by assignee done-at done-by"
    ),
    "trust-list": (
        "id name status shown trusted antivirus lacking certificate-id preinstalled up-to-device deployed-at "
        "deployed-by platforms antivirus-at certificate public"
    ),
    "workspace-backups": "taken for size file taken-at reason bytes",
}
