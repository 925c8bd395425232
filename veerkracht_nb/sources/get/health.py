"""Gezondheidsmonitor of GGD'en, CBS and RIVM, from OData for others at CBS (dataderden).

Table 50120NED with its dimensions ``Leeftijd`` (20300: 18 and older), ``Marges`` (MW00000: the value itself)
and ``Perioden``, and the topic names, are [R]: recorded in code that reads it, not called. Whether the Feed
service has the table too is [G]. Topics are looked up under the names of the reader of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from .._files import Figures
from ..rivm import TOPICS, read_rivm
from .errors import FetchError
from .http import Fetcher
from .odata import Table, get_properties, get_rows, stem_of
from .provenance import noted
from .services import RIVM_TABLE, Services

_ONE_OF = {"Leeftijd": "20300", "Marges": "MW00000"}


def get_health(fetcher: Fetcher, services: Services, codes: Sequence[str] | None, folder: Path) -> Figures:
    """Return the estimates for buurten, all years of the table.

    The answer is written as the CSV that a user can download and read with the same reader.

    Raises
    ------
    FetchError
        If the table cannot be had or has no such topics.
    FileMismatch, FileDamaged
        If the rows are not what the reader expects.
    """
    table = Table(id=RIVM_TABLE, api=services.third_api, feed=services.third_feed)
    properties = get_properties(fetcher, table)
    topics = [key for key, _ in properties.topics if stem_of(key) in TOPICS]
    if not topics:
        raise FetchError(
            f"Tabel {table.id} is niet de Gezondheidsmonitor.",
            kind="content",
            expected="onderwerpen als MoeiteMetRondkomen",
            got=", ".join(key for key, _ in properties.topics[:5]),
        )
    select = [*properties.dimensions, *topics]
    conditions = [f"{key} eq '{value}'" for key, value in _ONE_OF.items() if key in properties.dimensions]
    rows, fetched = get_rows(fetcher, table, properties, select, codes, conditions)
    if not rows and conditions:
        # Keys of dimensions are padded with spaces in some tables, and then equal nothing.
        rows, fetched = get_rows(fetcher, table, properties, select, codes)
    path = folder / f"gezondheidsmonitor_{table.id}.csv"
    columns = [properties.region, *select]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, lineterminator="\n")
    figures = read_rivm(path)
    return replace(figures, provenance=noted(figures.provenance, fetched))
