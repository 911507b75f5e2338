"""系统设置 → 隐私与保留 → 隐私声明与处理记录."""

from __future__ import annotations

import httpx

from app.people import organizations
from app.tables import Organization

HERE = "/settings/privacy/documents"


async def test_both_are_shown_in_both_languages_and_saved(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await Organization.update({Organization.name: "<b>店</b>"}).where(Organization.id == org.id)
    organizations._remembered.clear()
    for language, title in (("zh-CN", "留言隐私声明"), ("en", "Privacy statement")):
        page = await client.get(f"{HERE}?in={language}")
        assert title in page.text
        assert "<b>店</b>" not in page.text
        for kind in ("statement", "record"):
            for ending, begins in (("md", "# "), ("html", "<!doctype html>")):
                file = f"{kind}-{language}.{ending}"
                assert f"{HERE}/{file}" in page.text
                saved = await client.get(f"{HERE}/{file}")
                assert saved.text.lstrip().startswith(begins), file
                assert file in saved.headers["content-disposition"]
                assert "<b>店</b>" not in saved.text
    for wrong in ("record-xx.md", "record-en.exe", "x"):
        assert (await client.get(f"{HERE}/{wrong}")).status_code == 404
