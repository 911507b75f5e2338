"""Sealing a backup for whoever holds a key: in the format of age (https://age-encryption.org/v1),
which other programs open, too. This machine knows the public halves only, so whoever takes it over
cannot read the copies that lie elsewhere."""

from __future__ import annotations

from pathlib import Path

from app import durable
from app.backup.file import Unusable

SUFFIX = ".age"
HEAD = b"age-encryption.org/v1\n"
NO_IDENTITY = "The file is sealed: name the file with its identity (--identity)"
WRONG = "The file cannot be opened with this identity, or it is damaged"


def new() -> tuple[str, str]:
    """An identity to keep elsewhere, and its recipient."""
    from pyrage import x25519

    made = x25519.Identity.generate()
    return str(made), str(made.to_public())


def seal(path: Path, into: Path, to: tuple[str, ...]) -> None:
    """Raises OSError. Memory does not grow with the file."""
    from pyrage import encrypt_io, x25519

    with open(path, "rb") as plain, durable.private(into) as sealed:
        encrypt_io(plain, sealed, [x25519.Recipient.from_str(each) for each in to])


def is_sealed(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(HEAD)) == HEAD
    except OSError:
        return False


def unseal(path: Path, into: Path, identity: Path | None) -> None:
    """`identity`: a file as age's own, with lines of remarks. Raises Unusable."""
    from pyrage import DecryptError, IdentityError, decrypt_io, x25519

    if identity is None:
        raise Unusable(NO_IDENTITY)
    try:
        lines = identity.read_text().split("\n")
        keys = [x25519.Identity.from_str(line.strip()) for line in lines if line[:4] == "AGE-"]
        if not keys:
            raise Unusable(WRONG)
        with open(path, "rb") as sealed, durable.private(into) as plain:
            decrypt_io(sealed, plain, keys)
    except (DecryptError, IdentityError, UnicodeDecodeError):
        raise Unusable(WRONG) from None
    except OSError as error:
        raise Unusable("The file cannot be opened: {why}", why=error.strerror or "") from None
