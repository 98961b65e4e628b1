"""The tree of all commands: each one's function, and its line in ``--help``. Modules are imported only when called."""

from __future__ import annotations

from .frame.lazy_loading import LazyEntry, group, lazy
from .simulation_commands import SIMULATION

COMMANDS: dict[str, LazyEntry] = {
    "demo": lazy("console.demo", "The console on a throw-away workspace with a company and its fleet."),
    "certificate": group(
        "The inventory: import, list, replace, export, request.",
        "The certificate inventory.",
        {
            "import": lazy("certificate.importing.import_certificate", "Import certificate files, with a private key."),
            "import-keystore": lazy("certificate.importing.import_keystore", "Import one entry of a keystore."),
            "list": lazy("certificate.certificate.list_certificates", "List the inventory."),
            "show": lazy("certificate.certificate.show", "Show one entry with its chain."),
            "diff": lazy("certificate.diff.diff", "Compare two certificates, field by field."),
            "describe": lazy("certificate.certificate.describe", "Set an entry's description."),
            "use": lazy("certificate.certificate.use", "Change what an entry is used as."),
            "replace": lazy("certificate.importing.replace", "Replace an entry by a new certificate with a new key."),
            "delete": lazy("certificate.certificate.delete", "Delete an entry."),
            "export": lazy("certificate.certificate.export", "Write an entry as PEM, DER, chain PEM or PKCS #12."),
            "request": lazy("certificate.request.request", "Create a key and a signing request (CSR)."),
            "requests": lazy("certificate.request.requests", "List the signing requests, print or cancel one."),
            "verify": lazy("certificate.verify.verify", "Verify every chain of the inventory."),
            "password": lazy("certificate.certificate.password", "Show the password of an entry's keystore."),
        },
    ),
    "checklist": lazy("checklist.checklist", "What needs a certificate, its status, and what to do next."),
    "check": lazy("check.check", "One line and an exit status, as monitoring plugins have them."),
    "watch": lazy("watch.watch", "Check endpoints on a schedule, until Ctrl-C."),
    "impact": lazy("impact.impact", "What is stopped or degraded, now or later, by which certificate."),
    "since": lazy("since.since", "What others changed since you last looked."),
    "undo": lazy("undo.undo", "Undo a change, by its line in the audit trail."),
    "handover": lazy("handover.handover", "Hand over what a leaver answers for."),
    "start-by": lazy("start_by.start_by", "The last day on which to start replacing each certificate and CA group."),
    "forecast": lazy(
        "forecast.forecast.forecast", "What stops, and who is stranded, if time goes on: by plans, compared."
    ),
    "forecast-forget": lazy("forecast.review.forecast_forget", "Drop a kept forecast."),
    "forecast-review": lazy("forecast.review.forecast_review", "What a kept forecast said, and what came of it."),
    "component": group(
        "Which component uses which certificate: list, bind.",
        "What consumes certificates: the server's parts, apps, the gateway, other resources.",
        {
            "list": lazy("component.list_components", "List which component uses which certificate."),
            "candidates": lazy("component.candidates", "List what can be bound to a need."),
            "bind": lazy("component.bind", "Bind a certificate, or a profile, to a component."),
            "unbind": lazy("component.unbind", "Unbind a component's certificate."),
            "use": lazy("component.use", "Say whether the deployment uses a component."),
            "remove": lazy("component.remove", "Remove a component."),
            "needs": lazy("component.needs", "List what needs a certificate, and what stops without it."),
        },
    ),
    "endpoint": group(
        "What servers really serve: add, check, import.",
        "Endpoints: servers that you added, asked which certificate they serve.",
        {
            "add": lazy("endpoint.add.add", "Add a server, or a list of them."),
            "list": lazy("endpoint.endpoint.list_endpoints", "List the endpoints with what they served."),
            "show": lazy("endpoint.endpoint.show", "Show one with its addresses and chains."),
            "check": lazy("endpoint.check.check", "Ask them what they serve; exit status 0 if all is right."),
            "history": lazy("endpoint.history.history", "List what one served when."),
            "import": lazy("endpoint.endpoint.import_chain", "Import what one serves, and bind it to its need."),
            "remove": lazy("endpoint.endpoint.remove", "Remove one."),
        },
    ),
    "profile": group(
        "The provisioning profiles of iOS apps.",
        "The provisioning profiles of wrapped iOS apps.",
        {
            "import": lazy("profile.import_profiles", "Import provisioning profiles."),
            "list": lazy("profile.list_profiles", "List the provisioning profiles."),
            "show": lazy("profile.show", "Show one profile."),
            "remove": lazy("profile.remove", "Remove a profile that no component uses."),
            "export": lazy("profile.export", "Write a profile as a file."),
        },
    ),
    "trust": group(
        "Which certificates devices trust: list, deploy, install.",
        "Which certificates devices trust. A device without the server's root gets SSL Error 61.",
        {
            "list": lazy("trust.list_anchors", "List the CA certificates that devices must trust, or do."),
            "deploy": lazy("trust.deploy", "Deploy a certificate to devices."),
            "withdraw": lazy("trust.withdraw", "End a deployment."),
            "preinstalled": lazy("trust.preinstalled", "Say that devices ship with a CA certificate."),
            "install": lazy("trust.install", "Install a certificate on single devices, as by hand."),
        },
    ),
    "task": group(
        "Follow-ups after a replacement: list, mark done.",
        "What must be done elsewhere after a certificate was replaced.",
        {
            "list": lazy("task.list_tasks", "List the open follow-ups."),
            "done": lazy("task.done", "Mark a follow-up done."),
            "export": lazy("task.export", "Write the PFX file for support, and its password."),
        },
    ),
    "apns": group(
        "Push certificates: status, renewal, the push portal.",
        "Push certificates: for managing Apple devices, and (--mail) for Secure Mail. A renewal with the same Apple ID "
        "keeps the topic, and the devices; with anything else they must re-enroll.",
        {
            "status": lazy("apns.apns.status", "Show the push certificate in use: Apple ID, expiry, what stops."),
            "renew": lazy("apns.renewal.renew", "All steps at once: request, vendor, portal, import."),
            "request": lazy("apns.renewal.request", "Create a key and a request for a push certificate."),
            "sign": lazy("apns.renewal.sign", "Have a request signed by the (simulated) vendor."),
            "upload": lazy("apns.renewal.upload", "Upload to the (simulated) push portal, as an Apple ID."),
            "import": lazy("apns.renewal.import_issued", "Replace the one in use by one that the portal issued."),
            "register": lazy("apns.apns.register", "Record the Apple ID that created the one in use."),
            "revoke": lazy("apns.apns.revoke", "Revoke a push certificate in the portal."),
            "portal": group(
                "The certificates in the push portal: list, download, forget.",
                "The certificates in the simulated push certificates portal.",
                {
                    "list": lazy("apns.apns.list_portal", "List the push certificates, as each Apple ID sees its own."),
                    "download": lazy("apns.apns.download", "Write a push certificate as PEM."),
                    "forget": lazy("apns.apns.forget", "Remove a registered certificate from the portal."),
                },
            ),
        },
    ),
    "site": group(
        "Settings of the deployment.",
        "Settings of the deployment.",
        {
            "show": lazy("site.site.show", "Show the settings."),
            "set": lazy("site.site.set_site", "Change some of the settings."),
            "freeze": group(
                "Change freezes: list, add, remove.",
                "Change freezes: days on which nobody starts a change.",
                {
                    "list": lazy("site.freeze.list_freezes", "List the change freezes."),
                    "add": lazy("site.freeze.add_freeze", "Add a change freeze."),
                    "remove": lazy("site.freeze.remove_freeze", "Remove a change freeze."),
                },
            ),
        },
    ),
    "authority": group(
        "The CA groups: list, refresh, export, revocation lists.",
        "The CA groups. Each has a root CA, a device CA and a server CA.",
        {
            "list": lazy("authority.authority.list_groups", "List the CA groups, and how many devices use each."),
            "show": lazy("authority.authority.show", "Show one group with its CAs."),
            "refresh": lazy("authority.authority.refresh", "Request a new CA group."),
            "activate": lazy("authority.changes.activate", "Make a group the one that issues."),
            "delete": lazy("authority.changes.delete", "Delete a group that no device needs."),
            "export": lazy("authority.authority.export", "Write a CA's certificate as PEM."),
            "crl": lazy("authority.authority.crl", "Make a revocation list of a group's device CA."),
            "issue-listener": lazy("authority.authority.issue_listener", "Issue the SSL listener's certificate."),
        },
    ),
    "device": group(
        "The devices: list, import, renew, revoke, enroll.",
        "The devices of the fleet.",
        {
            "list": lazy("device.device.list_devices", "List the devices, by platform, issuer CA, state and more."),
            "show": lazy("device.device.show", "Show one device, its certificates and its history."),
            "renew": lazy("device.actions.renew", "Certificate Renewal: new certificates at the next check-in."),
            "revoke": lazy("device.actions.revoke", "Revoke device certificates until the devices re-enroll."),
            "refresh": lazy("device.actions.refresh", "Deploy what is pending at once."),
            "change": lazy("device.change.change", "Change an identity, or the owner."),
            "delete": lazy("device.deletion.delete", "Delete devices; they would have to enroll as new ones."),
            "import": lazy("device.importing.import_export", "Import devices from a product's export (CSV)."),
            "habits": lazy("device.habits.habits", "Measure the habits of imported devices, for a simulated fleet."),
            "export": lazy("device.export.export", "Write device certificates as PEM or DER."),
            "profile": lazy("device.export.profile", "Write the configuration profile that a device receives."),
            "enroll": lazy("device.enrollment.enroll", "Enroll a device by its CSR, or re-enroll simulated devices."),
            "check-in": lazy("device.check_in.check_in", "Check in as a device, with its certificate and key."),
        },
    ),
    "bulk": group(
        "Device certificates in bulk: import an archive, list, delete.",
        "The device certificates that VPN policies install on iOS devices: PKCS #12 files, named after devices.",
        {
            "import": lazy("bulk.import_archive", "Import an archive of device certificates."),
            "delete": lazy("bulk.delete", "Delete the certificates of many devices."),
            "list": lazy("bulk.list_certificates", "List the certificates."),
            "show": lazy("bulk.show", "Show the certificate of one identity."),
        },
    ),
    "policy": group(
        "The VPN policies: list, create, deploy, report.",
        "The VPN policies, which bring device certificates to devices.",
        {
            "list": lazy("policy.policy.list_policies", "List the policies."),
            "show": lazy("policy.policy.show", "Show one policy: its settings and its deployment."),
            "create": lazy("policy.changes.create", "Create a VPN policy, and deploy it."),
            "change": lazy("policy.changes.change", "Change a policy."),
            "deploy": lazy("policy.changes.deploy", "Deploy a policy to the devices it applies to now."),
            "delete": lazy("policy.changes.delete", "Delete a policy, and remove it from the devices."),
            "report": lazy("policy.policy.report", "Show how far a policy is on each device."),
        },
    ),
    **SIMULATION,
    "moment": group(
        "Moments: earlier states to look at, or to go back to.",
        "Moments: states of the workspace that are kept, at the cost of what changes afterwards. A simulated workspace "
        "keeps one before each destructive act and can go back.",
        {
            "list": lazy("moment.list_moments", "List the moments, oldest first."),
            "save": lazy("moment.save", "Keep the present state under a name."),
            "show": lazy("moment.show", "Show a moment, and what has changed since."),
            "go": lazy("moment.go", "Go back to a moment."),
            "branch": lazy("moment.branch_off", "Make another workspace with the state of a moment."),
            "compare": lazy("moment.compare_states", "Compare two moments, the present, or a branch."),
            "forget": lazy("moment.forget", "Drop a moment."),
        },
    ),
    "notice": group(
        "Notices: list, read, delivery settings.",
        "Notices: a certificate expires, something has stopped, a CA group is ready.",
        {
            "list": lazy("notice.notice.list_notices", "List the notices, newest first."),
            "show": lazy("notice.notice.show", "Show one notice and its delivery."),
            "read": lazy("notice.notice.read", "Mark notices as read, for yourself."),
            "unread": lazy("notice.notice.unread", "Mark notices as unread."),
            "ack": lazy("notice.notice.ack", "Acknowledge notices: you deal with them."),
            "drill": lazy("notice.drill.drill", "Ask the owners for an answer, or list who has answered."),
            "deliver": lazy("notice.delivery.deliver", "Deliver what is due by mail and webhook, once: for cron."),
            "retry": lazy("notice.delivery.retry", "Try failed deliveries again."),
            "smtp": group(
                "The mail server that notices are sent through.",
                "The mail server that notices are sent through, and their recipients.",
                {
                    "set": lazy("notice.delivery.set_smtp", "Send notices by mail from now on."),
                    "show": lazy("notice.delivery.show_smtp", "Show the mail server."),
                    "remove": lazy("notice.delivery.remove_smtp", "Send no more mail."),
                    "test": lazy("notice.delivery.test_smtp", "Send a test message now."),
                },
            ),
            "webhook": group(
                "The webhook that notices are posted to.",
                "The webhook that notices are posted to, as JSON.",
                {
                    "set": lazy("notice.delivery.set_webhook", "Post notices to a URL from now on."),
                    "show": lazy("notice.delivery.show_webhook", "Show where notices are posted to."),
                    "remove": lazy("notice.delivery.remove_webhook", "Post no more notices."),
                    "test": lazy("notice.delivery.test_webhook", "Post a test message now."),
                },
            ),
        },
    ),
    "owner": group(
        "Owners, deputies and runbooks: who answers for what.",
        "Who answers for a certificate, a component or a CA group: its notices go to the owner, then to the deputy.",
        {
            "list": lazy("owner.list_owners", "List the owners that were set."),
            "show": lazy("owner.show", "Show who answers for something."),
            "set": lazy("owner.set_owner", "Set an owner, a deputy or a runbook."),
        },
    ),
    "admin": group(
        "Accounts and roles for logging in over the network.",
        "The accounts that log in over the network, and their roles. At the shell nobody needs one, unless you want "
        "roles there too (`admin shell`).",
        {
            "list": lazy("admin.admin.list_accounts", "List the accounts with their roles."),
            "add": lazy("admin.admin.add", "Add an account."),
            "remove": lazy("admin.admin.remove", "Remove an account and end its sessions."),
            "password": lazy("admin.admin.password", "Set an account's password."),
            "role": lazy("admin.admin.role", "Give an account another role."),
            "unlock": lazy("admin.admin.unlock", "Unlock an account that failed logins have locked."),
            "sessions": lazy("admin.admin.sessions", "List who is logged in."),
            "scrape-token": group(
                "Tokens for monitoring systems: list, add, revoke.",
                "Scrape tokens: what a monitoring system reads the metrics of `certfleet serve` with.",
                {
                    "list": lazy("admin.scrape_token.list_tokens", "List the scrape tokens."),
                    "add": lazy("admin.scrape_token.add", "Make a scrape token and print it."),
                    "revoke": lazy("admin.scrape_token.revoke", "Revoke a scrape token."),
                },
            ),
            "timeout": group(
                "When sessions end: show, set.",
                "When sessions end: some minutes after their last use, or after the login.",
                {
                    "show": lazy("admin.admin.show_timeout", "Show when sessions end."),
                    "set": lazy("admin.admin.set_timeout", "Change when sessions end, open ones included."),
                },
            ),
            "shell": group(
                "Roles at the machine's shell: show, map, unmap, others.",
                "Roles at the machine's shell: an account that is mapped to a Unix login gives its person the "
                "account's role there, on the command line and in the console. The owner of the workspace's files "
                "and root aren't limited.",
                {
                    "show": lazy("admin.shell.show", "Show what people may do at the shell, you among them."),
                    "map": lazy("admin.shell.map_login", "Give the person of a Unix login an account's role."),
                    "unmap": lazy("admin.shell.unmap", "Give them the role of those without an account again."),
                    "others": lazy("admin.shell.set_others", "Say what people without an account may do."),
                },
            ),
        },
    ),
    "web": lazy("web.web", "Open the console in a browser on this machine."),
    "serve": lazy("serve.serve", "Serve the REST API, so that scripts can be tested here first."),
    "rehearse": lazy("rehearse.rehearse", "Run a script against a branch in memory; the difference it makes."),
    "audit": group(
        "Who did what.",
        "The audit trail: a line for every change, each bound to the one before.",
        {
            "list": lazy("audit.list_lines", "List the newest lines, newest first."),
            "show": lazy("audit.show", "Show one line, and whether it can be undone."),
            "seal": lazy("audit.seal", "Print a seal of the audit trail, to keep elsewhere."),
            "accept": lazy("audit.accept", "Seal the audit trail as it is, after a check found something."),
        },
    ),
    "workspace": group(
        "The workspace itself: check, backup, export, import.",
        "The workspace: one store with its clock.",
        {
            "info": lazy("workspace.workspace.info", "Show where it is, how it is protected, what it holds."),
            "check": lazy("workspace.workspace.check", "Check everything that can be checked."),
            "backup": lazy("workspace.backup.backup", "Back the whole workspace up to one file."),
            "backups": lazy("workspace.backup.backups", "List the backups that are kept."),
            "restore": lazy("workspace.backup.restore_backup", "Put the state of a backup in place."),
            "share": lazy(
                "workspace.share.share_workspace", "Let a Unix group work on it, each under their own login."
            ),
            "export": lazy("workspace.workspace.export", "Write the whole workspace as one JSON file."),
            "import": lazy("workspace.workspace.import_export", "Create a workspace from such a file."),
            "passphrase": lazy("workspace.workspace.passphrase", "Set, change or remove the passphrase."),
        },
    ),
    "config": group(
        "Your settings: list, set, check.",
        "Your settings, in one file: the workspace, the console's look and keys, the order and columns of lists. The "
        "environment overrides the file, and options override both.",
        {
            "list": lazy("config.config.list_settings", "List the settings, and where each value comes from."),
            "show": lazy("config.config.show", "Show one setting, and what it takes."),
            "get": lazy("config.config.get", "Print the value of a setting."),
            "set": lazy("config.config.set_value", "Set a setting in the file."),
            "unset": lazy("config.config.unset", "Remove a setting from the file."),
            "path": lazy("config.config.path", "Print the path of the file."),
            "edit": lazy("config.config.edit", "Open the file in your editor, and check it."),
            "check": lazy("config.config.check", "Check the file and the environment."),
        },
    ),
    "completion": lazy("completion.completion.completion", "Tab completion for your shell."),
    "help": lazy("help.show_help", "The help of a command, and the manual page."),
}
