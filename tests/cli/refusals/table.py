"""Ways to provoke each refusal: its code, a prepared workspace, the command line, and the hint followed literally.

One way a line: ``code | workspace | command line | what the hint says ; and then``. ``@name`` is a file of
``made_files``, ``%name`` a path where nothing is. What follows the hint may end with another refusal, but not with this
one.
"""

# ruff: noqa: E501 - a way is a line: that is what makes it a table

from __future__ import annotations

WORKSPACES = {
    "none": (),
    "filled": ("certificate import @chain.pem --key @leaf.key --description MDM",),
    "bound": ("component bind mdm-ssl 1",),
    "protected": ("site set --protected-name Production",),
    "keystore": ("certificate import-keystore @leaf.p12 --password-file @password",),
    "company": ("simulate company --start 2026-01-05", "simulate fleet --devices 20 --mix ios=60,windows=40"),
    "virtual": ("simulate fleet --devices 3 --mix android=1 --start 2026-01-05",),
    "imported": ("device import @devices.csv --time-zone UTC",),
    "staffed": ("admin add Ann --role administrator --password-file @password",),
    "shelled": (
        "admin shell map Ann ann",
        "admin add Zoe --role viewer --password-file @password",
    ),
    "migrated": (
        "site set --yes --migrated --ssl-offload",
        "component bind gateway-mdm-ssl 1",
        "certificate replace 1 @renewed.p12 --password-file @password --yes",
    ),
    "vpn": (
        "policy create Phones --server vpn.company.example --identity-type serial-number --everybody",
        "policy create Second --server vpn.company.example --identity-type serial-number --everybody",
    ),
}
"""What each is made with; those of the next table begin as copies of others."""
BEGIN_AS = {
    "bound": "filled",
    "protected": "bound",
    "staffed": "filled",
    "shelled": "staffed",
    "migrated": "bound",
    "vpn": "company",
}

CERTIFICATES = """
file-not-found | none | certificate import %gone.pem
file-not-found | filled | bulk import %gone.zip --identity-type serial-number
not-a-file | none | certificate import @folder
not-a-file | none | bulk import @folder --identity-type serial-number
file-empty | none | certificate import @empty.pem
file-too-large | none | certificate import @large.pem
file-truncated | none | certificate import @cut.pem
file-truncated | none | certificate import @no-end.pem
web-needs-loopback | none | web --host 0.0.0.0
file-exists | filled | certificate export 1 --output @chain.pem | certificate export 1 --output @copy.pem --force
file-exists | filled | authority export default --output @chain.pem | authority export default --output @copy.pem --force
file-in-workspace | filled | certificate export 1 --output {workspace}/x.pem | certificate export 1 --output %x.pem
file-unwritable | filled | certificate export 1 --output %none/x.pem | certificate export 1 --output %x.pem
not-a-certificate | none | certificate import @leaf.key | certificate import @chain.pem --key @leaf.key
not-a-certificate | none | certificate import @leaf.p12 | certificate import-keystore @leaf.p12 --password-file @password
not-a-certificate | none | certificate import @notes.txt
not-a-certificate | none | certificate import @page.html
not-a-certificate | none | certificate import @request.pem
not-a-certificate | none | certificate import @public.pem
not-a-certificate | none | certificate import @key-as-certificate.pem | certificate import @chain.pem --key @key-as-certificate.pem
certificate-unreadable | none | certificate import @spoilt.pem
certificate-unreadable | none | certificate import @garbage.pem
several-certificates | none | certificate import @metadata.xml
too-many-certificates | none | certificate import @thousands.pem
not-a-chain | none | certificate import @two.pem
not-a-chain | none | certificate import @two-intermediates.pem
signature-unsupported | none | certificate import @unknown-signature.pem | certificate import @unknown-alone.pem
not-a-private-key | none | certificate import @chain.pem --key @root.pem
not-a-private-key | none | certificate import @chain.pem --key @notes.txt
not-a-private-key | none | certificate import @chain.pem --key @leaf.p12 | certificate import-keystore @leaf.p12 --password-file @password
key-mismatch | none | certificate import @chain.pem --key @other.key
key-unsupported | none | certificate import @chain.pem --key @openssh.key
key-password-needed | none | certificate import @chain.pem --key @leaf.enc.key | certificate import @chain.pem --key @leaf.enc.key --key-password-file @password
password-needed | none | certificate import-keystore @leaf.p12 | certificate import-keystore @leaf.p12 --password-file @password
password-needed | filled | certificate export 1 --format pkcs12 | certificate export 1 --format pkcs12 --password-file @password --output %x.p12
wrong-password | none | certificate import @chain.pem --key @leaf.enc.key --key-password-file @wrong
wrong-password | none | certificate import-keystore @leaf.p12 --password-file @wrong
wrong-password | none | certificate import-keystore @leaf.p12 --password-file @quoted
password-not-text | none | certificate import-keystore @leaf.p12 --password-file @binary
kdf-too-costly | none | certificate import @chain.pem --key @costly.key
not-a-keystore | none | certificate import-keystore @chain.pem --password-file @password | certificate import @chain.pem
not-a-keystore | none | certificate import-keystore @notes.txt --password-file @password
keystore-damaged | none | certificate import-keystore @damaged.p12 --password-file @password
keystore-empty | none | certificate import-keystore @empty.jks --password-file @password
keystore-unsupported | none | certificate import-keystore @leaf.bks --type jks --password-file @password
alias-not-found | none | certificate import-keystore @leaf.p12 --password-file @password --alias nobody | certificate import-keystore @leaf.p12 --password-file @password --alias #1
not-found | filled | certificate show 99 | certificate list
not-found | filled | certificate requests --cancel 9 | certificate requests
nothing-to-compare | filled | certificate diff 1 | certificate diff 1 2
same-key | filled | certificate import @renewed-same-key.pem | certificate import @renewed-same-key.pem --on-conflict replace
same-key-in-file | none | certificate import @same-key-twice.pem
same-certificate | filled | certificate replace 1 @chain.pem
same-key-replacement | filled | certificate replace 1 @renewed-same-key.pem | certificate request --subject CN=mdm.company.example
replacement-without-key | filled | certificate replace 1 @renewed.pem | certificate replace 1 @renewed.pem --key @renewed.key
already-replaced | migrated | certificate replace 1 @chain.pem | certificate replace 4 @chain.pem
certificate-replaced | migrated | certificate delete 1
certificate-replaces | migrated | certificate delete 4
certificate-in-use | bound | certificate delete 1 | component unbind mdm-ssl --yes ; certificate delete 1
certificate-has-dependents | filled | certificate delete 3 | certificate delete 1 ; certificate delete 2 ; certificate delete 3
description-too-long | filled | certificate describe 1 {long}
no-password | filled | certificate password 1 --yes
confirmation-needed | keystore | certificate password 1 | certificate password 1 --yes
no-private-key | filled | component bind pki-user 2 --name x | certificate import @chain.pem
would-stop | company | component unbind mdm-ssl | component unbind mdm-ssl --dry-run ; component unbind mdm-ssl --yes
audit-line-unknown | filled | undo 999 | audit list
nothing-to-undo | staffed | --as Ann undo | audit list
undo-forbidden | filled | undo | audit list
undo-overtaken | bound | component unbind mdm-ssl --yes ; undo ; undo 7 | undo 9 --yes
no-command-known | filled | audit show 1 --as-commands | audit list
workspace-protected | protected | component unbind mdm-ssl --yes | --workspace-name Production component unbind mdm-ssl --yes
effects-changed | bound | component unbind mdm-ssl --expect 0000 | component unbind mdm-ssl --dry-run
subject-invalid | filled | certificate request --subject mdm | certificate request --subject CN=mdm.example.com,O=Example,C=DE
subject-invalid | filled | certificate request --subject CN=a,XY=b | certificate request --subject CN=mdm.example.com,O=Example,C=DE
san-invalid | filled | certificate request --subject CN=a --san DNS:a..b | certificate request --subject CN=a --san DNS:mdm.example.com
profile-unreadable | none | profile import @leaf.p12 | certificate import-keystore @leaf.p12 --password-file @password
profile-detached | none | profile import @detached.p7s
profile-unknown | filled | profile show 9
"""

COMPONENTS = """
need-unknown | filled | component bind mdm 1 | component needs
component-unknown | filled | component unbind saml --yes | component list
name-needed | filled | component bind pki-user 1 | component bind pki-user 1 --name Users
name-not-wanted | filled | component bind mdm-ssl 1 --name x | component bind mdm-ssl 1
name-invalid | filled | component bind pki-ca 2 --name {long} | component bind pki-ca 2 --name x
push-topic-missing | filled | component bind apns 1 --apple-id it@company.example
push-certificate | company | component bind saml {push} | component candidates saml
not-a-ca | filled | component bind pki-ca 1 --name x | component candidates pki-ca ; component bind pki-ca 2 --name x
not-deployable | company | trust deploy {push}
task-unknown | filled | task done 9 | task list
endpoint-unknown | filled | endpoint show 9 | endpoint list
endpoint-exists | filled | endpoint add a.example.com ; endpoint add a.example.com:443 | endpoint add a.example.com --server-name b.example.com
endpoint-serves-nothing | filled | endpoint add 127.0.0.1:1 ; endpoint import 1 | endpoint check
endpoints-unreadable | filled | endpoint add --file @leaf.p12
port-invalid | filled | endpoint add gateway.example.com:0 | endpoint add gateway.example.com:443
profile-needed | filled | endpoint add gateway.example.com --need provisioning-profile
no-export-for-task | migrated | task export 1 %x.pfx --password-output %x.txt
setting-invalid | filled | site set --expiring 5d | site set --expiring 30d
freeze-invalid | filled | site freeze add 2026-12-24..2026-12-01 | site freeze add 2026-12-01..2026-12-24
freeze-unknown | filled | site freeze remove 2026-12-24..2026-12-31 | site freeze list
group-unknown | company | authority show nope | authority list
group-exists | company | authority refresh --name default | authority list
group-name-invalid | company | authority refresh --name {long} | authority refresh --name spring
ready-after-invalid | company | authority refresh --after 400d | authority refresh --after 24h
host-invalid | company | authority issue-listener --host a_b!c | authority issue-listener --host mdm.example.com
apple-id-invalid | company | apns renew --apple-id nobody | apns renew --apple-id it@company.example --yes
push-unknown | company | apns import 99 | apns portal list
push-upload-warned | company | apns renew --apple-id somebody@else.example | apns renew --apple-id {owner}
push-upload-warned | company | apns renew --apple-id somebody@else.example | apns renew --apple-id somebody@else.example --yes
push-other-apple-id | company | apns revoke 1 --apple-id somebody@else.example --yes
push-request-unreadable | company | apns upload @notes.txt --apple-id {owner}
push-request-not-signed | company | apns upload @request.pem --apple-id {owner} | apns sign --csr @request.pem --output %signed ; apns upload %signed --apple-id {owner} --yes
push-issued-here | company | apns renew --apple-id {owner} --yes ; apns portal forget 3 --apple-id {owner}
"""

DEVICES = """
device-unknown | company | device show nobody | device list
device-unknown | company | trust install 2 99 | device list
confirmation-needed | company | device revoke --platform ios | device revoke --platform ios --yes
fleet-is-simulated | company | device import @devices.csv --time-zone UTC | --workspace %other device import @devices.csv --time-zone UTC
export-unreadable | none | device import @empty-export.csv
columns-unknown | none | device import @other.csv | device import @other.csv --mapping @mapping.toml --time-zone UTC
mapping-invalid | none | device import @other.csv --mapping @notes.txt | device import @other.csv --mapping @mapping.toml --time-zone UTC
time-zone-unknown | none | device import @devices.csv --time-zone Mars | device import @devices.csv --time-zone Europe/Berlin
identity-invalid | company | device enroll --serial-number {long} --platform ios --csr @request.pem
identity-invalid | company | device enroll --serial-number "To be filled by O.E.M." --platform windows --csr @request.pem
enrollment-kind-invalid | company | device enroll --serial-number F2LX0001 --platform windows --kind user --csr @request.pem
request-unreadable | company | device enroll --serial-number F2LX0001 --platform ios --csr @leaf.key
certificate-unknown | company | device check-in --certificate @chain.pem --key @leaf.key
not-an-archive | none | bulk import @chain.pem --identity-type serial-number
archive-damaged | none | bulk import @damaged.zip --identity-type serial-number
archive-empty | none | bulk import @no-keystore.zip --identity-type serial-number
archive-bomb | none | bulk import @bomb.zip --identity-type serial-number
archive-name-unsafe | none | bulk import @unsafe.zip --identity-type serial-number
archive-duplicate-name | none | bulk import @twice.zip --identity-type serial-number
archive-link | none | bulk import @link.zip --identity-type serial-number
archive-encrypted | none | bulk import @encrypted.zip --identity-type serial-number
archive-compression | none | bulk import @bzip2.zip --identity-type serial-number
archive-nested | none | bulk import @nested.zip --identity-type serial-number
credentials-missing | none | bulk import @no-credentials.zip --identity-type serial-number
credentials-ambiguous | none | bulk import @two-credentials.zip --identity-type serial-number | bulk import @two-credentials.zip --identity-type serial-number --credentials a.txt
credentials-unreadable | none | bulk import @binary-credentials.zip --identity-type serial-number
credentials-line-invalid | none | bulk import @colon.zip --identity-type serial-number
credentials-duplicate | none | bulk import @double-line.zip --identity-type serial-number
identities-unreadable | filled | bulk delete @binary --identity-type serial-number
bulk-unknown | filled | bulk show NOBODY | bulk list
policy-unknown | company | policy show nope | policy list
policy-exists | vpn | policy create Phones --server vpn.company.example --identity-type serial-number --everybody
policy-name-invalid | company | policy create 12 --server vpn.company.example --identity-type serial-number --everybody
policy-not-named | vpn | device profile {phone} | device profile {phone} --policy Phones
policy-not-for-device | vpn | device profile {windows} | policy list
platform-unsupported | company | policy create P --server vpn.company.example --identity-type imei --platform windows --everybody
server-invalid | company | policy create P --server "a b" --identity-type serial-number --everybody
identity-type-missing | company | policy create P --server vpn.company.example --everybody | policy create P --server vpn.company.example --everybody --identity-type imei
vpn-certificate-missing | company | policy create P --server vpn.company.example --connection-type ikev2 --device-authentication certificate --everybody | policy create P --server vpn.company.example --connection-type ikev2 --device-authentication certificate --everybody --certificate 1
assignment-invalid | company | policy create P --server vpn.company.example --identity-type imei --device 1 --filter state:enrolled
filter-unclear | company | policy create P --server vpn.company.example --identity-type imei --filter nonsense:x | device list --help
"""

SIMULATION = """
workspace-missing | none | certificate list | certificate import @chain.pem ; certificate list
workspace-not-a-folder | none | --workspace @chain.pem certificate list
not-a-workspace | none | --workspace @folder certificate import @chain.pem | --workspace %new certificate import @chain.pem
not-a-terminal | filled | | --help
workspace-holds-inventory | filled | simulate fleet --devices 3 | simulate fleet --devices 3 --use-this-workspace
devices-exist | imported | simulate fleet --devices 3 --use-this-workspace
fleet-exists | virtual | simulate fleet --devices 5 --seed 3
clock-is-virtual | company | watch | endpoint list
clock-is-wall | filled | simulate run --for 1d
no-fleet | filled | simulate outage server --for 1h | simulate fleet --devices 3 --use-this-workspace ; simulate outage server --for 1h
habits-invalid | none | simulate fleet --devices 3 --habits @notes.txt
tables-invalid | none | simulate fleet --devices 3 --tables @bad-tables
nothing-to-measure | imported | device habits | device import @devices.csv --time-zone UTC
nothing-to-fix | virtual | simulate fix proxy | simulate log
moment-unknown | company | moment show nowhere | moment list
moment-name-invalid | company | moment save now | moment save before
cannot-go-back | filled | moment save a ; moment go a | moment show a ; moment compare a now
simulator-not-running | company | simulate stop
no-campaign | company | simulate campaign end | simulate campaign start ; simulate campaign end
campaign-invalid | company | simulate campaign start --first-mail 2020-01-01 | simulate campaign start --first-mail 2026-03-01
outage-unknown | company | simulate end-outage 9 | simulate outages
outage-invalid | company | simulate outage server --for 40d | simulate outage server --for 2d
plan-unreadable | company | plan check %gone.toml
plan-invalid | company | plan show @bad-plan.toml | plan check @bad-plan.toml
plan-unknown | company | plan status nope | plan status
plan-over | company | plan run @good-plan.toml --for 1d --yes ; plan stop good-plan ; plan stop good-plan | plan status good-plan
scenario-unknown | none | scenario start nope | scenario list
scenario-unreadable | none | scenario start %gone.toml
scenario-invalid | none | scenario start @bad-plan.toml | scenario check @bad-plan.toml
workspace-in-use | filled | scenario start first-deployment | --workspace %new scenario start first-deployment
no-scenario | filled | scenario status | --workspace %new scenario start first-deployment
say-not-asked | filled | --say nothing:90% certificate delete 1 | certificate delete 1
no-class | none | class report @folder | class create --people 1 --scenario first-deployment %class ; class report %class
names-unreadable | none | class create --names %gone --scenario first-deployment %class
names-invalid | none | class create --names @bad-names --scenario first-deployment %class
class-folder-used | none | class create --people 1 --scenario first-deployment @folder | class create --people 1 --scenario first-deployment %class
horizon-invalid | company | forecast --for 99999d | impact --for 36500d
horizon-invalid | company | forecast --for 10s | forecast --for 1h
horizon-invalid | company | impact --for 36501d | impact --for 36500d
span-too-short | company | simulate history --every 1h | simulate history --every 6h
forecast-unknown | company | forecast-review nope | forecast-review
forecast-name-invalid | company | forecast --for 1d --keep {long} | forecast --for 1d --keep autumn
plan-names-same | company | forecast --for 1d --plan @good-plan.toml --plan @folder/good-plan.toml
notice-unknown | filled | notice show 99
acknowledgement-past | company | notice ack 1 --for 5000d
person-unknown | filled | owner set certificate 1 --owner "nobody known" | owner set certificate 1 --owner ann@company.example
record-unknown | filled | owner set certificate 99 --owner ann@company.example
deputy-is-owner | filled | owner set certificate 1 --owner ann@company.example --deputy ann@company.example | owner set certificate 1 --owner ann@company.example --deputy bob@company.example
nobody-to-ask | filled | notice drill | site set --default-owner ann@company.example
handover-to-self | filled | handover ann@company.example Ann@company.example | handover ann@company.example bob@company.example
nothing-to-hand-over | filled | handover ann@company.example bob@company.example
smtp-invalid | filled | notice smtp set --host "a b" --from it@company.example --to it@company.example
webhook-invalid | filled | notice webhook set ftp://company.example/
channel-not-configured | filled | notice webhook test | notice webhook set https://company.example/hook
account-unknown | filled | admin remove Zoe | admin list
account-exists | staffed | admin add ann --role viewer --password-file @password
unix-group-unknown | staffed | workspace share --group no-such-group --yes
not-shared | staffed | workspace share --end --yes
login-taken | shelled | admin shell map Zoe ann | admin shell unmap Ann ; admin shell map Zoe ann
account-name-invalid | staffed | admin add certfleet --role viewer --password-file @password
password-not-accepted | staffed | admin add Zoe --role viewer --password-file @short
password-needed | staffed | admin add Zoe --role viewer | admin add Zoe --role viewer --password-file @password
last-administrator | staffed | admin add Ben --role viewer --password-file @password ; admin remove Ann
http-needs-loopback | filled | serve --http --host 0.0.0.0 | checklist
address-unusable | filled | serve --host 203.0.113.1
script-not-found | filled | rehearse %gone.sh
fixtures-folder-used | none | fixture export @folder --only keystores --fixed-keys | fixture export %fixtures --only keystores --fixed-keys
fixtures-missing | none | fixture check %gone true | fixture export %gone --only keystores --fixed-keys
manifest-unreadable | none | fixture check @bad-fixtures true | fixture export %fixtures --only keystores --fixed-keys
script-not-executable | filled | rehearse @notes.txt
workspace-not-empty | filled | workspace import @export.json | --workspace %new workspace import @export.json
seal-unreadable | filled | workspace check --against @chain.pem | audit seal
snapshot-unreadable | none | workspace import @chain.pem | workspace import @export.json
passphrase-empty | filled | workspace passphrase --new-passphrase-file @empty.pem
outage-exists | company | simulate outage server --for 1h --yes ; simulate outage server --for 2h --yes | simulate end-outage 1 ; simulate outage server --for 2h --yes
server-outage | company | simulate outage server --for 1h --yes ; device enroll {phone} | simulate end-outage 1 ; device enroll {phone}
moment-name-taken | company | moment save a ; moment save a | moment forget a ; moment save a
campaign-running | company | simulate campaign start ; simulate campaign start | simulate campaign end ; simulate campaign start
freeze-exists | filled | site freeze add 2026-12-01..2026-12-24 ; site freeze add 2026-12-01..2026-12-24 | site freeze list
clock-runs | virtual | simulate fleet --devices 3 --start 2026-02-01 | simulate fleet --devices 3
forecast-name-taken | virtual | forecast --for 1d --keep a ; forecast --for 1d --keep a
is-a-ca | filled | component bind mdm-ssl 3 | component candidates mdm-ssl
apns-missing | imported | device enroll C02XK1ZPJGH5 | component candidates apns
apns-expired | company | simulate run --for 9d ; device enroll {phone}
apns-revoked | company | apns revoke 1 --apple-id {owner} --yes ; device enroll {phone}
bundle-invalid | company | apns renew --mail --bundle "a b" --apple-id {owner}
no-device-certificate | vpn | device profile {phone} --policy Phones | bulk import @good.zip --identity-type serial-number
vpn-setting-invalid | company | policy create P --server vpn.company.example --identity-type imei --everybody --remote-identifier {long}
scrape-token-exists | filled | admin scrape-token add Grafana ; admin scrape-token add grafana | admin scrape-token list
scrape-token-unknown | filled | admin scrape-token revoke nope | admin scrape-token list
group-not-ready | company | authority refresh --name spring --after 24h ; authority activate spring | authority list
group-issues | company | authority delete default | authority refresh --name spring --now ; authority activate spring --yes ; authority delete default
group-in-use | company | authority refresh --name spring --now ; authority activate spring --yes ; authority delete default | device list
not-a-backup | filled | workspace restore @chain.pem | workspace backup %b ; workspace restore %b --yes
"""
