"""Keystores: PKCS #12, JKS and JCEKS behind one function."""
