"""Tables of CBS OData v3: topics by their place in the table, rows in pieces that the service will give.

Topic keys end in a number that moves with every edition (``Koopwoningen_41``) and titles come back under more
than one group, so a topic is found by its key without the number, within its group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .addresses import host_of, joined, with_query
from .errors import FetchError
from .http import Answer, Fetched, Fetcher

_NUMBER = re.compile(r"_\d+$")
_REGION_KEYS = ("WijkenEnBuurten", "RegioS")
_SYMBOLS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table and the two services it can be had from."""

    id: str
    api: str
    feed: str


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Where a figure stands: names its key has had without number, and words in the titles of its groups."""

    stems: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Properties:
    """The columns of a table.

    Attributes
    ----------
    region : str
        Key of the column with codes of areas.
    dimensions : tuple of str
        Keys of the other dimensions, such as ``Perioden`` and ``Leeftijd``.
    topics : tuple of (str, str)
        Key of each topic, and the titles of the groups it stands in, outermost first, in small letters.
    fetched : Fetched
    """

    region: str
    dimensions: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    fetched: Fetched

    def find(self, topic: Topic) -> str | None:
        """Return the key of a topic, or None where this edition does not have it.

        Raises
        ------
        FetchError
            If more than one column fits: a guess could take another figure.
        """
        for stem in topic.stems:
            fits = [(key, group) for key, group in self.topics if stem_of(key) == stem.lower()]
            if len(fits) > 1:
                fits = [(key, group) for key, group in fits if topic.group and topic.group in group]
                if len(fits) != 1:
                    raise FetchError(
                        f"In de tabel staan meer kolommen met de naam {stem}.",
                        kind="content",
                        host=host_of(self.fetched.address),
                        expected=f"één in de groep '{topic.group}'",
                        got=f"{len(fits)}",
                    )
            if fits:
                return fits[0][0]
        return None


def stem_of(key: str) -> str:
    """Return a topic key without its moving number, in small letters."""
    return _NUMBER.sub("", key.strip()).lower()


def get_properties(fetcher: Fetcher, table: Table) -> Properties:
    """Return the columns of a table.

    Raises
    ------
    FetchError
        If the table cannot be had or is not about areas.
    """
    address = with_query(f"{table.api}/{table.id}/DataProperties", {"$format": "json"})
    answer = fetcher.json(address, f"kolommen van {table.id}")
    rows = _value(answer)
    groups = {row.get("ID"): row for row in rows if row.get("Type") == "TopicGroup"}
    dimensions = [
        str(row.get("Key")) for row in rows if row.get("Type") in ("Dimension", "GeoDetail", "TimeDimension")
    ]
    region = next((key for key in _REGION_KEYS if key in dimensions), "")
    if not region:
        raise FetchError(
            f"Tabel {table.id} gaat niet over wijken en buurten.",
            kind="content",
            host=host_of(address),
            expected=" of ".join(_REGION_KEYS),
            got=", ".join(dimensions) or "geen dimensies",
        )
    return Properties(
        region=region,
        dimensions=tuple(key for key in dimensions if key != region),
        topics=tuple((str(row["Key"]), _group_of(row, groups)) for row in rows if row.get("Type") == "Topic"),
        fetched=answer.fetched,
    )


def get_rows(
    fetcher: Fetcher,
    table: Table,
    properties: Properties,
    select: Sequence[str],
    codes: Sequence[str] | None,
    conditions: Sequence[str] = (),
) -> tuple[list[dict[str, Any]], list[Fetched]]:
    """Return the rows of buurten in these gemeenten, or in the country.

    A gemeente is asked of the Api service first, which gives at most 10,000 records; the country of the Feed
    service, which gives pages. Where the one fails, the other is asked; a question that is too large for the
    Api is split by the next symbol of the code.
    """
    query = {"$select": ",".join((properties.region, *select)), "$format": "json"}
    prefixes = ["BU"] if codes is None else [f"BU{code.removeprefix('GM')}" for code in codes]
    asks = (_feed, _api) if codes is None else (_api, _feed)
    rows: list[dict[str, Any]] = []
    fetched: list[Fetched] = []
    for prefix in prefixes:
        question = _Question(table=table, region=properties.region, query=query, conditions=tuple(conditions))
        try:
            answers = list(asks[0](fetcher, question, prefix))
        except FetchError as first:
            try:
                answers = list(asks[1](fetcher, question, prefix))
            except FetchError as second:
                raise (first if second.kind in ("absent", "offline") else second) from first
        for answer in answers:
            rows += _value(answer)
            fetched.append(answer.fetched)
    return rows, fetched


@dataclass(frozen=True, kw_only=True)
class _Question:
    table: Table
    region: str
    query: Mapping[str, str]
    conditions: tuple[str, ...]

    def address(self, base: str, prefix: str) -> str:
        filters = " and ".join([f"startswith({self.region},'{prefix}')", *self.conditions])
        return with_query(f"{base}/{self.table.id}/TypedDataSet", {"$filter": filters, **self.query})


def _api(fetcher: Fetcher, question: _Question, prefix: str) -> Iterator[Answer]:
    try:
        yield fetcher.json(question.address(question.table.api, prefix), f"{question.table.id} {prefix}")
    except FetchError as error:
        # A whole code has ten symbols; a gemeente is never this large.
        if error.kind != "too many" or len(prefix) >= 10:
            raise
        for symbol in _SYMBOLS if len(prefix) < 6 else _SYMBOLS + _LETTERS:
            yield from _api(fetcher, question, prefix + symbol)


def _feed(fetcher: Fetcher, question: _Question, prefix: str) -> Iterator[Answer]:
    address: str | None = question.address(question.table.feed, prefix)
    seen: set[str] = set()
    while address is not None:
        if address in seen or len(seen) >= fetcher.limits.pages:
            raise FetchError(
                f"{host_of(address)} geeft tabel {question.table.id} zonder einde.",
                kind="content",
                host=host_of(address),
                expected="een laatste bladzijde",
                got=f"{len(seen)} bladzijden",
            )
        seen.add(address)
        answer = fetcher.json(address, f"{question.table.id} {prefix}")
        yield answer
        following = answer.data.get("odata.nextLink")
        address = joined(address, str(following)) if following else None


def _value(answer: Answer) -> list[dict[str, Any]]:
    rows = answer.data.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FetchError(
            f"{host_of(answer.fetched.address)} gaf geen tabel.",
            kind="content",
            host=host_of(answer.fetched.address),
            expected="value: een lijst van regels",
            got=", ".join(list(answer.data)[:5]),
        )
    return rows


def _group_of(row: Mapping[str, Any], groups: Mapping[Any, Mapping[str, Any]]) -> str:
    titles: list[str] = []
    parent = row.get("ParentID")
    while parent in groups and len(titles) < 10:
        titles.insert(0, str(groups[parent].get("Title", "")).strip().lower())
        parent = groups[parent].get("ParentID")
    return " / ".join(titles)
