"""Somebody of another organization."""

from __future__ import annotations

import pytest

from app.people import agents
from app.tables import Agent, Organization


@pytest.fixture
async def stranger(other_org: Organization) -> Agent:
    return await agents.create(
        other_org.id, email="stranger@other.example", password="correct horse 9"
    )
