"""The push certificates of a deployment, and the push channel to its Apple devices.

A push certificate is requested, signed by the vendor, uploaded to the portal (``push``), imported and bound, step by
step or at once. The channel depends on its topic: where that changes or lapses, devices must re-enroll.
"""
