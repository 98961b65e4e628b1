"""Error codes that the table has no way to, and why."""

from __future__ import annotations

REASONS = {
    "only a bug, the disk or another process leads to it": """
        internal output-failed output-lost interrupted export-differs disk-full workers-lost extra-missing
        file-unreadable workspace-unwritable workspace-gone
        workspace-busy workspace-damaged workspace-newer key-file-unwritable address-in-use simulator-running
        simulator-ended
        class-half-made class-in-making fleet-unfinished secret-damaged vault-missing key-file-missing
        key-file-unreadable wrong-key-file snapshot-damaged backup-damaged workspace-open-elsewhere
        terminal-too-simple forecast-process-lost
    """,
    "the command line is refused before (exit status 2)": """
        usage mix-empty fleet-too-large churn-invalid speed-invalid timeout-invalid use-as-invalid
        not-a-push-need check-in-invalid
    """,
    "the settings file is the person's: tests/cli/config/test_config.py": """
        settings-invalid unknown-setting setting-value-invalid setting-not-set editor-failed
    """,
    "only a script that is rehearsed meets it: tests/cli/test_rehearse.py": "in-rehearsal",
    "it needs a terminal, or a passphrase in the environment": """
        binary-to-terminal not-confirmed passphrase-needed wrong-passphrase no-key-file
    """,
    "it takes another Unix user, or a folder of everybody's: tests/cli/workspace/test_share.py": """
        not-the-owner not-in-unix-group folder-open
    """,
    "it takes a server of PostgreSQL: tests/store/persistence/postgresql/test_errors.py and its neighbours": """
        workspace-address-invalid database-unreachable database-login-failed database-missing
        database-too-old database-pooled outcome-unknown
    """,
    "it takes a workspace in PostgreSQL, or its address: tests/cli/test_postgresql.py": """
        database-elsewhere password-in-address
    """,
    "it takes a Dask cluster: tests/simulator/engine/processes/test_dask_executor.py": """
        executor-address-invalid executor-unreachable executor-without-workers executor-release secrets-would-leave
    """,
    "only somebody who is confined meets it: tests/cli/test_confined.py and test_ssh.py": """
        confined path-outside file-not-written-here confined-folder-unusable no-file-transfer
        connection-lost
    """,
    "it stands beside one line or file of many, and doesn't end the command": """
        line-unreadable value-too-long platform-unknown not-managed identity-missing date-unreadable date-ambiguous
        date-in-future device-twice identity-conflict platform-differs password-missing not-pkcs12 several-keys
        bulk-certificate-taken bulk-key-taken policy-not-taken
    """,
    "only REST or the console can ask for it": """
        sort-column-invalid sort-order-invalid filter-invalid login-failed account-locked logins-busy not-logged-in
        session-expired not-permitted challenge-unknown validity-invalid device-change-invalid scrape-token-wrong
        workspace-in-memory
    """,
    "it takes a device with a past, which tests/store/devices and tests/cli/device/test_enrollment.py have": """
        device-exists device-differs not-enrolled not-simulated windows-must-re-enroll windows-is-current must-re-enroll
        device-revoked possession-not-proven key-not-accepted certificate-expired certificate-not-yet-valid
        certificate-revoked untrusted-chain issuer-expired nothing-pending same-key-renewal ssl-error-61 no-group-ready
        no-candidates
    """,
    "it takes a deployment in another state, which tests/store/consequences and components have": """
        mdm-certificate-expired mdm-certificate-not-yet-valid mdm-certificate-missing gateway-certificate-expired
        gateway-certificate-not-yet-valid gateway-certificate-missing apns-not-yet-valid wrong-purpose
        push-topic-of-an-app push-topic-of-devices
    """,
    "it takes files by Apple, its vendors or a hostile maker: tests/store/profiles, push, bulk and keystores": """
        profile-unsigned profile-signature-invalid profile-no-plist profile-incomplete profile-older profile-in-use
        push-signature-broken push-vendor-unknown push-vendor-expired push-key-not-accepted push-revoked push-superseded
        push-app-certificate push-renew-or-create push-no-topic bundle-needed apns-needs-key request-completed
        archive-too-many-files archive-too-large archive-overlapping credentials-too-large bulk-ambiguous
        too-many-entries alias-ambiguous entry-without-certificate
    """,
    "it takes servers, which tests/store/endpoints has, or more endpoints than a test adds": """
        endpoint-differs address-unknown too-many-endpoints
    """,
    "it takes more text than a command line has: tests/store/notices/test_owners.py": """
        runbook-too-long
    """,
    "it takes a plan, a scenario, a mail server or a fleet that has run, as tests/simulator has": """
        past-impossible start-before-authorities outage-over plan-changed plan-action-not-due plan-action-past
        certificate-ambiguous nothing-held password-unreadable scenario-cannot-start say-first say-unclear no-hint
        already-delivered delivery-failed
    """,
}
NOT_PROVOKED = {code: reason for reason, codes in REASONS.items() for code in codes.split()}
