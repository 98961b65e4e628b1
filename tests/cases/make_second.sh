#!/usr/bin/env bash
# Makes the second of each pair that another program makes: OpenSSL 3, GnuTLS certtool, keytool, NSS (pk12util, certutil)
# and node-forge (npm install node-forge, in a folder that NODE_PATH names). The tests use the files that are kept here;
# run this only to make them anew: tests/cases/make_second.sh
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
days=9125

ca_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$made/$1.key"; }
root() { # root FILE KEY NAME
  openssl req -x509 -new -key "$made/$2.key" -subj "/O=Second/CN=$3" -days $days -out "$made/$1.pem" \
    -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign
}
issue() { # issue FILE KEY NAME ISSUER ISSUER-KEY EXTENSIONS
  openssl req -new -key "$made/$2.key" -subj "/O=Second/CN=$3" -out "$made/$1.csr"
  printf '%b' "$6" >"$made/$1.ext"
  openssl x509 -req -in "$made/$1.csr" -CA "$made/$4.pem" -CAkey "$made/$5.key" -CAcreateserial -days $days \
    -extfile "$made/$1.ext" -out "$made/$1.pem" 2>/dev/null
}
CA='basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n'

# OpenSSL: a root with two forms, and two intermediates of one name
for key in old new inter other leaf; do ca_key $key; done
root old old 'Old Root'
root new new 'New Root'
issue crossed new 'New Root' old old "$CA"
issue inter inter 'Issuing CA' new new "$CA"
issue namesake other 'Issuing CA' new new "$CA"
issue leaf leaf www.second.example inter inter 'subjectAltName=DNS:www.second.example\n'
mkdir -p both-forms-openssl cross-signed-openssl two-intermediates-openssl
cat "$made"/leaf.pem "$made"/inter.pem "$made"/new.pem "$made"/crossed.pem >both-forms-openssl/c.pem
cat "$made"/leaf.pem "$made"/namesake.pem "$made"/inter.pem "$made"/new.pem >two-intermediates-openssl/c.pem
issue mail other mail.second.example inter inter 'subjectAltName=DNS:mail.second.example\n'
cat "$made"/mail.pem "$made"/inter.pem "$made"/new.pem >cross-signed-openssl/mail.pem
cat "$made"/leaf.pem "$made"/inter.pem "$made"/crossed.pem >cross-signed-openssl/www.pem

# GnuTLS: names in capitals; and what an editor makes of its PEM
gnutls() { # gnutls FILE NAMES…
  file=$1
  shift
  certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile "$made/$file.key" 2>/dev/null
  { printf 'cn = "%s"\nexpiration_days = %d\ntls_www_server\nsigning_key\n' "$1" $days; printf 'dns_name = "%s"\n' "$@"; } >"$made/$file.tmpl"
  certtool --generate-self-signed --load-privkey "$made/$file.key" --template "$made/$file.tmpl" --outfile "$made/$file.pem" 2>/dev/null
}
mkdir -p names-in-capitals-gnutls spoilt-gnutls
gnutls a MAIL.SECOND.EXAMPLE IMAP.Second.Example
gnutls b '*.second.example'
cp "$made/a.pem" "$made/b.pem" names-in-capitals-gnutls/
gnutls c spoilt.second.example
cp "$made/c.pem" spoilt-gnutls/as-made.pem
sed 's/^-----/–––––/; s/-----$/–––––/' "$made/c.pem" >spoilt-gnutls/long-dashes.pem
openssl x509 -in "$made/c.pem" -trustout -addtrust serverAuth >spoilt-gnutls/trusted-certificate.pem
{ printf 'apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\ndata:\n  tls.crt: '; base64 -w0 "$made/c.pem"; printf '\n  tls.key: '; base64 -w0 "$made/c.key"; echo; } >spoilt-gnutls/secret.yaml

# keytool: a truststore in which one certificate's month is the thirteenth
mkdir -p truststore-keytool
at=$(openssl x509 -in "$made/namesake.pem" -noout -enddate | cut -d= -f2)
end=$(date -u -d "$at" +%Y)
if [ "$end" -lt 2050 ]; then year=%y; else year=%Y; fi # UTCTime or GeneralizedTime (RFC 5280, 4.1.2.5)
from=$(date -u -d "$at" +$year%m%d%H%M%SZ | tr -d '\n' | xxd -p)
to=$(date -u -d "$at" +${year}13%d%H%M%SZ | tr -d '\n' | xxd -p)
for name in old new; do
  keytool -importcert -noprompt -alias $name -file "$made/$name.pem" -keystore "$made/trust.jks" -storetype JKS -storepass secret 2>/dev/null
done
keytool -importcert -noprompt -alias odd -file "$made/namesake.pem" -keystore "$made/trust.jks" -storetype JKS -storepass secret 2>/dev/null
# A JKS ends with SHA-1 of its password, a phrase, and what is before (sun.security.provider.JavaKeyStore).
body=$(xxd -p "$made/trust.jks" | tr -d '\n' | sed 's/.\{40\}$//' | sed "s/$from/$to/")
digest=$( { printf 'secret' | iconv -t utf-16be; printf 'Mighty Aphrodite'; printf '%s' "$body" | xxd -r -p; } | openssl dgst -sha1 -r | cut -d' ' -f1)
printf '%s%s' "$body" "$digest" | xxd -r -p >truststore-keytool/a.jks

# NSS: a keystore with a password beyond ASCII, and the password as Windows' programs write it
mkdir -p password-files-nss "$made/nss"
certutil -N -d "sql:$made/nss" --empty-password
head -c 64 /dev/urandom >"$made/noise"
certutil -S -d "sql:$made/nss" -n vpn -s 'CN=vpn.second.example' -x -t u,u,u -v 300 -z "$made/noise" -k ec -q nistp256 >/dev/null 2>&1
printf 'größer als 8' >"$made/pw"
pk12util -o password-files-nss/a.p12 -n vpn -d "sql:$made/nss" -w "$made/pw" >/dev/null
iconv -t utf-16be "$made/pw" | { printf '\376\377'; cat; printf '\0\r\0\n'; } >password-files-nss/utf16-big-endian
iconv -t utf-16le "$made/pw" | { cat; printf '\r\0\n\0'; } >password-files-nss/utf16-without-mark
iconv -t cp1252 "$made/pw" >password-files-nss/cp1252
{ printf '\357\273\277'; cat "$made/pw"; printf '\r\n'; } >password-files-nss/utf8-with-mark
{ printf "'"; cat "$made/pw"; printf "'\r\n"; } >password-files-nss/quoted
{ cat "$made/pw"; printf ' \r\n'; } >password-files-nss/trailing-space

# node-forge: a DNS name in UTF-8
mkdir -p u-label-forge
node - u-label-forge/c.der <<'JS'
const forge = require('node-forge');
const keys = forge.pki.rsa.generateKeyPair(2048);
const cert = forge.pki.createCertificate();
cert.publicKey = keys.publicKey;
cert.serialNumber = '01';
cert.validity.notBefore = new Date('2026-01-01');
cert.validity.notAfter = new Date('2046-01-01');
const name = [{ name: 'commonName', value: 'straße.second.example', valueTagClass: forge.asn1.Type.UTF8 }];
cert.setSubject(name);
cert.setIssuer(name);
const utf8 = (text) => forge.util.encodeUtf8(text);
cert.setExtensions([{ name: 'subjectAltName', altNames: [
  { type: 2, value: utf8('straße.second.example') }, { type: 2, value: utf8('例え.second.example') },
  { type: 2, value: 'xn--strae-oqa.second.example' }] }]);
cert.sign(keys.privateKey, forge.md.sha256.create());
require('fs').writeFileSync(process.argv[2], forge.asn1.toDer(forge.pki.certificateToAsn1(cert)).getBytes(), 'binary');
JS
