"""Windows laptops as companies buy them.

The identifier is the SMBIOS product name, which Windows reports to a management server as the model; Lenovo's is its
machine type. ``first`` and ``last`` are Windows builds: 19045 (Windows 10 22H2) is the last for processors that
Windows 11 does not support, and the first where the maker still had drivers for Windows 10.
"""

DELL = (
    # identifier, name, first build, last build, made from, made until, share
    ("Latitude 7480", "Dell Latitude 7480", 19045, 19045, "2017-02", "2018-06", 1),
    ("Latitude 5400", "Dell Latitude 5400", 19045, 26200, "2019-04", "2020-08", 3),
    ("Latitude 5410", "Dell Latitude 5410", 19045, 26200, "2020-05", "2021-06", 4),
    ("Latitude 5420", "Dell Latitude 5420", 19045, 26200, "2021-02", "2022-06", 8),
    ("Latitude 5430", "Dell Latitude 5430", 19045, 26200, "2022-04", "2023-05", 8),
    ("Latitude 7430", "Dell Latitude 7430", 19045, 26200, "2022-04", "2023-05", 5),
    ("Latitude 5440", "Dell Latitude 5440", 19045, 26200, "2023-03", "2024-04", 9),
    ("Latitude 7440", "Dell Latitude 7440", 19045, 26200, "2023-03", "2024-04", 5),
    ("Latitude 5450", "Dell Latitude 5450", 22631, 26200, "2024-03", "2025-04", 9),
    ("Latitude 7450", "Dell Latitude 7450", 22631, 26200, "2024-03", "2025-04", 5),
)

LENOVO = (
    # identifier, name, first build, last build, made from, made until, share
    ("20HD", "ThinkPad T470", 19045, 19045, "2017-03", "2018-06", 1),
    ("20L5", "ThinkPad T480", 19045, 26200, "2018-02", "2019-06", 3),
    ("20S0", "ThinkPad T14 Gen 1", 19045, 26200, "2020-05", "2021-06", 5),
    ("20W0", "ThinkPad T14 Gen 2", 19045, 26200, "2021-03", "2022-06", 8),
    ("20XW", "ThinkPad X1 Carbon Gen 9", 19045, 26200, "2021-03", "2022-05", 4),
    ("21AH", "ThinkPad T14 Gen 3", 19045, 26200, "2022-05", "2023-05", 9),
    ("21CB", "ThinkPad X1 Carbon Gen 10", 19045, 26200, "2022-03", "2023-04", 5),
    ("21HD", "ThinkPad T14 Gen 4", 19045, 26200, "2023-05", "2024-05", 9),
    ("21HM", "ThinkPad X1 Carbon Gen 11", 19045, 26200, "2023-03", "2024-03", 5),
    ("21ML", "ThinkPad T14 Gen 5", 22631, 26200, "2024-05", "2025-06", 8),
    ("21KC", "ThinkPad X1 Carbon Gen 12", 22631, 26200, "2024-01", "2025-02", 4),
)

HP = (
    # identifier, name, first build, last build, made from, made until, share
    ("HP EliteBook 840 G6", "HP EliteBook 840 G6", 19045, 26200, "2019-04", "2020-07", 3),
    ("HP EliteBook 840 G7 Notebook PC", "HP EliteBook 840 G7", 19045, 26200, "2020-06", "2021-06", 5),
    ("HP EliteBook 840 G8 Notebook PC", "HP EliteBook 840 G8", 19045, 26200, "2021-02", "2022-06", 8),
    ("HP EliteBook 840 14 inch G9 Notebook PC", "HP EliteBook 840 G9", 19045, 26200, "2022-04", "2023-05", 8),
    ("HP EliteBook 840 14 inch G10 Notebook PC", "HP EliteBook 840 G10", 19045, 26200, "2023-03", "2024-04", 8),
    ("HP EliteBook 840 14 inch G11 Notebook PC", "HP EliteBook 840 G11", 22631, 26200, "2024-03", "2025-04", 7),
)

SURFACE = (
    # identifier, name, first build, last build, made from, made until, share
    ("Surface Pro 7", "Surface Pro 7", 19045, 26200, "2019-10", "2021-06", 3),
    ("Surface Laptop 4", "Surface Laptop 4", 19045, 26200, "2021-04", "2022-10", 4),
    ("Surface Pro 8", "Surface Pro 8", 22631, 26200, "2021-10", "2022-10", 4),
    ("Surface Pro 9", "Surface Pro 9", 22631, 26200, "2022-10", "2024-04", 5),
    ("Surface Laptop 5", "Surface Laptop 5", 22631, 26200, "2022-10", "2024-04", 4),
    ("Surface Pro 10", "Surface Pro 10 for Business", 22631, 26200, "2024-04", "2025-06", 3),
)
