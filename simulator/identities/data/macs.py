"""Macs. Identifiers and OS support are published by Apple (support.apple.com/108052 and its neighbours).

The columns are those of the iPhones; a Mac has no IMEI, and its UDID does not hold its chip's number.
"""

MACS = (
    # identifier, name, first, last, made from, made until, share, code
    ("MacBookAir8,1", "MacBook Air (Retina, 13-inch, 2018)", "10.14.1", 14, "2018-11", "2019-07", 2, "JK7L"),
    ("MacBookPro15,1", "MacBook Pro (15-inch, 2018)", "10.13.6", 15, "2018-07", "2019-05", 2, "JGH5"),
    ("MacBookPro15,2", "MacBook Pro (13-inch, 2018)", "10.13.6", 15, "2018-07", "2019-05", 2, "JHD2"),
    ("MacBookPro16,1", "MacBook Pro (16-inch, 2019)", "10.15.1", 26, "2019-11", "2021-10", 4, "MD6M"),
    ("MacBookPro16,2", "MacBook Pro (13-inch, 2020)", "10.15.4", 26, "2020-05", "2021-10", 3, "ML7H"),
    ("MacBookAir9,1", "MacBook Air (Retina, 13-inch, 2020)", "10.15.3", 15, "2020-03", "2020-11", 3, "M6KY"),
    ("MacBookPro17,1", "MacBook Pro (13-inch, M1, 2020)", "11.0", 26, "2020-11", "2022-06", 6, "Q05D"),
    ("MacBookAir10,1", "MacBook Air (M1, 2020)", "11.0", 26, "2020-11", "2024-03", 14, "Q6L4"),
    ("Macmini9,1", "Mac mini (M1, 2020)", "11.0", 26, "2020-11", "2023-01", 3, "Q6NV"),
    ("MacBookPro18,1", "MacBook Pro (16-inch, 2021)", "12.0.1", 26, "2021-10", "2023-01", 5, None),
    ("MacBookPro18,3", "MacBook Pro (14-inch, 2021)", "12.0.1", 26, "2021-10", "2023-01", 9, None),
    ("Mac14,2", "MacBook Air (M2, 2022)", "12.4", 26, "2022-07", "2025-03", 13, None),
    ("Mac14,3", "Mac mini (2023)", "13.2", 26, "2023-01", "2024-10", 3, None),
    ("Mac14,7", "MacBook Pro (13-inch, M2, 2022)", "12.4", 26, "2022-06", "2023-10", 3, None),
    ("Mac14,9", "MacBook Pro (14-inch, 2023)", "13.2", 26, "2023-01", "2023-10", 5, None),
    ("Mac14,10", "MacBook Pro (16-inch, 2023)", "13.2", 26, "2023-01", "2023-10", 3, None),
    ("Mac14,15", "MacBook Air (15-inch, M2, 2023)", "13.4", 26, "2023-06", "2024-03", 4, None),
    ("Mac15,3", "MacBook Pro (14-inch, Nov 2023)", "14.1", 26, "2023-11", "2024-10", 4, None),
    ("Mac15,6", "MacBook Pro (14-inch, Nov 2023)", "14.1", 26, "2023-11", "2024-10", 5, None),
    ("Mac15,7", "MacBook Pro (16-inch, Nov 2023)", "14.1", 26, "2023-11", "2024-10", 3, None),
    ("Mac15,12", "MacBook Air (13-inch, M3, 2024)", "14.4", 26, "2024-03", "2025-03", 9, None),
    ("Mac15,13", "MacBook Air (15-inch, M3, 2024)", "14.4", 26, "2024-03", "2025-03", 5, None),
    ("Mac16,1", "MacBook Pro (14-inch, 2024)", "15.1", 26, "2024-11", "2025-10", 5, None),
    ("Mac16,3", "iMac (24-inch, 2024, Four ports)", "15.1", 26, "2024-11", "2025-12", 2, None),
    ("Mac16,7", "MacBook Pro (16-inch, 2024)", "15.1", 26, "2024-11", "2025-12", 4, None),
    ("Mac16,8", "MacBook Pro (14-inch, 2024)", "15.1", 26, "2024-11", "2025-12", 6, None),
    ("Mac16,10", "Mac mini (2024)", "15.1", 26, "2024-11", "2025-12", 4, None),
    ("Mac16,12", "MacBook Air (13-inch, M4, 2025)", "15.3", 26, "2025-03", "2025-12", 10, None),
    ("Mac16,13", "MacBook Air (15-inch, M4, 2025)", "15.3", 26, "2025-03", "2025-12", 5, None),
)
