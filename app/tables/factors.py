"""What an account has beside its password: second factors, and browsers that need none."""

from __future__ import annotations

from piccolo.columns import BigInt, Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import now, own_id, owner
from app.tables.people import Account


class Authenticator(Table):
    """An app that makes codes. Its secret is encrypted; `step` is the time of the last code that
    was taken, in steps of 30 s. It counts once `confirmed_at` is set."""

    id = own_id()
    account = owner(Account)
    secret = Text()
    step = BigInt(default=0)
    created_at = Timestamptz(default=now)
    confirmed_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class RecoveryCode(Table):
    """A code that works once instead of a second factor, as a hash. It goes when it is used."""

    id = own_id()
    account = owner(Account)
    code_hash = Varchar(64)


class Passkey(Table):
    """A public key. `credential` is its id, as base64url, as is the key; `transports` are JSON."""

    id = own_id()
    account = owner(Account)
    credential = Varchar(1400)
    public_key = Text()
    sign_count = BigInt(default=0)
    transports = Text(default="")
    name = Varchar(64, default="")
    synced = Boolean(default=False)
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(null=True, default=None)


class RememberedDevice(Table):
    """A browser in which the account is not asked for its second factor, until then. `mark_hash` is
    of the number in the browser's mark."""

    id = own_id()
    account = owner(Account)
    mark_hash = Varchar(64)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)


class SpentChallenge(Table):
    """A challenge that a passkey has answered: nobody answers it again."""

    id = own_id()
    account = owner(Account)
    mark = Varchar(64)
    expires_at = Timestamptz(default=now)
