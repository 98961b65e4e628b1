"""The files of a workspace beside its rows: who may read them, those in the making, and the backups."""
