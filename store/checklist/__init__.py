"""The checklist: every need of a deployment with its certificate or *missing*, its status and the next step.

Also what follows from its rows: their counts, files of it, and the places that a certificate fits.
"""
