"""``python -m certfleet`` is the same as the ``certfleet`` command."""

from certfleet.cli.main import main

if __name__ == "__main__":
    main()
