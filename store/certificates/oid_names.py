"""What object identifiers are called, where people read them: purposes, extensions, attributes and kinds of names.

Records and documents keep the dotted form of whatever RFC 5280 itself doesn't name; only what is shown is named here.
"""

from __future__ import annotations

import re

_MICROSOFT = "1.3.6.1.4.1.311."

_NAMES = {
    # extended key usages
    "1.3.6.1.5.5.7.3.13": "EAP over PPP",
    "1.3.6.1.5.5.7.3.14": "EAP over LAN",
    "1.3.6.1.5.5.7.3.21": "SSH client",
    "1.3.6.1.5.5.7.3.22": "SSH server",
    "1.3.6.1.5.5.7.3.27": "CMC certificate authority",
    "1.3.6.1.5.5.7.3.28": "CMC registration authority",
    "1.3.6.1.5.5.7.3.36": "document signing",
    "1.3.6.1.5.5.8.2.2": "IKE intermediate",
    "1.2.840.113583.1.1.5": "Adobe document signing",
    "1.2.840.113635.100.4.1": "Apple code signing",
    "1.3.6.1.4.1.11129.2.4.4": "precertificate signing",
    "2.16.840.1.113730.4.1": "Netscape server-gated cryptography",
    "2.23.133.8.1": "TPM endorsement key",
    "2.23.133.8.3": "TPM attestation key",
    f"{_MICROSOFT}2.1.21": "Microsoft individual code signing",
    f"{_MICROSOFT}2.1.22": "Microsoft commercial code signing",
    f"{_MICROSOFT}10.3.1": "Microsoft trust list signing",
    f"{_MICROSOFT}10.3.3": "Microsoft server-gated cryptography",
    f"{_MICROSOFT}10.3.4": "Encrypting File System",
    f"{_MICROSOFT}10.3.4.1": "file recovery",
    f"{_MICROSOFT}10.3.5": "Windows driver verification",
    f"{_MICROSOFT}10.3.6": "Windows system component verification",
    f"{_MICROSOFT}10.3.12": "Microsoft document signing",
    f"{_MICROSOFT}10.3.13": "Microsoft lifetime signing",
    f"{_MICROSOFT}20.2.1": "certificate request agent",
    f"{_MICROSOFT}21.5": "private key archival",
    f"{_MICROSOFT}21.6": "key recovery agent",
    f"{_MICROSOFT}21.19": "directory service e-mail replication",
    f"{_MICROSOFT}54.1.2": "Remote Desktop authentication",
    f"{_MICROSOFT}67.1.1": "BitLocker drive encryption",
    f"{_MICROSOFT}67.1.2": "BitLocker data recovery agent",
    f"{_MICROSOFT}80.1": "document encryption",
    # extensions
    "2.5.29.9": "subjectDirectoryAttributes",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.16": "privateKeyUsagePeriod",
    "2.5.29.18": "issuerAltName",
    "2.5.29.35": "authorityKeyIdentifier",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
    "1.3.6.1.5.5.7.1.3": "qcStatements",
    "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
    "1.3.6.1.5.5.7.1.12": "logotype",
    "1.3.6.1.5.5.7.1.24": "TLS feature (must staple)",
    "1.3.6.1.5.5.7.48.1.5": "OCSP no check",
    "1.3.6.1.4.1.11129.2.4.2": "signed certificate timestamps",
    "1.3.6.1.4.1.11129.2.4.3": "the poison of a precertificate",
    "2.16.840.1.113730.1.13": "Netscape comment",
    f"{_MICROSOFT}20.2": "Microsoft certificate type",
    f"{_MICROSOFT}21.1": "Microsoft CA version",
    f"{_MICROSOFT}21.2": "Microsoft previous CA certificate",
    f"{_MICROSOFT}21.7": "Microsoft certificate template",
    f"{_MICROSOFT}21.10": "Microsoft application policies",
    f"{_MICROSOFT}25.2": "Microsoft security identifier",
    # certificate policies
    "2.5.29.32.0": "anyPolicy",
    "2.23.140.1.1": "extended validation",
    "2.23.140.1.2.1": "domain validated",
    "2.23.140.1.2.2": "organization validated",
    "2.23.140.1.2.3": "individual validated",
    # attributes of names
    "2.5.4.16": "postalAddress",
    "2.5.4.18": "postOfficeBox",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.45": "x500UniqueIdentifier",
    "2.5.4.72": "role",
    "0.9.2342.19200300.100.1.3": "mail",
    "1.2.840.113549.1.9.7": "challengePassword",
    "1.2.840.113549.1.9.8": "unstructuredAddress",
    "1.3.6.1.5.5.7.9.1": "dateOfBirth",
    "1.3.6.1.5.5.7.9.2": "placeOfBirth",
    "1.3.6.1.5.5.7.9.3": "gender",
    "1.3.6.1.5.5.7.9.4": "countryOfCitizenship",
    "1.3.6.1.5.5.7.9.5": "countryOfResidence",
    "1.2.643.3.131.1.1": "INN",
    "1.2.643.100.1": "OGRN",
    "1.2.643.100.3": "SNILS",
    # kinds of alternative names
    "1.3.6.1.5.2.2": "Kerberos principal",
    "1.3.6.1.5.5.7.8.4": "hardware module",
    "1.3.6.1.5.5.7.8.5": "XMPP address",
    "1.3.6.1.5.5.7.8.7": "SRV name",
    "1.3.6.1.5.5.7.8.9": "mail address",
    f"{_MICROSOFT}25.1": "domain controller GUID",
}

_DOTTED = re.compile(r"[0-2](?:\.\d+)+", re.ASCII)
_TYPE = re.compile(r"(?:^|(?<!\\[,+])(?<=[,+]))" + _DOTTED.pattern + "(?==)", re.ASCII)


def oid_name(oid: str) -> str:
    """The name of a dotted OID, ``unknown (1.2.3)`` if nobody here knows it. A text that isn't dotted stays."""
    if not _DOTTED.fullmatch(oid):
        return oid
    return _NAMES.get(oid) or f"unknown ({oid})"


def named_attributes(name: str) -> str:
    """An RFC 4514 string whose attributes have names instead of dotted OIDs: to be read, not to be parsed."""
    return _TYPE.sub(lambda found: oid_name(found[0]), name)
