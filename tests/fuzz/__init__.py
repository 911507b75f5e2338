"""Requests that nobody would think of, made of the OpenAPI document, against a real server."""
