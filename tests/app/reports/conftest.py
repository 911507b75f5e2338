"""The shop with its fake vendors."""

from tests.app.deliveries.conftest import add, courier, fakes, leave

__all__ = ["add", "courier", "fakes", "leave"]
