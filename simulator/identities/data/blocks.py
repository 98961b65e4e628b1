"""Blocks of numbers that registries assign to manufacturers, and alphabets of serial numbers."""

DIGITS = "0123456789"
# Letters that can't be mistaken for digits (no I and O), as serial numbers commonly use.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
# The same without vowels, so that no words appear.
CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ"

# The first two digits of a TAC say which body allocated it (GSMA TS.06, Reporting Body Identifier). 00 is for test
# devices: such a code is no maker's.
REPORTING_BODY = "00"

# An MEID begins with a regional code of A0 to FF and a manufacturer code of 24 bits (3GPP2 S.R0048). A0 and A1 are the
# first ranges that the TIA, the Global Hexadecimal Administrator, gave out.
MEID_BLOCKS = {
    "Apple": ("A1000049", "A100004D", "A1000051"),
    "Samsung": ("A0000046", "A100003F"),
    "Google": ("A0000062",),
}

# MAC addresses begin with an identifier that the IEEE assigns (standards-oui.ieee.org). Laptops have the one of the
# maker of their Wi-Fi module, mostly Intel.
OUIS = {
    "Apple": ("04:99:BB", "2C:33:61", "4C:97:CC", "54:33:CB", "80:54:E3", "B0:19:C6", "C4:2A:D0", "F4:DB:E3"),
    "Samsung": ("34:E3:FB", "50:B7:C3", "90:F1:AA", "A0:D7:F3", "BC:79:AD", "E4:B0:21"),
    "Google": ("1C:53:F9", "58:CB:52", "94:EB:2C", "F0:EF:86"),
    "Xiaomi": ("28:6C:07", "34:CE:00", "64:B4:73", "F8:A4:5F"),
    "Motorola": ("14:30:C6", "60:BE:B5", "9C:D9:17", "F8:F1:B6"),
    "Zebra": ("84:24:8D", "94:FB:29"),
    "Honeywell": ("00:10:20", "0C:23:69"),
    "Intel": ("38:7A:0E", "54:6C:EB", "7C:B5:66", "A0:59:50", "E8:BF:B8", "F4:46:37"),
}
