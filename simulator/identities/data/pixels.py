"""Google Pixel phones.

The identifier is Android's ``Build.MODEL``. ``code`` is what the serial numbers of the model hold after the date, as
they appear in the bug reports and test logs of many public projects. ``last`` follows Google's published support
periods (support.google.com/pixelphone/answer/4457705).
"""

PIXELS = (
    # identifier, first, last, made from, made until, share, MEID, code
    ("Pixel 4a", "10", 13, "2020-07", "2022-01", 2, True, "JEC2"),
    ("Pixel 5", "11", 14, "2020-09", "2021-08", 2, True, "FDD4"),
    ("Pixel 6", "12", 17, "2021-09", "2022-09", 6, False, "FDF6"),
    ("Pixel 6a", "12", 17, "2022-04", "2023-12", 7, False, "JEGR"),
    ("Pixel 7", "13", 17, "2022-08", "2023-09", 7, False, "FDH2"),
    ("Pixel 7 Pro", "13", 17, "2022-08", "2023-09", 4, False, "FDH3"),
    ("Pixel 7a", "13", 18, "2023-02", "2024-06", 8, False, "JEHN"),
    ("Pixel 8", "14", 21, "2023-07", "2024-08", 8, False, "FDJH"),
    ("Pixel 8a", "14", 21, "2024-02", "2025-04", 8, False, "JEKB"),
    ("Pixel 9 Pro", "14", 21, "2024-05", "2025-07", 6, False, "FDAP"),
)
