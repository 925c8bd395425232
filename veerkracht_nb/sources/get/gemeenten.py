"""Which gemeenten are meant: codes as they are, names through the PDOK Locatieserver or the list of CBS."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...areas.codes import level_of, normalise_code, parse_code, plain_name
from ...errors import DataError, MunicipalityNotFound
from .addresses import with_query
from .boundaries import collection_pages
from .errors import FetchError
from .http import Fetcher
from .services import Services

_OTHER_NAMES = {"den haag": "'s-gravenhage", "den bosch": "'s-hertogenbosch"}
_ADDITION = re.compile(r"\s*\([^)]*\)\s*$")


@dataclass(frozen=True, kw_only=True)
class Gemeente:
    """A gemeente to get: its code, its name where that is known, and the province to tell it apart."""

    code: str
    name: str = ""
    province: str = ""


def resolve(fetcher: Fetcher, services: Services, names: Sequence[str], year: int) -> list[Gemeente]:
    """Return the gemeenten of these names or codes, each once.

    Raises
    ------
    MunicipalityNotFound
        If a name is unknown or fits more than one gemeente, with the names that come near.
    FetchError
        If neither service can be had.
    """
    found: dict[str, Gemeente] = {}
    for text in names:
        gemeente = _by_code(text) or _by_name(fetcher, services, text, year)
        found.setdefault(gemeente.code, gemeente)
    return list(found.values())


def _by_code(text: str) -> Gemeente | None:
    plain = text.strip()
    if level_of(plain) == "gemeente" or re.fullmatch(r"\d{1,4}", plain):
        code = normalise_code(plain).removeprefix("GM").zfill(4)
        return Gemeente(code=parse_code(code, "gemeente"))
    return None


def _by_name(fetcher: Fetcher, services: Services, text: str, year: int) -> Gemeente:
    wanted = plain_name(text)
    wanted = _OTHER_NAMES.get(wanted, wanted)
    if not wanted:
        raise MunicipalityNotFound("De naam van de gemeente is leeg.", expected="een naam of een code")
    fetcher.steps.next(f"{text.strip()[:60]} opzoeken")
    known: list[Gemeente] = []
    failure: DataError | None = None
    for way in (_from_locatieserver, _from_collection):
        try:
            known = way(fetcher, services, wanted, year)
        except FetchError as error:
            failure = failure or error
            continue
        failure = None
        matches = [item for item in known if wanted in _spellings(item)]
        exact = [item for item in matches if plain_name(item.name) == wanted]
        if len(exact or matches) == 1:
            return (exact or matches)[0]
        if matches:
            raise _ambiguous(text, matches)
    if failure is not None and not known:
        raise failure
    raise _unknown(text, wanted, known)


def _from_locatieserver(fetcher: Fetcher, services: Services, wanted: str, year: int) -> list[Gemeente]:
    query: dict[str, str | int] = {
        "q": wanted,
        "fq": "type:gemeente",
        "rows": 50,
        "fl": "gemeentecode,gemeentenaam,provincienaam",
    }
    answer = fetcher.json(with_query(f"{services.locatieserver}/free", query), f"gemeente {wanted}")
    response = answer.data.get("response")
    docs = response.get("docs") if isinstance(response, dict) else None
    if not isinstance(docs, list):
        raise FetchError(
            "De Locatieserver antwoordt anders dan verwacht.", kind="content", got=str(docs)[:80]
        )
    found = {}
    for doc in docs:
        code = str(doc.get("gemeentecode", "")) if isinstance(doc, dict) else ""
        if re.fullmatch(r"\d{4}", code):
            found[code] = Gemeente(
                code=f"GM{code}",
                name=str(doc.get("gemeentenaam", "")),
                province=str(doc.get("provincienaam", "")),
            )
    return list(found.values())


def _from_collection(fetcher: Fetcher, services: Services, wanted: str, year: int) -> list[Gemeente]:
    found: dict[str, Gemeente] = {}
    for page in collection_pages(fetcher, services, "gemeenten", year, {}):
        for feature in page.features:
            properties: dict[str, Any] = feature.get("properties") or {}
            code, name = normalise_code(properties.get("gemeentecode")), properties.get("gemeentenaam")
            if level_of(code) == "gemeente" and name:
                found[code] = Gemeente(code=code, name=str(name))
    return list(found.values())


def _spellings(gemeente: Gemeente) -> set[str]:
    """Return the names by which a gemeente may be asked: CBS writes "Bergen (L.)"."""
    name = plain_name(gemeente.name)
    return {name, _ADDITION.sub("", name)}


def _ambiguous(text: str, matches: Sequence[Gemeente]) -> MunicipalityNotFound:
    listed = ", ".join(
        f"{item.name} ({', '.join(filter(None, (item.code, item.province)))})" for item in matches
    )
    return MunicipalityNotFound(
        f"Er zijn meer gemeenten met de naam '{text.strip()[:60]}'.",
        expected=f"een van: {listed}",
        todo="Geef de code in plaats van de naam.",
    )


def _unknown(text: str, wanted: str, known: Sequence[Gemeente]) -> MunicipalityNotFound:
    names = {plain_name(item.name): f"{item.name} ({item.code})" for item in known}
    near = [names[name] for name in difflib.get_close_matches(wanted, names, n=5, cutoff=0.6)]
    return MunicipalityNotFound(
        f"De gemeente '{text.strip()[:60]}' is niet gevonden.",
        expected=f"bedoeld wordt misschien: {', '.join(near)}"
        if near
        else "een naam of code van een gemeente",
        todo="Geef de naam zoals CBS die schrijft, of de code (zoals GM0622).",
    )
