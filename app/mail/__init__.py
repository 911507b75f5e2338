"""Mail that people write: replies that go out, answers that come in."""
