"""A file with other certificates in it, in the form that it had: text, DER, PKCS #7, PKCS #12, JKS and JCEKS."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Mapping
from typing import Any

from ...store.certificates.asn1 import ASN1_ERRORS, cms, encode, load, pkcs12
from ...store.certificates.der import OCTET_STRING, DerError, children
from ...store.certificates.kdf import KdfBudget
from ...store.certificates.pbe import read_encryption
from ...store.certificates.pbe_writing import encrypt_pbes2, encrypt_triple_des
from ...store.certificates.pkcs12_kdf import MAC_KEY, bmp_passwords, pkcs12_derive
from ...store.certificates.sniffing import FileKind, kind_of
from ...store.certificates.wrong_password import WrongPassword, begins_as_bags
from ...store.errors import Refusal
from ...store.keystores.keystore_type import KeystoreType
from ...store.keystores.reading import detect_keystore
from ..der_writing import tlv
from .pem_in_text import blocks, replace_blocks

Made = Mapping[bytes, bytes]
"""The new DER by the old."""

_WHITENER = b"Mighty Aphrodite"
_DIGEST = 20
_CONSTRUCTED = 0x20


def rewritten(data: bytes, made: Made, password: str | None) -> bytes:
    """The file with what is in ``made`` replaced; ``password`` is a keystore's. Raises ``ValueError`` with the reason
    if it can't be written as it was."""
    keystore = detect_keystore(data)
    try:
        if keystore is KeystoreType.PKCS12:
            return _in_pkcs12(data, made, password or "")
        if keystore is not None:
            return _in_java_keystore(data, made, password or "")
        kind = kind_of(data)
        if kind is FileKind.PKCS7:
            return _in_pkcs7(data, made)
        if kind is not FileKind.UNKNOWN:  # certificates, one after the other
            return _replaced(data, made)
        pkcs7 = {one.der: _in_pkcs7(one.der, made) for one in blocks(data) if one.is_pkcs7}
        return replace_blocks(data, {**made, **pkcs7})
    except (DerError, WrongPassword, *ASN1_ERRORS) as error:
        raise ValueError(str(error) or "it can't be written in its form") from error
    except Refusal as refusal:
        raise ValueError(refusal.message) from refusal


def _replaced(der: bytes, made: Made) -> bytes:
    """DER (also what an OCTET STRING holds) with elements replaced, and all lengths around them."""
    done, at = [], 0
    for tag, start, stop in children(der, 0, len(der)):
        whole = der[at:stop]
        if (new := made.get(whole)) is not None:
            done.append(new)
        elif tag & _CONSTRUCTED and whole[1] != 0x80:
            inside = _replaced(der[start:stop], made)
            done.append(whole if inside == der[start:stop] else tlv(tag, inside))
        elif tag == OCTET_STRING and der[start:stop] in made:
            done.append(tlv(tag, made[der[start:stop]]))
        else:
            done.append(whole)
        at = stop
    return b"".join(done)


def _in_pkcs7(data: bytes, made: Made) -> bytes:
    signed = load(cms.ContentInfo, data)["content"]
    new = _replaced(data, made)
    if len(signed["signer_infos"]) and new != data:
        raise ValueError("it is a signed message, whose signature goes with its certificates")
    return new


def _in_java_keystore(data: bytes, made: Made, password: str) -> bytes:
    """Certificates are counted bytes; the keys stay as they are. The digest at the end is over all of it."""
    body = data[:-_DIGEST]
    for old, new in made.items():
        body = body.replace(_counted(old), _counted(new))
    secret = password.encode("utf-16-be", "surrogatepass")
    return body + hashlib.sha1(secret + _WHITENER + body).digest()


def _counted(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _in_pkcs12(data: bytes, made: Made, password: str) -> bytes:
    """Only the certificates, and the key ids that are their SHA-1, are replaced: keys, aliases and all else stay."""
    made = {**made, **{hashlib.sha1(old).digest(): hashlib.sha1(new).digest() for old, new in made.items()}}
    file = load(pkcs12.Pfx, data)
    contents: list[Any] = list(load(pkcs12.AuthenticatedSafe, file["auth_safe"]["content"].native))
    encrypted = [_part(content, made, password) for content in contents]
    safe = encode(pkcs12.AuthenticatedSafe, encrypted)
    whole: dict[str, Any] = {"version": "v3", "auth_safe": {"content_type": "data", "content": safe}}
    if file["mac_data"].native is not None:
        whole["mac_data"] = _mac(file["mac_data"], safe, password)
    return encode(pkcs12.Pfx, whole)


def _part(content: Any, made: Made, password: str) -> Any:
    if content["content_type"].native == "data":
        return {"content_type": "data", "content": _replaced(content["content"].native, made)}
    information = content["content"]["encrypted_content_info"]
    algorithm, budget = information["content_encryption_algorithm"], KdfBudget()
    encryption = read_encryption(algorithm.dump(), budget)
    plain = encryption.decrypt(information["encrypted_content"].native, password, budget, begins_as_bags)
    new = _replaced(plain, made)
    if new == plain:
        return content
    # RC2 and RC4, the oldest, aren't written any more: what reads them reads 3DES.
    modern = algorithm["algorithm"].native == "pbes2"
    derivation = algorithm["parameters"]["key_derivation_func"]["parameters"] if modern else algorithm["parameters"]
    if "iteration_count" not in derivation and "iterations" not in derivation:
        raise ValueError("its password is derived in a way that isn't written here")
    iterations = derivation["iteration_count" if modern else "iterations"].native
    again = (encrypt_pbes2 if modern else encrypt_triple_des)(new, password, iterations=iterations)
    return {
        "content_type": "encrypted_data",
        "content": {
            "version": "v0",
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": again.algorithm,
                "encrypted_content": again.data,
            },
        },
    }


def _mac(mac: Any, safe: bytes, password: str) -> dict[str, Any]:
    name = mac["mac"]["digest_algorithm"]["algorithm"].native
    if name not in ("sha1", "sha224", "sha256", "sha384", "sha512"):
        raise ValueError("its integrity is protected in a way that isn't written here")
    salt, iterations = mac["mac_salt"].native, mac["iterations"].native
    key = pkcs12_derive(name, bmp_passwords(password)[0], salt, iterations, MAC_KEY, hashlib.new(name).digest_size)
    digest = {"digest_algorithm": {"algorithm": name}, "digest": hmac.digest(key, safe, name)}
    return {"mac": digest, "mac_salt": salt, "iterations": iterations}
