"""What certificates mean for a deployment, asked of a workspace: consequences, outlook, checklist, gate.

The rules are in ``consequences``, ``outlook``, ``start_by`` and ``checklist``; here their answers are put together and
kept until something changes. Nothing is written.
"""
