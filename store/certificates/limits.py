"""The limits on input files, each with its reason.

Input files may be hostile: none of their lengths, counts or iteration counts is trusted beyond these limits.
"""

MAX_INPUT = 16 * 1024 * 1024
"""Bytes in one file. The largest trust stores in use are under 1 MiB; 16 leaves room for long text around."""

MAX_CERTIFICATES = 2_000
"""Certificates in one file. The Mozilla root programme has about 150, whole government bridges some hundred."""

MAX_CERTIFICATE = 1024 * 1024
"""Bytes in one certificate. Real ones are under 10 kB, with very many SANs under 100 kB."""

MAX_PRIVATE_KEY = 256 * 1024
"""Bytes in a private key file, text around it included. The largest RSA keys take about 13 kB."""

MAX_SIGNATURE_CHECKS = 4_000
"""Signatures checked to order one file. Names decide nearly always, so a chain of n takes n checks; only
many certificates of one name take more. At about 50 microseconds each this stays well under a second."""

MAX_CHAIN_STEPS = 20_000
"""Steps of the search for the one order that makes a chain; needed only where names and keys repeat."""

MAX_KDF_ITERATIONS = 5_000_000
"""Iterations of PBKDF2 that one file may take, all its derivations together: two seconds at worst. keytool
allows as many for one."""

MAX_KDF_DIGESTS = 6_000_000
"""Digests that the derivations of one file may take which run in Python (PKCS #12, PBKDF1, JCEKS): less than
three seconds. Firefox asks for 600,000 iterations, which make 4,200,000 digests with 3DES."""

MAX_SCRYPT_MEMORY = 256 * 1024 * 1024
"""Bytes that scrypt (RFC 7914) may take: 128 * N * r. OpenSSL's own default for keys takes 16 MiB."""

MAX_SCRYPT_COST = 2**22
"""N * r * p: the work of scrypt, which its memory alone does not bound. OpenSSL's default is 2**17."""

MAX_BAGS = 10_000
"""Bags in one PKCS #12 file, nested ones counted, and entries in one JKS."""

MAX_NESTING = 8
"""How deep PKCS #12 safe contents may nest. Nothing real nests at all."""

MAX_STRUCTURE = 4 * 1024 * 1024
"""Bytes of one PKCS #7 or PKCS #12 file. Two thousand certificates fit; millions of empty elements do not."""

MAX_BER = 1024 * 1024
"""Bytes of a structure in BER of indefinite length, whose parts can't be counted before they are read."""

MAX_SECRET_KEY = 64 * 1024
"""Bytes of one serialised secret key in a JCEKS file. Real ones take about 500."""

MAX_PROFILE = 2 * 1024 * 1024
"""Bytes in a provisioning profile. Real ones take 10 to 400 kB; ten thousand devices fit. An XML file made to keep
expat busy takes it a second."""

MAX_PROFILE_TEXT = 200
"""Characters of one text in a provisioning profile that are kept. Apple's portal takes far fewer for a name."""

MAX_PLATFORMS = 20
"""Platforms, and app id prefixes, of one provisioning profile. Apple has half a dozen."""

MAX_SIGNERS = 10
"""Signers of one CMS structure. A profile has one."""

MAX_SIGNER_INFOS = 64 * 1024
"""Bytes of all that a CMS structure says of its signers. Real ones take 500, with a time stamp 10 kB. asn1crypto's
time for an object identifier or for octets in pieces grows with the square of their size."""

MAX_BULK_ARCHIVE = 1024 * 1024 * 1024
"""Bytes in one archive of device certificates, and in its files together when unpacked. Files are read from the archive
one by one; 50,000 real ones take a fifth of it."""

MAX_BULK_DIRECTORY = 16 * 1024 * 1024
"""Bytes of a ZIP archive's central directory, which zipfile reads at once. 50,000 files take about 5 MB."""

MAX_BULK_FILES = 50_000
"""PKCS #12 files in one archive. Fleets are larger; so are disks, and a second archive is no work."""

MAX_BULK_OTHERS = 1_000
"""Ignored files in an archive: neither PKCS #12, nor credentials, nor files that a Mac adds."""

MAX_BULK_FILE = 256 * 1024
"""Bytes of one PKCS #12 file in an archive. One with an RSA key and a chain of four takes 8 kB."""

MAX_BULK_CREDENTIALS = 8 * 1024 * 1024
"""Bytes of a credential file: 160 for each of 50,000 lines. Real ones take 30."""

MAX_BULK_PASSWORD = 1_000
"""Characters of a password in a credential file. OpenSSL takes no more than 1,023 bytes."""

MAX_BULK_RATIO = 100
"""The largest ratio of unpacked to packed size for a file of ``BULK_RATIO_FROM`` bytes or more. Encrypted data can't be
compressed at all; text with similar lines reaches 20; a bomb made for DEFLATE 1,000."""

BULK_RATIO_FROM = 16 * 1024
"""Bytes below which no ratio does harm."""

BULK_KDF_SHARE = 0.25
"""The share of one file's key derivations (``MAX_KDF_ITERATIONS``) allowed when it is one of thousands: enough for two
of 600,000 iterations, as OWASP recommends."""
