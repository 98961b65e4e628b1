"""iPads. Identifiers, chips and OS support are published by Apple (support.apple.com/108043, the release notes).

The columns are those of the iPhones. Each iPad exists as a Wi-Fi and as a cellular model; only the latter has an IMEI.
"""

IPADS = (
    # identifier, name, chip, first, last, made from, made until, share, cellular, code
    ("iPad7,3", "iPad Pro (10.5-inch)", 0x8011, "10.3.2", 17, "2017-06", "2019-03", 1, False, "J28K"),
    ("iPad7,4", "iPad Pro (10.5-inch)", 0x8011, "10.3.2", 17, "2017-06", "2019-03", 1, True, "J28M"),
    ("iPad7,5", "iPad (6th generation)", 0x8010, "11.3", 17, "2018-03", "2019-09", 2, False, "JF8J"),
    ("iPad7,6", "iPad (6th generation)", 0x8010, "11.3", 17, "2018-03", "2019-09", 1, True, "JMVR"),
    ("iPad7,11", "iPad (7th generation)", 0x8010, "13.1", 18, "2019-09", "2020-09", 3, False, "MF3M"),
    ("iPad7,12", "iPad (7th generation)", 0x8010, "13.1", 18, "2019-09", "2020-09", 1, True, "MF3Q"),
    ("iPad11,1", "iPad mini (5th generation)", 0x8020, "12.2", 26, "2019-03", "2021-09", 2, False, "LM93"),
    ("iPad11,2", "iPad mini (5th generation)", 0x8020, "12.2", 26, "2019-03", "2021-09", 2, True, "LMPF"),
    ("iPad11,3", "iPad Air (3rd generation)", 0x8020, "12.2", 26, "2019-03", "2020-09", 2, False, "LMP7"),
    ("iPad11,4", "iPad Air (3rd generation)", 0x8020, "12.2", 26, "2019-03", "2020-09", 1, True, "LMQ0"),
    ("iPad11,6", "iPad (8th generation)", 0x8020, "14.0", 26, "2020-09", "2021-09", 6, False, "Q1GC"),
    ("iPad11,7", "iPad (8th generation)", 0x8020, "14.0", 26, "2020-09", "2021-09", 2, True, "Q1KM"),
    ("iPad12,1", "iPad (9th generation)", 0x8030, "15.0", 26, "2021-09", "2024-05", 12, False, None),
    ("iPad12,2", "iPad (9th generation)", 0x8030, "15.0", 26, "2021-09", "2024-05", 5, True, None),
    ("iPad13,1", "iPad Air (4th generation)", 0x8101, "14.1", 26, "2020-10", "2022-03", 3, False, "Q16M"),
    ("iPad13,2", "iPad Air (4th generation)", 0x8101, "14.1", 26, "2020-10", "2022-03", 2, True, "Q16R"),
    ("iPad13,16", "iPad Air (5th generation)", 0x8103, "15.4", 26, "2022-03", "2024-05", 5, False, None),
    ("iPad13,17", "iPad Air (5th generation)", 0x8103, "15.4", 26, "2022-03", "2024-05", 3, True, None),
    ("iPad13,18", "iPad (10th generation)", 0x8101, "16.1", 26, "2022-10", "2025-03", 14, False, None),
    ("iPad13,19", "iPad (10th generation)", 0x8101, "16.1", 26, "2022-10", "2025-03", 6, True, None),
    ("iPad14,1", "iPad mini (6th generation)", 0x8110, "15.0", 26, "2021-09", "2024-10", 3, False, None),
    ("iPad14,2", "iPad mini (6th generation)", 0x8110, "15.0", 26, "2021-09", "2024-10", 4, True, None),
    ("iPad14,3", "iPad Pro (11-inch) (4th generation)", 0x8112, "16.1", 26, "2022-10", "2024-05", 3, False, None),
    ("iPad14,4", "iPad Pro (11-inch) (4th generation)", 0x8112, "16.1", 26, "2022-10", "2024-05", 2, True, None),
    ("iPad14,8", "iPad Air 11-inch (M2)", 0x8112, "17.5", 26, "2024-05", "2025-03", 4, False, None),
    ("iPad14,9", "iPad Air 11-inch (M2)", 0x8112, "17.5", 26, "2024-05", "2025-03", 2, True, None),
    ("iPad15,3", "iPad Air 11-inch (M3)", 0x8122, "18.4", 26, "2025-03", "2025-12", 4, False, None),
    ("iPad15,4", "iPad Air 11-inch (M3)", 0x8122, "18.4", 26, "2025-03", "2025-12", 2, True, None),
    ("iPad15,7", "iPad (A16)", 0x8120, "18.4", 26, "2025-03", "2025-12", 8, False, None),
    ("iPad15,8", "iPad (A16)", 0x8120, "18.4", 26, "2025-03", "2025-12", 3, True, None),
    ("iPad16,1", "iPad mini (A17 Pro)", 0x8130, "18.1", 26, "2024-10", "2025-12", 2, False, None),
    ("iPad16,2", "iPad mini (A17 Pro)", 0x8130, "18.1", 26, "2024-10", "2025-12", 2, True, None),
    ("iPad16,3", "iPad Pro 11-inch (M4)", 0x8132, "17.5", 26, "2024-05", "2025-10", 3, False, None),
    ("iPad16,4", "iPad Pro 11-inch (M4)", 0x8132, "17.5", 26, "2024-05", "2025-10", 2, True, None),
)
