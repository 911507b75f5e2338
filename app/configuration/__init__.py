"""The whole configuration of an organization as one document: read, compared, applied."""
