"""The pool of RSA keys for ``fixed_keys``. No code."""
