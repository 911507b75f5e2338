"""The overview as a table for spreadsheets: what it is about, of what, which number."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from app.messages.export import text
from app.messages.export.cells import Cell
from app.messages.export.wish import FORMATS, Export
from web.console.overview_view import Table, View
from web.http import words
from web.http.words import N_

FILE = N_("Overview {first} to {last}")
TITLES = (N_("Part"), N_("Name"), N_("Number of what"), N_("Number"))
CHANNELS, SENT, FAILED = N_("Each channel"), N_("delivered"), N_("failed")


def made(locale: str, view: View, first: str, last: str) -> Export:
    titles = [words.say(locale, each) for each in TITLES]
    return Export(
        name=f"{words.say(locale, FILE, {'first': first, 'last': last})}.csv",
        plain_name=f"overview-{first}-{last}.csv",
        media_type=FORMATS["csv"],
        pieces=text.as_csv(titles, _pages(locale, view)),
        length=None,
    )


async def _pages(locale: str, view: View) -> AsyncIterator[list[list[Cell]]]:
    yield [*_tiles(view)]
    for table in (view.days, view.hours, *view.tables):
        yield [*_table(table)]
    yield [*_channels(locale, view)]


def _tiles(view: View) -> Iterator[list[Cell]]:
    for tile in view.tiles:
        yield [tile.name, "", "", _number(tile.main.number, tile.main.text)]
        for more in tile.more:
            yield [tile.name, "", more.text, _number(more.number, "")]


def _table(table: Table) -> Iterator[list[Cell]]:
    for name, cells in table.rows:
        for column, cell in zip(table.columns[1:], cells, strict=True):
            yield [table.title, name, column, _number(cell.number, cell.text)]


def _channels(locale: str, view: View) -> Iterator[list[Cell]]:
    title = words.say(locale, CHANNELS)
    for each in view.channels:
        for what, cell in ((SENT, each.sent), (FAILED, each.failed)):
            yield [title, each.name, words.say(locale, what), _number(cell.number, cell.text)]


def _number(number: int | None, text: str) -> Cell:
    return text if number is None else number
