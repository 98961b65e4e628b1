"""The tree of all commands: which module holds each, and its line in ``--help``. Only what is called is loaded."""

from __future__ import annotations

from .frame.lazy_loading import LazyCommand, LazyEntry, LazyGroup

CERTIFICATE = {
    "import": LazyCommand("certificate_import", "import_certificate", "Import certificate files, with a private key."),
    "import-keystore": LazyCommand("certificate_import", "import_keystore", "Import one entry of a keystore."),
    "list": LazyCommand("certificate", "list_certificates", "List the inventory."),
    "show": LazyCommand("certificate", "show", "Show one entry with its chain."),
    "describe": LazyCommand("certificate", "describe", "Set an entry's description."),
    "replace": LazyCommand("certificate_import", "replace", "Replace an entry by a new certificate with a new key."),
    "delete": LazyCommand("certificate", "delete", "Delete an entry."),
    "export": LazyCommand("certificate", "export", "Write an entry as PEM, DER, chain PEM or PKCS #12."),
    "request": LazyCommand("certificate_request", "request", "Create a key and a signing request (CSR)."),
    "requests": LazyCommand("certificate_request", "requests", "List the signing requests, print or cancel one."),
    "verify": LazyCommand("certificate", "verify", "Verify every chain of the inventory."),
    "password": LazyCommand("certificate", "password", "Show the password of an entry's keystore."),
}
COMPONENT = {
    "list": LazyCommand("component", "list_components", "List which component uses which certificate."),
    "candidates": LazyCommand("component", "candidates", "List what can be bound to a need."),
    "bind": LazyCommand("component", "bind", "Bind a certificate, or a profile, to a component."),
    "unbind": LazyCommand("component", "unbind", "Unbind a component's certificate."),
    "use": LazyCommand("component", "use", "Say whether the deployment uses a component."),
    "remove": LazyCommand("component", "remove", "Remove a component."),
    "needs": LazyCommand("component", "needs", "List what needs a certificate, and what stops without it."),
}
PROFILE = {
    "import": LazyCommand("profile", "import_profiles", "Import provisioning profiles."),
    "list": LazyCommand("profile", "list_profiles", "List the provisioning profiles."),
    "show": LazyCommand("profile", "show", "Show one profile."),
    "remove": LazyCommand("profile", "remove", "Remove a profile that no component uses."),
    "export": LazyCommand("profile", "export", "Write a profile as a file."),
}
TRUST = {
    "list": LazyCommand("trust", "list_anchors", "List the CA certificates that devices must trust, or do."),
    "deploy": LazyCommand("trust", "deploy", "Deploy a certificate to devices."),
    "withdraw": LazyCommand("trust", "withdraw", "End a deployment."),
    "preinstalled": LazyCommand("trust", "preinstalled", "Say that devices ship with a CA certificate."),
    "install": LazyCommand("trust", "install", "Install a certificate on single devices, as by hand."),
}
TASK = {
    "list": LazyCommand("task", "list_tasks", "List the open follow-ups."),
    "done": LazyCommand("task", "done", "Mark a follow-up done."),
    "export": LazyCommand("task", "export", "Write the PFX file for support, and its password."),
}
APNS: dict[str, LazyEntry] = {
    "status": LazyCommand("apns", "status", "Show the push certificate in use: Apple ID, expiry, what stops."),
    "renew": LazyCommand("apns_renewal", "renew", "All steps at once: request, vendor, portal, import."),
    "request": LazyCommand("apns_renewal", "request", "Create a key and a request for a push certificate."),
    "sign": LazyCommand("apns_renewal", "sign", "Have a request signed by the (simulated) vendor."),
    "upload": LazyCommand("apns_renewal", "upload", "Upload to the (simulated) push portal, as an Apple ID."),
    "import": LazyCommand("apns_renewal", "import_issued", "Replace the one in use by one that the portal issued."),
    "register": LazyCommand("apns", "register", "Record the Apple ID that created the one in use."),
    "revoke": LazyCommand("apns", "revoke", "Revoke a push certificate in the portal."),
    "portal": LazyGroup(
        "portal",
        line="The certificates in the push portal: list, download, forget.",
        help="The certificates in the simulated push certificates portal.",
        table={
            "list": LazyCommand("apns", "list_portal", "List the push certificates, as each Apple ID sees its own."),
            "download": LazyCommand("apns", "download", "Write a push certificate as PEM."),
            "forget": LazyCommand("apns", "forget", "Remove a registered certificate from the portal."),
        },
    ),
}
SITE = {
    "show": LazyCommand("site", "show", "Show the settings."),
    "set": LazyCommand("site", "set_site", "Change some of the settings."),
}
AUTHORITY = {
    "list": LazyCommand("authority", "list_groups", "List the CA groups, and how many devices use each."),
    "show": LazyCommand("authority", "show", "Show one group with its CAs."),
    "refresh": LazyCommand("authority", "refresh", "Request a new CA group."),
    "export": LazyCommand("authority", "export", "Write a CA's certificate as PEM."),
    "crl": LazyCommand("authority", "crl", "Make a revocation list of a group's device CA."),
    "issue-listener": LazyCommand("authority", "issue_listener", "Issue the SSL listener's certificate."),
}
DEVICE = {
    "list": LazyCommand("device", "list_devices", "List the devices, by platform, issuer CA, state and more."),
    "show": LazyCommand("device", "show", "Show one device, its certificates and its history."),
    "renew": LazyCommand("device_actions", "renew", "Certificate Renewal: new certificates at the next check-in."),
    "revoke": LazyCommand("device_actions", "revoke", "Revoke device certificates until the devices re-enroll."),
    "export": LazyCommand("device_export", "export", "Write device certificates as PEM or DER."),
    "profile": LazyCommand("device_export", "profile", "Write the configuration profile that a device receives."),
    "enroll": LazyCommand("device_enrollment", "enroll", "Enroll a device by its CSR, or re-enroll simulated devices."),
    "check-in": LazyCommand("device_check_in", "check_in", "Check in as a device, with its certificate and key."),
}
BULK = {
    "import": LazyCommand("bulk", "import_archive", "Import an archive of device certificates."),
    "delete": LazyCommand("bulk", "delete", "Delete the certificates of many devices."),
    "list": LazyCommand("bulk", "list_certificates", "List the certificates."),
    "show": LazyCommand("bulk", "show", "Show the certificate of one identity."),
}
POLICY = {
    "list": LazyCommand("policy", "list_policies", "List the policies."),
    "show": LazyCommand("policy", "show", "Show one policy: its settings and its deployment."),
    "create": LazyCommand("policy_changes", "create", "Create a VPN policy, and deploy it."),
    "change": LazyCommand("policy_changes", "change", "Change a policy."),
    "deploy": LazyCommand("policy_changes", "deploy", "Deploy a policy to the devices it applies to now."),
    "delete": LazyCommand("policy_changes", "delete", "Delete a policy, and remove it from the devices."),
    "report": LazyCommand("policy", "report", "Show how far a policy is on each device."),
}
SIMULATE = {
    "company": LazyCommand("simulate_fleet", "company", "Draw a company's certificates from a seed, and bind them."),
    "fleet": LazyCommand("simulate_fleet", "fleet", "Draw a fleet of devices from a seed, and enroll it."),
    "run": LazyCommand("simulate", "run", "Let the virtual clock run, and play what happens."),
    "status": LazyCommand("simulate", "status", "Show the clock, the fleet and its renewal."),
    "stop": LazyCommand("simulate", "stop", "Stop the running simulator."),
    "speed": LazyCommand("simulate", "speed", "Change the speed of the running simulator."),
    "log": LazyCommand("simulate", "log", "List what happened to the devices."),
}
NOTICE: dict[str, LazyEntry] = {
    "list": LazyCommand("notice", "list_notices", "List the notices, newest first."),
    "show": LazyCommand("notice", "show", "Show one notice and its delivery."),
    "read": LazyCommand("notice", "read", "Mark notices as read, for yourself."),
    "unread": LazyCommand("notice", "unread", "Mark notices as unread."),
    "deliver": LazyCommand("notice_delivery", "deliver", "Deliver what is due by mail and webhook, once: for cron."),
    "retry": LazyCommand("notice_delivery", "retry", "Try failed deliveries again."),
    "smtp": LazyGroup(
        "smtp",
        line="The mail server that notices are sent through.",
        help="The mail server that notices are sent through, and their recipients.",
        table={
            "set": LazyCommand("notice_delivery", "set_smtp", "Send notices by mail from now on."),
            "show": LazyCommand("notice_delivery", "show_smtp", "Show the mail server."),
            "remove": LazyCommand("notice_delivery", "remove_smtp", "Send no more mail."),
            "test": LazyCommand("notice_delivery", "test_smtp", "Send a test message now."),
        },
    ),
    "webhook": LazyGroup(
        "webhook",
        line="The webhook that notices are posted to.",
        help="The webhook that notices are posted to, as JSON.",
        table={
            "set": LazyCommand("notice_delivery", "set_webhook", "Post notices to a URL from now on."),
            "show": LazyCommand("notice_delivery", "show_webhook", "Show where notices are posted to."),
            "remove": LazyCommand("notice_delivery", "remove_webhook", "Post no more notices."),
            "test": LazyCommand("notice_delivery", "test_webhook", "Post a test message now."),
        },
    ),
}
ADMIN: dict[str, LazyEntry] = {
    "list": LazyCommand("admin", "list_accounts", "List the accounts with their roles."),
    "add": LazyCommand("admin", "add", "Add an account."),
    "remove": LazyCommand("admin", "remove", "Remove an account and end its sessions."),
    "password": LazyCommand("admin", "password", "Set an account's password."),
    "role": LazyCommand("admin", "role", "Give an account another role."),
    "unlock": LazyCommand("admin", "unlock", "Unlock an account that failed logins have locked."),
    "sessions": LazyCommand("admin", "sessions", "List who is logged in."),
    "timeout": LazyGroup(
        "timeout",
        line="When sessions end: show, set.",
        help="When sessions end: some minutes after their last use, or after the login.",
        table={
            "show": LazyCommand("admin", "show_timeout", "Show when sessions end."),
            "set": LazyCommand("admin", "set_timeout", "Change when sessions end, open ones included."),
        },
    ),
}
AUDIT = {"list": LazyCommand("audit", "list_lines", "List the newest lines, newest first.")}
WORKSPACE = {
    "info": LazyCommand("workspace", "info", "Show where it is, how it is protected, what it holds."),
    "check": LazyCommand("workspace", "check", "Check everything that can be checked."),
    "export": LazyCommand("workspace", "export", "Write the whole workspace as one JSON file."),
    "import": LazyCommand("workspace", "import_export", "Create a workspace from such a file."),
    "passphrase": LazyCommand("workspace", "passphrase", "Set, change or remove the passphrase."),
}

COMMANDS: dict[str, LazyEntry] = {
    "demo": LazyCommand("console", "demo", "The console on a throw-away workspace with a company and its fleet."),
    "certificate": LazyGroup(
        "certificate",
        line="The inventory: import, list, replace, export, request.",
        help="The certificate inventory.",
        table=CERTIFICATE,
    ),
    "checklist": LazyCommand("checklist", "checklist", "What needs a certificate, its status, and what to do next."),
    "impact": LazyCommand("impact", "impact", "What is stopped or degraded, now or later, by which certificate."),
    "component": LazyGroup(
        "component",
        line="Which component uses which certificate: list, bind.",
        help="What consumes certificates: the server's parts, apps, the gateway, other resources.",
        table=COMPONENT,
    ),
    "profile": LazyGroup(
        "profile",
        line="The provisioning profiles of iOS apps.",
        help="The provisioning profiles of wrapped iOS apps.",
        table=PROFILE,
    ),
    "trust": LazyGroup(
        "trust",
        line="Which certificates devices trust: list, deploy, install.",
        help="Which certificates devices trust. A device without the server's root gets SSL Error 61.",
        table=TRUST,
    ),
    "task": LazyGroup(
        "task",
        line="Follow-ups after a replacement: list, mark done.",
        help="What must be done elsewhere after a certificate was replaced.",
        table=TASK,
    ),
    "apns": LazyGroup(
        "apns",
        line="Push certificates: status, renewal, the push portal.",
        help="Push certificates: for managing Apple devices, and (--mail) for Secure Mail. A renewal with the same "
        "Apple ID keeps the topic, and the devices; with anything else they must re-enroll.",
        table=APNS,
    ),
    "site": LazyGroup("site", line="Settings of the deployment.", help="Settings of the deployment.", table=SITE),
    "authority": LazyGroup(
        "authority",
        line="The CA groups: list, refresh, export, revocation lists.",
        help="The CA groups. Each has a root CA, a device CA and a server CA.",
        table=AUTHORITY,
    ),
    "device": LazyGroup(
        "device",
        line="The devices: list, renew, revoke, enroll, check in.",
        help="The devices of the fleet.",
        table=DEVICE,
    ),
    "bulk": LazyGroup(
        "bulk",
        line="Device certificates in bulk: import an archive, list, delete.",
        help="The device certificates that VPN policies install on iOS devices: PKCS #12 files, named after devices.",
        table=BULK,
    ),
    "policy": LazyGroup(
        "policy",
        line="The VPN policies: list, create, deploy, report.",
        help="The VPN policies, which bring device certificates to devices.",
        table=POLICY,
    ),
    "simulate": LazyGroup(
        "simulate",
        line="Draw a simulated fleet, and let its time pass.",
        help="A simulated fleet, and its virtual clock.",
        table=SIMULATE,
    ),
    "notice": LazyGroup(
        "notice",
        line="Notices: list, read, delivery settings.",
        help="Notices: a certificate expires, something has stopped, a CA group is ready.",
        table=NOTICE,
    ),
    "admin": LazyGroup(
        "admin",
        line="Accounts and roles for logging in over the network.",
        help="The accounts that log in over the network, and their roles. Nobody needs one at the shell.",
        table=ADMIN,
    ),
    "serve": LazyCommand("serve", "serve", "Serve the REST API, so that scripts can be tested here first."),
    "audit": LazyGroup(
        "audit",
        line="Who did what.",
        help="The audit trail: a line for every change, each bound to the one before.",
        table=AUDIT,
    ),
    "workspace": LazyGroup(
        "workspace",
        line="The workspace itself: check, export, import, passphrase.",
        help="The workspace: one store with its clock.",
        table=WORKSPACE,
    ),
    "completion": LazyCommand("completion", "completion", "Tab completion for your shell."),
}
