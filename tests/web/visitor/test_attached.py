"""Files come with the visitor's form, without a script and ahead of it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app import database, fields, settings
from app.deliveries.parcel import notice_of
from app.deliveries.rows import NOTICED, Noticed
from app.errors import NotFound
from app.fields import change
from app.files import read, store, tend
from app.tables import Message, Organization, VisitorFile
from app.widget import change as widget
from tests.app.files.pictures import photo, picture
from tests.web.reading import Page

FORM = "/w/default"
ANSWERS = {"content": "见图", "phone": "13800138000"}
PROGRAM = b"MZ\x90\x00" + b"\0" * 100


@pytest.fixture
async def takes(org: Organization) -> None:
    await change.add(org.id, "files", by="tests")
    await fields.publish(org.id, by="tests")


async def sent(
    visitor: httpx.AsyncClient, *files: tuple[str, bytes], **changes: str
) -> httpx.Response:
    values = {**(await opened(visitor)), **ANSWERS, **changes}
    parts = [("f-files", (name, content, "text/html")) for name, content in files]
    return await visitor.post(FORM, data=values, files=parts or {"none": (None, "")})


async def opened(visitor: httpx.AsyncClient) -> dict[str, str]:
    values = Page(await visitor.get(FORM)).values
    values.pop("f-files", None)
    return values


async def kept() -> list[read.File]:
    [row] = await Message.objects()
    return await read.of(row.organization, row.id)


async def test_a_photo_comes_with_the_form_and_members_alone_get_it(
    visitor: httpx.AsyncClient,
    takes: None,
    client: httpx.AsyncClient,
    org: Organization,
) -> None:
    answer = await sent(visitor, ("IMG_1.jpg", photo()), ("../../x.PNG.exe", picture("PNG")))
    assert answer.status_code == 303
    assert "IMG_1.jpg" in Page(await visitor.get(answer.headers["location"])).words
    first, second = await kept()
    assert (first.name, second.name) == ("IMG_1.jpg", "x.PNG.exe.png")
    page = Page(await client.get(f"/inbox/{first.message}"))
    assert f"/files/{first.id}/small" in page.html
    assert "IMG_1.jpg" in page.words
    got = await client.get(f"/files/{first.id}")
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.content.startswith(b"\xff\xd8")
    small = await client.get(f"/files/{first.id}/small")
    assert small.headers["content-type"] == "image/jpeg"
    assert (await visitor.get(f"/files/{first.id}")).status_code in {302, 303, 401}


async def test_what_is_refused_costs_no_text_and_no_other_file(
    visitor: httpx.AsyncClient, takes: None
) -> None:
    answer = await sent(visitor, ("a.jpg", picture()), ("virus.jpg", PROGRAM), lang="en")
    assert answer.status_code == 422
    page = Page(answer)
    assert "virus.jpg" in page.words
    assert page.values["content"] == ANSWERS["content"]
    again = await visitor.post(FORM, data=page.values)
    assert again.status_code == 303
    assert [each.name for each in await kept()] == ["a.jpg"]


async def test_sent_twice_it_is_one_message_and_what_is_over_is_removed_with_time(
    visitor: httpx.AsyncClient, takes: None
) -> None:
    values = {**(await opened(visitor)), **ANSWERS}
    for _ in range(2):
        part = {"f-files": ("a.jpg", picture())}
        assert (await visitor.post(FORM, data=values, files=part)).status_code == 303
    assert await Message.count() == 1
    assert len(await kept()) == 1
    assert await VisitorFile.count() == 2
    assert await tend.remove_loose() == 0


async def test_the_same_words_with_another_picture_are_news(
    visitor: httpx.AsyncClient, takes: None
) -> None:
    for size in ((64, 48), (48, 64), (64, 48)):
        await sent(visitor, ("a.jpg", picture(size=size)))
    rows = await Message.select(Message.repeat_of, Message.files).order_by(Message.id)
    assert [bool(row["repeat_of"]) for row in rows] == [False, False, True]
    assert {row["files"] for row in rows} == {1}


async def test_a_form_without_the_field_takes_no_files(visitor: httpx.AsyncClient) -> None:
    assert (await sent(visitor, ("a.jpg", picture()))).status_code == 303
    assert await VisitorFile.count() == 0
    ahead = await visitor.post(f"{FORM}/files", files={"file": ("a.jpg", picture())})
    assert ahead.status_code == 404


async def test_a_script_sends_files_ahead(
    visitor: httpx.AsyncClient, takes: None, org: Organization
) -> None:
    ahead = await visitor.post(f"{FORM}/files", files={"file": ("a.jpg", photo())})
    assert ahead.status_code == 200
    assert (await sent(visitor, files=ahead.json()["token"])).status_code == 303
    [found] = await kept()
    assert found.name == "a.jpg"
    refused = await visitor.post(f"{FORM}/files", files={"file": ("a.jpg", PROGRAM)})
    assert refused.status_code == 422
    assert "a.jpg" in refused.json()["error"]
    # Back, another text, and sent again: the picture is with the first.
    assert (await sent(visitor, content="改过", files=ahead.json()["token"])).status_code == 303
    forged = ahead.json()["token"][:-4] + "AAAA"
    assert (await sent(visitor, content="第二条", files=forged)).status_code == 303
    assert [row["files"] for row in await Message.select(Message.files).order_by(Message.id)] == [
        1,
        0,
        0,
    ]


async def test_with_the_message_its_files_go(
    visitor: httpx.AsyncClient, takes: None, org: Organization
) -> None:
    await sent(visitor, ("a.jpg", picture()))
    [found] = await kept()
    assert await read.content(found)
    await Message.delete().where(Message.organization == org.id)
    assert await tend.remove_loose() == 1
    assert await VisitorFile.count() == 0
    with pytest.raises(NotFound):
        await read.content(found)


async def test_another_organization_never_sees_it(
    visitor: httpx.AsyncClient,
    takes: None,
    other_org: Organization,
    web: Callable[..., httpx.AsyncClient],
) -> None:
    await sent(visitor, ("a.jpg", picture()))
    [found] = await kept()
    assert await read.of(other_org.id, found.message) == []  # type: ignore[arg-type]


async def test_while_the_store_is_away_the_text_is_kept(
    visitor: httpx.AsyncClient, takes: None
) -> None:
    folder = settings.current().data_dir / store.FOLDER
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    answer = await sent(visitor, ("a.jpg", picture()))
    assert answer.status_code == 503
    assert Page(answer).values["content"] == ANSWERS["content"]
    folder.unlink()
    assert (await sent(visitor, ("a.jpg", picture()))).status_code == 303
    assert len(await kept()) == 1


async def test_any_form_of_a_site_sends_files_where_they_are_taken(
    visitor: httpx.AsyncClient, takes: None, org: Organization
) -> None:
    await widget.restrict(org.id, ["https://shop.example"], by="tests")
    headers = {
        "Origin": "https://shop.example",
        "Accept": "application/json",
        "Idempotency-Key": "k",
    }
    for _ in range(2):
        files = [("photo[]", ("a.jpg", picture())), ("photo[]", ("b.exe", PROGRAM))]
        body = {"message": "见图", "phone": "13800138000"}
        answer = await visitor.post("/f/default", data=body, files=files, headers=headers)
        assert answer.status_code == 200
        assert ["b.exe" in each["message"] for each in answer.json()["warnings"]] == [True]
    [found] = await kept()
    assert found.name == "a.jpg"
    [row] = await Message.objects()
    assert "b.exe" in row.fields
    strange = {"Origin": "https://other.example"}
    part = {"photo": ("c.jpg", picture())}
    page = await visitor.post("/f/default", data={"message": "x"}, files=part, headers=strange)
    assert page.status_code == 403
    assert 'type="file"' in page.text
    assert "c.jpg" in page.text


async def test_notices_say_how_many_there_are(
    visitor: httpx.AsyncClient, takes: None, org: Organization
) -> None:
    await sent(visitor, ("a.jpg", picture()), ("b.png", picture("PNG")))
    noticed = await database.rows(Noticed, Message.select(*NOTICED))
    assert ("图片和文件", "2") in notice_of(noticed[0], locale="zh-CN").fields
