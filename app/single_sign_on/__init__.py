"""Signing in by somebody else who knows the people: an OpenID provider, or the work platform of the
organization.

A provider is a row of an organization; what differs between platforms is in one small module per
kind (`kinds.KINDS`). `flow` goes through a sign-in, `enter` decides who it is here.
"""
