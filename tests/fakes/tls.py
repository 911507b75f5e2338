"""Certificates for loopback, from an authority of our own that lives as long as the process."""

from __future__ import annotations

import ssl
from functools import cache

import trustme

LOCAL = ("localhost", "127.0.0.1", "::1")


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def server_context(*names: str) -> ssl.SSLContext:
    """For loopback, unless names are given: a wrong name makes a certificate to be refused."""
    return _context(authority().issue_cert(*(names or LOCAL)))


@cache
def stranger_context() -> ssl.SSLContext:
    """The right names, signed by nobody whom a client knows."""
    return _context(trustme.CA().issue_cert(*LOCAL))


def client_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context
