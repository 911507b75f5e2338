"""The shop with its fake vendors, and its visitors."""

from tests.app.deliveries.conftest import add, courier, fakes, leave

__all__ = ["add", "courier", "fakes", "leave"]
