"""What a person sets, and what the console remembers of how they use it. Both are in files of the person.

Settings are in ``$XDG_CONFIG_HOME/certfleet/config.toml``, or in the file that ``CERTFLEET_CONFIG`` names. ``table``
has all of them, typed and with their defaults; the environment comes before the file::

    from store.settings.settings import PersonSettings
    from store.settings.table import KEYS, THEME

    settings = PersonSettings.load()           # refuses a file that is wrong, with its line
    settings[THEME]                      # "auto"
    settings.family(KEYS)                # {"quit": ("q", "f10")} from the table [keys]

A new setting is a line of ``table``. ``editing.set_setting`` and ``unset_setting`` write, and leave comments as they
are.

What the console remembers (columns, filters, panes, visits) is in ``$XDG_STATE_HOME/certfleet/console.json``, mode
0600::

    from store.settings.console_memory import ConsoleMemory, memory_path

    memory = ConsoleMemory(memory_path())        # ConsoleMemory(None) remembers nothing after its process
    memory.state.list("devices").columns         # () for the usual ones
    memory.change(lambda state: state.with_history("devices", "status:expired"))

The console has both as ``app.settings`` (``tui.shell.settings``) and ``app.memory``. ``change`` reads the file again
first, so several consoles don't overwrite each other. It never raises and never waits for long: what can't be written
now is written with the next change. Nothing secret belongs into either file.
"""
