"""Boundaries with their figures, in three ways: OGC API Features, WFS, and the yearly file.

Each way ends in a GeoPackage that :func:`~veerkracht_nb.sources.wijkenbuurten.read_wijkenbuurten` reads, as it
reads one that a user has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import pyogrio

from ...areas.codes import normalise_code
from ...areas.municipality import CRS_RD, CRS_WGS84
from ...errors import DataError, FileMismatch, MunicipalityNotFound
from .._files import READ_ERRORS
from ..wijkenbuurten import Boundaries, read_wijkenbuurten
from .addresses import host_of, joined, with_query
from .archives import extract_one
from .downloads import discard, download
from .errors import FetchError
from .http import Answer, Fetched, Fetcher
from .provenance import noted
from .services import OGC_YEARS, Services
from .ways import first_that_works

_CRS_ADDRESS = f"http://www.opengis.net/def/crs/EPSG/0/{CRS_RD}"
_LIMITS = (1000, 200)
"""Features per page: what PDOK caps at, and what is asked where that takes the server too long."""

_FILE_BYTES = 8 * 1024**3


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of features, with the coordinate system that the server says it has."""

    features: list[dict[str, Any]]
    crs: str
    fetched: Fetched


def get_boundaries(
    fetcher: Fetcher,
    services: Services,
    codes: Sequence[str] | None,
    year: int,
    folder: Path,
    notes: list[str],
) -> Boundaries:
    """Return the buurten of these gemeenten, or of the country, on the borders of a year.

    Parameters
    ----------
    codes : sequence of str or None
        Codes of gemeenten; None for all of them, for which the yearly file comes first.
    folder : pathlib.Path
        Where files may be put on the way.
    notes : list of str
        Is added to: which way was taken and why.

    Raises
    ------
    MunicipalityNotFound
        If there is no buurt of one of these gemeenten in that year.
    FetchError
        If no way works.
    """
    services_first = [
        ("OGC API", lambda: _from_ogc(fetcher, services, codes, year, folder, notes)),
        ("WFS", lambda: _from_wfs(fetcher, services, codes, year, folder)),
    ]
    file = ("het jaarbestand", lambda: _from_file(fetcher, services, codes, year, folder))
    ways = [*services_first, file] if codes is not None else [file, *services_first]
    return first_that_works(f"Grenzen van {year}", ways, notes)


def collection_pages(
    fetcher: Fetcher, services: Services, collection: str, year: int, query: Mapping[str, str]
) -> Iterator[Page]:
    """Yield the pages of a collection, by the link to the next one and nothing else.

    The server caps the limit without saying so and gives no total, so only the absence of a link rel=next ends
    the list. Where a page takes the server too long (5xx, time-out), smaller ones are asked.

    For years without a service of their own, the collection ``historisch`` is asked with ``jaar`` [G]; a
    server that does not know it answers 400 and another way follows.
    """
    edition = str(year) if year in OGC_YEARS else "historisch"
    base = f"{services.ogc.format(edition=edition)}/collections/{collection}/items"
    extra = {} if year in OGC_YEARS else {"jaar": str(year)}
    for limit in _LIMITS:
        address = with_query(base, {"f": "json", "crs": _CRS_ADDRESS, "limit": limit, **query, **extra})
        pages: list[Page] = []
        try:
            for page in _linked(fetcher, address, f"{collection} {year}"):
                pages.append(page)
        except FetchError as error:
            if error.kind == "server" and limit != _LIMITS[-1]:
                continue
            raise
        yield from pages
        return


def _linked(fetcher: Fetcher, address: str, what: str) -> Iterator[Page]:
    seen: set[str] = set()
    following: str | None = address
    while following is not None:
        if following in seen or len(seen) >= fetcher.limits.pages:
            raise FetchError(
                f"{host_of(address)} geeft de lijst van {what} zonder einde.",
                kind="content",
                host=host_of(address),
                expected="een laatste bladzijde",
                got=f"na {len(seen)} bladzijden dezelfde koppeling"
                if following in seen
                else "te veel bladzijden",
            )
        seen.add(following)
        answer = fetcher.json(following, what)
        yield Page(features=_features(answer), crs=answer.crs.strip("<> "), fetched=answer.fetched)
        links = answer.data.get("links")
        hrefs = [link["href"] for link in links or () if isinstance(link, dict) and link.get("rel") == "next"]
        following = joined(address, str(hrefs[0])) if hrefs else None


def _features(answer: Answer) -> list[dict[str, Any]]:
    features = answer.data.get("features")
    right = isinstance(features, list) and all(
        isinstance(item, dict) and isinstance(item.get("properties"), dict) for item in features
    )
    if not right or not isinstance(features, list):
        raise FetchError(
            f"{host_of(answer.fetched.address)} gaf geen lijst van gebieden.",
            kind="content",
            host=host_of(answer.fetched.address),
            expected="een FeatureCollection",
            got=", ".join(list(answer.data)[:5]),
        )
    return features


def _from_ogc(
    fetcher: Fetcher,
    services: Services,
    codes: Sequence[str] | None,
    year: int,
    folder: Path,
    notes: list[str],
) -> Boundaries:
    pages, wijken = [], []
    for code in codes or (None,):
        query = {"gemeentecode": code} if code else {}
        pages += list(collection_pages(fetcher, services, "buurten", year, query))
        try:
            wijken += list(collection_pages(fetcher, services, "wijken", year, query))
        except FetchError as error:
            # Only names are lost, and those can be had another time.
            notes.append(f"Namen van wijken van {year} ontbreken: {error.message}")
    return _boundaries(pages, wijken, codes, year, folder)


def _from_wfs(
    fetcher: Fetcher, services: Services, codes: Sequence[str] | None, year: int, folder: Path
) -> Boundaries:
    """Page through the WFS by startIndex; the filter is FES of the standard, not tried on this server [G]."""
    layers: dict[str, list[Page]] = {"buurten": [], "wijken": []}
    for layer, pages in layers.items():
        for code in codes or (None,):
            pages += _wfs_pages(fetcher, services.wfs.format(year=year), layer, code, year)
    return _boundaries(layers["buurten"], layers["wijken"], codes, year, folder)


def _wfs_pages(fetcher: Fetcher, base: str, layer: str, code: str | None, year: int) -> Iterator[Page]:
    query: dict[str, str | int] = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeName": f"wijkenbuurten:{layer}",
        "outputFormat": "json",
        "srsName": f"urn:ogc:def:crs:EPSG::{CRS_RD}",
        "count": 1000,
    }
    if code:
        query["filter"] = (
            '<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsEqualTo><ValueReference>gemeentecode'
            f"</ValueReference><Literal>{escape(code)}</Literal></PropertyIsEqualTo></Filter>"
        )
    start = 0
    for _ in range(fetcher.limits.pages):
        answer = fetcher.json(with_query(base, {**query, "startIndex": start}), f"{layer} {year}")
        features = _features(answer)
        # The next page starts after what came, however much less than asked that was.
        start += len(features)
        if features:
            yield Page(features=features, crs=_CRS_ADDRESS, fetched=answer.fetched)
        matched = answer.data.get("numberMatched")
        if not features or (isinstance(matched, int) and start >= matched):
            return


def _boundaries(
    pages: Sequence[Page], wijken: Sequence[Page], codes: Sequence[str] | None, year: int, folder: Path
) -> Boundaries:
    """Write the features as a wijk- en buurtkaart and read that with the reader that every map goes through."""
    buurten = _frame(pages, codes)
    _check_found(buurten, codes, year)
    if "jaar" not in buurten and "jrstatcode" not in buurten:
        buurten["jaar"] = year
    path = folder / f"wijkenbuurten_{year}.gpkg"
    names = _frame(wijken, codes)
    columns = [name for name in ("wijkcode", "wijknaam", "gemeentecode") if name in names]
    try:
        pyogrio.write_dataframe(buurten, path, layer="buurten", driver="GPKG")
        if len(columns) == 3:
            table = names[[*columns, "geometry"]]
            pyogrio.write_dataframe(table, path, layer="wijken", driver="GPKG", append=True)
    except (*READ_ERRORS, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ValueError) as error:
        raise FetchError("De gebieden zijn geen kaart.", kind="content", got=str(error)[:200]) from error
    return _checked(path, year, [page.fetched for page in pages])


def _frame(pages: Sequence[Page], codes: Sequence[str] | None) -> gpd.GeoDataFrame:
    """Return the features as a table in RD, of the asked gemeenten only, should the server ignore the filter."""
    parts = []
    for page in pages:
        if page.features:
            try:
                part = gpd.GeoDataFrame.from_features(page.features)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise FetchError(
                    "De gebieden zijn geen kaart.", kind="content", got=str(error)[:200]
                ) from error
            # A server that does not know the asked system answers in degrees, and RD lies around 0 too.
            west, south, east, north = part.total_bounds
            degrees = abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90
            crs = CRS_WGS84 if degrees or "CRS84" in page.crs else CRS_RD
            parts.append(part.set_crs(crs).to_crs(CRS_RD))
    if not parts:
        return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=CRS_RD))
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=CRS_RD)
    if codes is not None and "gemeentecode" in table:
        table = table[table["gemeentecode"].map(normalise_code).isin(list(codes))].reset_index(drop=True)
    for column in table.columns.drop("geometry"):
        kinds = {type(value) for value in table[column] if value is not None and value == value}
        if table[column].dtype == object and (len(kinds) > 1 or kinds & {dict, list}):
            table[column] = table[column].map(lambda value: None if value is None else str(value))
    return table


def _check_found(buurten: gpd.GeoDataFrame, codes: Sequence[str] | None, year: int) -> None:
    there = set(buurten["gemeentecode"].map(normalise_code)) if "gemeentecode" in buurten else set()
    lacking = sorted(set(codes or ()) - there) or ([] if len(buurten) else ["(heel Nederland)"])
    if lacking:
        raise MunicipalityNotFound(
            f"Er zijn in {year} geen buurten van {', '.join(lacking)}.",
            expected="een gemeente die in dat jaar bestond",
            todo="Kijk of de code klopt; na een herindeling heeft een gemeente vaak een andere code.",
        )


def _from_file(
    fetcher: Fetcher, services: Services, codes: Sequence[str] | None, year: int, folder: Path
) -> Boundaries:
    """Download the map of the whole country; version numbers are tried from high to low."""
    failure: FetchError | None = None
    for pattern in services.map_files:
        try:
            path, fetched = download(fetcher, pattern.format(year=year), f"wijk- en buurtkaart {year}")
        except FetchError as error:
            if error.kind not in ("absent", "refused"):
                raise
            failure = failure or error
            continue
        try:
            kaart = path
            if path.suffix == ".zip":
                kaart = extract_one(path, lambda name: name.endswith(".gpkg"), folder, most_bytes=_FILE_BYTES)
            found = _checked(kaart, year, [fetched])
        except DataError:
            discard(path)
            raise
        return _only(found, codes, year)
    raise failure or FetchError(f"Er is geen jaarbestand van {year}.", kind="absent")


def _only(boundaries: Boundaries, codes: Sequence[str] | None, year: int) -> Boundaries:
    if codes is None:
        return boundaries
    buurten = boundaries.buurten[boundaries.buurten["gemeente_code"].isin(list(codes))]
    _check_found(buurten.rename(columns={"gemeente_code": "gemeentecode"}), codes, year)
    return replace(
        boundaries,
        buurten=buurten,
        figures=boundaries.figures[boundaries.figures["code"].isin(buurten.index)],
        changes=tuple(change for change in boundaries.changes if change.code in buurten.index),
    )


def _checked(path: Path, year: int, fetched: Sequence[Fetched]) -> Boundaries:
    boundaries = read_wijkenbuurten(path)
    if boundaries.year != year:
        raise FileMismatch(
            f"De kaart is van een ander jaar dan {year}.", expected=str(year), got=str(boundaries.year)
        )
    return replace(boundaries, provenance=noted(boundaries.provenance, fetched))
