"""iPhones. Identifiers, chips and OS support are published by Apple (support.apple.com/108044, the release notes).

``chip`` is the number of the system on a chip, the first half of a UDID since the A12. ``first`` is the version that
the phone came with, ``last`` the last major version that it runs. ``code`` is a configuration code as the
twelve-character serial numbers of that model end with; None if the serial number is of the randomised form. ``share``
weighs how many of them a company's fleet holds. The MEID column names the phones that spoke CDMA2000.
"""

IPHONES = (
    # identifier, name, chip, first, last, made from, made until, share, MEID, code
    ("iPhone10,1", "iPhone 8", 0x8015, "11.0", 16, "2017-09", "2020-04", 2, True, "JC6C"),
    ("iPhone10,3", "iPhone X", 0x8015, "11.1", 16, "2017-11", "2018-09", 1, True, "JCLF"),
    ("iPhone11,2", "iPhone XS", 0x8020, "12.0", 18, "2018-09", "2019-09", 2, True, "KPH1"),
    ("iPhone11,6", "iPhone XS Max", 0x8020, "12.0", 18, "2018-09", "2019-09", 1, True, "KPHF"),
    ("iPhone11,8", "iPhone XR", 0x8020, "12.0", 18, "2018-10", "2021-09", 4, True, "KXKN"),
    ("iPhone12,1", "iPhone 11", 0x8030, "13.0", 26, "2019-09", "2022-09", 9, True, "N72J"),
    ("iPhone12,3", "iPhone 11 Pro", 0x8030, "13.0", 26, "2019-09", "2020-10", 3, True, "N6XQ"),
    ("iPhone12,5", "iPhone 11 Pro Max", 0x8030, "13.0", 26, "2019-09", "2020-10", 2, True, "N70F"),
    ("iPhone12,8", "iPhone SE (2nd generation)", 0x8030, "13.4", 26, "2020-04", "2022-03", 10, True, "PLJM"),
    ("iPhone13,1", "iPhone 12 mini", 0x8101, "14.2", 26, "2020-11", "2022-09", 3, True, "0GQ1"),
    ("iPhone13,2", "iPhone 12", 0x8101, "14.1", 26, "2020-10", "2023-09", 12, True, "0DYX"),
    ("iPhone13,3", "iPhone 12 Pro", 0x8101, "14.1", 26, "2020-10", "2021-09", 4, True, "0D8T"),
    ("iPhone13,4", "iPhone 12 Pro Max", 0x8101, "14.2", 26, "2020-11", "2021-09", 2, True, "0D4D"),
    ("iPhone14,2", "iPhone 13 Pro", 0x8110, "15.0", 26, "2021-09", "2022-09", 7, False, None),
    ("iPhone14,3", "iPhone 13 Pro Max", 0x8110, "15.0", 26, "2021-09", "2022-09", 3, False, None),
    ("iPhone14,4", "iPhone 13 mini", 0x8110, "15.0", 26, "2021-09", "2023-09", 3, False, None),
    ("iPhone14,5", "iPhone 13", 0x8110, "15.0", 26, "2021-09", "2024-09", 18, False, None),
    ("iPhone14,6", "iPhone SE (3rd generation)", 0x8110, "15.4", 26, "2022-03", "2025-02", 18, False, None),
    ("iPhone14,7", "iPhone 14", 0x8110, "16.0", 26, "2022-09", "2025-02", 16, False, None),
    ("iPhone14,8", "iPhone 14 Plus", 0x8110, "16.0", 26, "2022-10", "2025-02", 3, False, None),
    ("iPhone15,2", "iPhone 14 Pro", 0x8120, "16.0", 26, "2022-09", "2023-09", 9, False, None),
    ("iPhone15,3", "iPhone 14 Pro Max", 0x8120, "16.0", 26, "2022-09", "2023-09", 4, False, None),
    ("iPhone15,4", "iPhone 15", 0x8120, "17.0", 26, "2023-09", "2025-09", 18, False, None),
    ("iPhone15,5", "iPhone 15 Plus", 0x8120, "17.0", 26, "2023-09", "2025-09", 3, False, None),
    ("iPhone16,1", "iPhone 15 Pro", 0x8130, "17.0", 26, "2023-09", "2024-09", 11, False, None),
    ("iPhone16,2", "iPhone 15 Pro Max", 0x8130, "17.0", 26, "2023-09", "2024-09", 5, False, None),
    ("iPhone17,1", "iPhone 16 Pro", 0x8140, "18.0", 26, "2024-09", "2025-09", 11, False, None),
    ("iPhone17,2", "iPhone 16 Pro Max", 0x8140, "18.0", 26, "2024-09", "2025-09", 5, False, None),
    ("iPhone17,3", "iPhone 16", 0x8140, "18.0", 26, "2024-09", "2025-12", 18, False, None),
    ("iPhone17,4", "iPhone 16 Plus", 0x8140, "18.0", 26, "2024-09", "2025-12", 3, False, None),
    ("iPhone17,5", "iPhone 16e", 0x8140, "18.3.1", 26, "2025-02", "2025-12", 12, False, None),
    ("iPhone18,1", "iPhone 17 Pro", 0x8150, "26.0", 26, "2025-09", "2025-12", 7, False, None),
    ("iPhone18,2", "iPhone 17 Pro Max", 0x8150, "26.0", 26, "2025-09", "2025-12", 3, False, None),
    ("iPhone18,3", "iPhone 17", 0x8150, "26.0", 26, "2025-09", "2025-12", 10, False, None),
    ("iPhone18,4", "iPhone Air", 0x8150, "26.0", 26, "2025-09", "2025-12", 1, False, None),
)
