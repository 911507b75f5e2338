"""What visitors agreed to stays in the words that they read, whatever the form says later."""

from __future__ import annotations

from app.fields.consents import agreed
from app.tables import Organization
from tests.app.fields.conftest import Publish, own, with_fields
from tests.texts import texts

AT = "2026-11-30T08:00:00Z"


async def test_each_version_keeps_its_words_and_its_link(
    org: Organization, publish: Publish
) -> None:
    first = own("ok", "consent", label=texts("我同意", "I agree"), link="https://shop.example/1")
    before = await publish(org.id, with_fields(first))
    later = own("ok", "consent", label=texts("我同意新条款", "I agree to more"))
    after = await publish(org.id, with_fields(later))

    def given(language: str, hash: str) -> list[dict[str, str]]:
        return [{"key": "ok", "language": language, "hash": hash, "at": AT}]

    (found,) = await agreed(org.id, given("en", first.consent_hash("en")), before.number)
    assert (found.text, found.link, found.version) == ("I agree", first.link, before.number)
    (found,) = await agreed(org.id, given("zh-CN", later.consent_hash("zh-CN")), after.number)
    assert (found.text, found.link) == ("我同意新条款", "")
    unknown = (("x", after.number), (first.consent_hash("en"), 99), ("x", None))
    for hash, number in unknown:
        (found,) = await agreed(org.id, given("en", hash), number)
        assert (found.text, found.hash) == ("", hash), "no other words are put into their mouth"
