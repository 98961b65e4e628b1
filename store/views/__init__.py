"""Each record as people and programs see it: its JSON document, its words, and the names of its styles.

One module per record. Command line, console and REST take all three from here.
"""
