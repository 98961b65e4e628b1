"""The components of a deployment: what it needs certificates for, and what each uses.

``needs`` is the table behind every consequence. Also which certificate fits a need, the switch after a replacement, and
the follow-ups (tasks) that it opens elsewhere.
"""
