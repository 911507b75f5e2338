"""The clients that are generated from the OpenAPI document, used against a real server."""
