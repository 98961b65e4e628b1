"""Samsung Galaxy phones and tablets as companies buy them.

The identifier is Android's ``Build.MODEL``. ``first`` is the Android version at launch, ``last`` the last that Samsung
promised for the model (its published policy: four generations for most, seven since the Galaxy S24). The MEID column
names the models for American networks that spoke CDMA2000.
"""

SAMSUNG = (
    # identifier, name, first, last, made from, made until, share, cellular, MEID
    ("SM-G981U", "Galaxy S20 5G", "10", 13, "2020-03", "2021-03", 2, True, True),
    ("SM-G991U", "Galaxy S21 5G", "11", 15, "2021-01", "2022-03", 4, True, True),
    ("SM-G991B", "Galaxy S21 5G", "11", 15, "2021-01", "2022-03", 4, True, False),
    ("SM-S901B", "Galaxy S22", "12", 16, "2022-02", "2023-02", 7, True, False),
    ("SM-S911B", "Galaxy S23", "13", 17, "2023-02", "2024-02", 10, True, False),
    ("SM-S918B", "Galaxy S23 Ultra", "13", 17, "2023-02", "2024-02", 4, True, False),
    ("SM-S921B", "Galaxy S24", "14", 21, "2024-01", "2025-02", 11, True, False),
    ("SM-S928B", "Galaxy S24 Ultra", "14", 21, "2024-01", "2025-02", 4, True, False),
    ("SM-S931B", "Galaxy S25", "15", 22, "2025-01", "2025-12", 9, True, False),
    ("SM-S938B", "Galaxy S25 Ultra", "15", 22, "2025-01", "2025-12", 3, True, False),
    ("SM-A528B", "Galaxy A52s 5G", "11", 14, "2021-09", "2022-06", 4, True, False),
    ("SM-A536B", "Galaxy A53 5G", "12", 16, "2022-03", "2023-06", 9, True, False),
    ("SM-A546B", "Galaxy A54 5G", "13", 17, "2023-03", "2024-06", 12, True, False),
    ("SM-A556B", "Galaxy A55 5G", "14", 18, "2024-03", "2025-06", 12, True, False),
    ("SM-A566B", "Galaxy A56 5G", "15", 21, "2025-03", "2025-12", 8, True, False),
    ("SM-F946B", "Galaxy Z Fold5", "13", 17, "2023-08", "2024-07", 2, True, False),
    ("SM-F956B", "Galaxy Z Fold6", "14", 21, "2024-07", "2025-07", 2, True, False),
    ("SM-G736B", "Galaxy XCover6 Pro", "12", 16, "2022-07", "2025-12", 10, True, False),
    ("SM-G556B", "Galaxy XCover7", "14", 18, "2024-01", "2025-12", 8, True, False),
    ("SM-T636B", "Galaxy Tab Active4 Pro", "12", 15, "2022-09", "2025-06", 5, True, False),
    ("SM-X710", "Galaxy Tab S9", "13", 17, "2023-08", "2025-12", 4, False, False),
)
