"""The search index: which messages may have which pieces of text. All of it can be made anew."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Integer, Timestamptz
from piccolo.table import Table

from app.tables.base import Organization, new_id, now, own_id, owner
from app.tables.messages import Message


class SearchSegment(Table):
    """Some thousand messages that follow each other: from the one after `after` to `last`. `blocks`
    are the last ids of its blocks, 16 bytes each. They were left from `earliest` to `latest`, which
    is NULL when there are none, and when an older version has made it: without answers. Newer ones
    than the last segment's are not in the index; a search reads them all."""

    id = BigInt(primary_key=True, default=0)
    organization = owner(Organization)
    after = UUID(default=new_id)
    last = UUID(default=new_id)
    blocks = Bytea()
    messages = Integer(default=0)
    leaves = Integer(default=0)
    earliest = Timestamptz(null=True, default=None)
    latest = Timestamptz(null=True, default=None)


class SearchLeaf(Table):
    """A part of a segment's index; its id follows from the segment's."""

    id = BigInt(primary_key=True, default=0)
    segment = owner(SearchSegment)
    bits = Bytea()


class SearchChange(Table):
    """A message whose text changed after its segment was made: a search always reads it."""

    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    created_at = Timestamptz(default=now)
