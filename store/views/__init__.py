"""Each record as people and programs see it: its JSON document, its words, and its style by name.

One module a record. Command line, console and REST take all three from here.
"""
