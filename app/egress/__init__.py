"""The way out: the only module that opens connections to other machines, for HTTP and SMTP.

A target is checked twice: as text, when it is saved and before each send; as addresses, after the
name is resolved and before anything is sent. The connection goes to the checked address itself, so
a name that resolves differently the second time gains nothing.
"""

from app.egress.addresses import Allowed, parse_allowed
from app.egress.errors import OutboundError, Reason
from app.egress.refused import DETAILS, UrlRefused
from app.egress.way import Answer, Egress

__all__ = [
    "DETAILS",
    "Allowed",
    "Answer",
    "Egress",
    "OutboundError",
    "Reason",
    "UrlRefused",
    "parse_allowed",
]
