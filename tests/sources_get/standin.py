"""A stand-in for the publishers on this machine, which keeps to their recorded contracts, faults included.

Its data is the embedded fictional municipality; nothing comes from the publishers' files.
"""

from __future__ import annotations

import io
import json
import math
import re
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pandas as pd
import xlsxwriter
from shapely.geometry import mapping

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.sources._wijkenbuurten_names import AGE_SHARES, FIGURE_NAMES
from veerkracht_nb.sources.get import Limits, Services
from veerkracht_nb.sources.get.kwb import TOPICS
from veerkracht_nb.sources.get.services import KWB_TABLES, RIVM_TABLE
from veerkracht_nb.sources.rivm import TOPICS as RIVM_TOPICS

CODE = "GM9901"
OGC_PARAMETERS = {"f", "limit", "crs", "cursor", "bbox", "bbox-crs", "datetime", "gemeentecode", "profile"}
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
RIVM_YEARS = (2012, 2016, 2020)


@dataclass
class Reply:
    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    """Bytes after which the connection is dropped, though more was promised."""
    after: Callable[[], object] | None = None


@dataclass
class Fault:
    """What happens instead, for the first `times` requests whose address holds `match`."""

    match: str
    reply: Callable[[], Reply]
    times: int = 1


def as_json(data: object, status: int = 200, kind: str = "application/json", **headers: str) -> Reply:
    return Reply(json.dumps(data).encode(), status, kind, headers)


class Standin:
    def __init__(self, municipality: Municipality) -> None:
        self.municipality = municipality
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.faults: list[Fault] = []
        self.cap = 20  # the publisher's is 1,000
        self.records = 10_000
        self.feed_page = 30
        self.spelling = 0
        self.absent_tables: set[str] = {KWB_TABLES[2016]}
        self.files: dict[str, bytes] = {}
        self.etag = '"v1"'
        self.ignores_crs = False
        self.ignores_filter = False
        self.pad_dimensions = False
        self.historic = True
        handler = type("Handler", (_Handler,), {"standin": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def services(self, **limits: Any) -> Services:
        patience: dict[str, Any] = {
            "connect_seconds": 2,
            "read_seconds": 0.5,
            "attempts": 3,
            "wait_seconds": 0.001,
        }
        return Services(
            ogc=self.base + "/ogc/{edition}",
            wfs=self.base + "/wfs/{year}",
            map_files=(self.base + "/files/kaart_{year}_v2.gpkg", self.base + "/files/kaart_{year}_v1.zip"),
            locatieserver=self.base + "/locatie",
            odata_api=self.base + "/api",
            odata_feed=self.base + "/feed",
            third_api=self.base + "/derden-api",
            third_feed=self.base + "/derden-feed",
            kwb_files=(self.base + "/files/kwb-{year}.xlsx", self.base + "/files/kwb{year}.xlsx"),
            leefbaarometer=(self.base + "/files/lbm.zip",),
            limits=Limits(**{**patience, **limits}),
        )

    def asked(self, match: str) -> int:
        return sum(match in path for path, _ in self.requests)

    # -- what is served ---------------------------------------------------------------------------------

    def answer(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Reply:
        parts = path.strip("/").split("/")
        match parts:
            case ["ogc", edition, "collections", collection, "items"]:
                return self._ogc(path, edition, collection, query)
            case ["wfs", year]:
                return self._wfs(int(year), query)
            case ["locatie", "free"]:
                return self._locatie(query)
            case [("api" | "feed" | "derden-api" | "derden-feed") as service, table, sub]:
                return self._odata(service, table, sub, query)
            case ["files", name] if name in self.files:
                return self._file(self.files[name], headers)
        return as_json({"title": "Not Found", "status": 404}, 404)

    def _ogc(self, path: str, edition: str, collection: str, query: dict[str, str]) -> Reply:
        known = OGC_PARAMETERS | ({"jaar"} if edition == "historisch" and self.historic else set())
        unknown = sorted(set(query) - known)
        if unknown:
            return _problem(400, f"unknown query parameter(s) found: {', '.join(unknown)}")
        limit = query.get("limit", "10")
        if not limit.isdigit():
            return _problem(400, "limit must be a positive number")
        year = int(query.get("jaar", edition)) if edition != "historisch" or "jaar" in query else 2014
        features = self.features(collection, year, degrees="crs" not in query or self.ignores_crs)
        if "gemeentecode" in query and not self.ignores_filter:
            wanted = query["gemeentecode"]
            features = [item for item in features if item["properties"]["gemeentecode"] == wanted]
        start = int(query["cursor"].split("|")[0], 36) if "cursor" in query else 0
        end = start + min(int(limit), self.cap)
        links = [{"rel": "self", "href": f"{self.base}{path}"}, {"rel": "alternate", "href": "?f=html"}]
        if end < len(features):
            following = urlencode({**query, "cursor": f"{_base36(end)}|NwyrQ"})
            links.append(
                {"rel": "next", "type": "application/geo+json", "href": f"{self.base}{path}?{following}"}
            )
        body = {
            "type": "FeatureCollection",
            "timeStamp": "2000-01-01T00:00:00Z",
            "links": links,
            "features": features[start:end],
            "numberReturned": len(features[start:end]),
        }
        crs = {} if self.ignores_crs or "crs" not in query else {"Content-Crs": f"<{query['crs']}>"}
        return Reply(json.dumps(body).encode(), 200, "application/geo+json", {"ETag": '"ogc"', **crs})

    def _wfs(self, year: int, query: dict[str, str]) -> Reply:
        collection = query["typeName"].removeprefix("wijkenbuurten:")
        features = self.features(collection, year)
        literal = re.search(r"<Literal>(\w+)</Literal>", query.get("filter", ""))
        if literal and not self.ignores_filter:
            features = [item for item in features if item["properties"]["gemeentecode"] == literal[1]]
        start, count = int(query["startIndex"]), min(int(query["count"]), self.cap)
        page = features[start : start + count]
        return as_json(
            {
                "type": "FeatureCollection",
                "numberMatched": len(features),
                "numberReturned": len(page),
                "features": page,
            }
        )

    def _locatie(self, query: dict[str, str]) -> Reply:
        known = [
            ("9901", "Veerdam", "Fictie"),
            ("0622", "Vlaardingen", "Zuid-Holland"),
            ("0893", "Bergen", "Limburg"),
            ("0373", "Bergen", "Noord-Holland"),
            ("0518", "'s-Gravenhage", "Zuid-Holland"),
        ]
        docs = [
            {"gemeentecode": code, "gemeentenaam": name, "provincienaam": province}
            for code, name, province in known
            if query["q"][:4].lower() in name.lower()
        ]
        return as_json({"response": {"numFound": len(docs), "start": 0, "maxScore": 1.0, "docs": docs}})

    def _odata(self, service: str, table: str, sub: str, query: dict[str, str]) -> Reply:
        year = next((year for year, name in KWB_TABLES.items() if name == table), None)
        if table in self.absent_tables or (year is None and table != RIVM_TABLE):
            return as_json({"odata.error": {"code": "", "message": {"value": "Table not found"}}}, 404)
        properties = rivm_properties() if year is None else kwb_properties(year)
        if sub == "DataProperties":
            return as_json({"odata.metadata": "x", "value": properties})
        rows = (
            _made("rivm", self.rivm_rows, self.pad_dimensions)
            if year is None
            else _made("kwb", self.kwb_rows, year)
        )
        rows = _filtered(rows, query.get("$filter", ""))
        select = query["$select"].split(",") if "$select" in query else None
        if service.endswith("api") and len(rows) > self.records:
            text = "The query returns more than 10000 records. Use $top and $skip or the feed."
            return as_json({"odata.error": {"code": "", "message": {"lang": "en-US", "value": text}}}, 500)
        data: dict[str, Any] = {"odata.metadata": "x"}
        if service.endswith("feed"):
            start = int(query.get("$skip", "0"))
            if start + self.feed_page < len(rows):
                following = urlencode({**query, "$skip": start + self.feed_page}, quote_via=quote)
                data["odata.nextLink"] = f"{self.base}/{service}/{table}/{sub}?{following}"
            rows = rows[start : start + self.feed_page]
        data["value"] = [{key: row[key] for key in select or row} for row in rows]
        return as_json(data)

    def _file(self, body: bytes, headers: dict[str, str]) -> Reply:
        marks = {"ETag": self.etag, "Accept-Ranges": "bytes"}
        match = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        if match and headers.get("if-range") == self.etag:
            start = int(match[1])
            if start >= len(body):
                return Reply(b"", 416, "text/plain", {"Content-Range": f"bytes */{len(body)}"})
            marks["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return Reply(body[start:], 206, "application/octet-stream", marks)
        return Reply(body, 200, "application/octet-stream", marks)

    # -- the fictional municipality in the forms of the publishers ---------------------------------------

    def values(self, year: int) -> pd.DataFrame:
        return _made("values", self._values, year)

    def _values(self, year: int) -> pd.DataFrame:
        return self.municipality.table(year).reindex(self.municipality.buurten.index)

    def features(self, collection: str, year: int, *, degrees: bool = False) -> list[dict[str, Any]]:
        return _made("features", self._features, collection, year, degrees, self.spelling)

    def _features(self, collection: str, year: int, degrees: bool, spelling: int) -> list[dict[str, Any]]:
        buurten = self.municipality.buurten
        if collection == "gemeenten":
            towns = [
                (CODE, "Veerdam"),
                ("GM0893", "Bergen (L.)"),
                ("GM0373", "Bergen (NH.)"),
                ("GM0622", "Vlaardingen"),
            ]
            return [_feature({"gemeentecode": code, "gemeentenaam": name}, None) for code, name in towns]
        if degrees:
            buurten = buurten.to_crs(4326)
        if collection == "wijken":
            wijken = buurten.dissolve("wijk_code")
            return [
                _feature(
                    {
                        "wijkcode": code,
                        "wijknaam": row["wijk_name"],
                        "gemeentecode": CODE,
                        "gemeentenaam": "Veerdam",
                    },
                    mapping(row["geometry"]),
                )
                for code, row in wijken.iterrows()
            ]
        values = self.values(year)
        return [
            _feature(self._properties(code, row, values.loc[code], year), mapping(row["geometry"]))
            for code, row in buurten.iterrows()
        ] + [_feature(self._elsewhere(year), mapping(buurten.geometry.iloc[0]))]

    def _elsewhere(self, year: int) -> dict[str, Any]:
        return {
            "buurtcode": "BU99020101",
            "buurtnaam": "Elders",
            "wijkcode": "WK990201",
            "gemeentecode": "GM9902",
            "gemeentenaam": "Buurdam",
            "water": "NEE",
            "aantal_inwoners": 10,
            "jaar": year,
        }

    def _properties(self, code: str, row: pd.Series, values: pd.Series, year: int) -> dict[str, Any]:
        result: dict[str, Any] = {
            "buurtcode": code,
            "buurtnaam": row["name"],
            "wijkcode": row["wijk_code"],
            "gemeentecode": CODE,
            "gemeentenaam": "Veerdam",
            "water": "JA" if row["water"] else "NEE",
            "indelingswijziging_wijken_en_buurten": 1,
            "percentage_met_herkomstland_nederland": 50,
        }
        for key, names in FIGURE_NAMES.items():
            if names:
                result[names[min(self.spelling, len(names) - 1)]] = _or_sentinel(values.get(key), -99997)
        for key, names in AGE_SHARES.items():
            value, people = values.get(key, math.nan), values.get("a_inw", math.nan)
            share = (
                math.nan if not people > 0 else round(100 * value / people) if value == value else math.nan
            )
            result[names[0]] = _or_sentinel(share, -99995)
        return {**result, "jrstatcode": f"{year}{code}", "jaar": year}

    def kwb_rows(self, year: int) -> list[dict[str, Any]]:
        properties = kwb_properties(year)
        values = self.values(year)
        rows: list[dict[str, Any]] = []
        for code in [
            "NL00",
            CODE,
            *sorted(set(self.municipality.buurten["wijk_code"])),
            *values.index,
            "BU99020101",
        ]:
            row: dict[str, Any] = {"ID": len(rows), "WijkenEnBuurten": f"{code:<10}"}
            for item in properties:
                if item["Type"] == "Topic":
                    row[item["Key"]] = self._kwb_value(item, code, values)
            rows.append(row)
        return rows

    def _kwb_value(self, item: dict[str, Any], code: str, values: pd.DataFrame) -> Any:
        key = item["standin"]
        if key is None or code not in values.index:
            return -1 if key is None else 7
        if key == "a_1p_hh":
            share, total = values.get("p_1p_hh"), values.get("a_hh")
            found = None if share is None or total is None else share[code] * total[code] / 100
        else:
            found = values[key][code] if key in values else None
        return None if found is None or found != found else float(found)

    def rivm_rows(self, padded: bool) -> list[dict[str, Any]]:
        properties = rivm_properties()
        pad = " " * 4 if padded else ""
        rows: list[dict[str, Any]] = []
        for year in RIVM_YEARS:
            values = self.values(year)
            for code in ["NL01", CODE, *values.index]:
                for age, margin in (("20300", "MW00000"), ("53115", "MW00000"), ("20300", "MOG0095")):
                    row: dict[str, Any] = {
                        "ID": len(rows),
                        "WijkenEnBuurten": f"{code:<10}",
                        "Perioden": f"{year}JJ00",
                        "Leeftijd": age + pad,
                        "Marges": margin + pad,
                    }
                    for item in properties:
                        if item["Type"] == "Topic":
                            key = item["standin"]
                            found = values[key][code] if code in values.index and key in values else None
                            wrong = age != "20300" or margin != "MW00000"
                            row[item["Key"]] = (
                                1.0 if wrong else None if found is None or found != found else found
                            )
                    rows.append(row)
        return rows

    def lbm_csv(self) -> bytes:
        return _made("lbm", self._lbm_csv)

    def _lbm_csv(self) -> bytes:
        header = '"bu_code","bu_naam","jaar","lbm","afw","fys","onv","soc","vrz","won"'
        lines = [header]
        wide = self.municipality.indicators.pivot(index=["code", "year"], columns="indicator", values="value")
        scores = ["lbm", "afw", "fys", "onv", "soc", "vrz", "won"]
        for (code, year), row in wide.dropna(subset=["afw"]).iterrows():
            cells = ",".join("NA" if row[key] != row[key] else repr(float(row[key])) for key in scores)
            lines.append(f'"{code}","Naam, met komma",{year},{cells}')
        return ("\n".join(lines) + "\n").encode()

    def lbm_zip(self) -> bytes:
        folder = "Leefbaarometer 3.0 - Meting 2024 - open data/"
        return zipped(
            {
                folder + "Leefbaarometer-scores buurten 2002-2024.csv": self.lbm_csv(),
                folder + "Leefbaarometer-scores wijken 2002-2024.csv": b"wk_code,jaar,lbm,afw\n",
            }
        )

    def kwb_workbook(self, year: int) -> bytes:
        """The yearly Excel file: blanks behind names, points for missing, decimal commas, rows of all levels."""
        values = self.values(year)
        names = [key for key in TOPICS if key != "a_1p_hh" and key in values]
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            book.add_worksheet("Toelichting").write(0, 0, "Lees mij")
            sheet = book.add_worksheet(f"KWB{year}")
            head = ["gwb_code_10", "gwb_code_8", "regio", "gm_naam", "recs", "gwb_code", "ind_wbi", *names]
            sheet.write_row(
                0, 0, [name + " " if number % 3 == 0 else name for number, name in enumerate(head)]
            )
            for number, code in enumerate(["NL00", CODE, *values.index], start=1):
                level = "Buurt     " if code.startswith("BU") else "Gemeente  "
                sheet.write_row(number, 0, [code, code[2:], code, "Veerdam", level, code, 1])
                for column, key in enumerate(names, start=7):
                    value = values[key][code] if code in values.index else 1.0
                    if value != value:
                        sheet.write(number, column, "       ." if column % 2 else "")
                    elif column % 2:
                        sheet.write(number, column, str(value).replace(".", ","))
                    else:
                        sheet.write(number, column, value)
        return out.getvalue()


_MADE: dict[tuple[object, ...], Any] = {}


def _made(name: str, make: Callable[..., Any], *args: object) -> Any:
    """Return what `make` gives, made once for all tests: the fictional municipality is always the same."""
    if (name, *args) not in _MADE:
        _MADE[name, *args] = make(*args)
    return _MADE[name, *args]


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def kwb_properties(year: int) -> list[dict[str, Any]]:
    """DataProperties as CBS gives them: groups by ParentID, and numbers behind keys that differ per year."""
    groups = {
        "bevolking": "Bevolking",
        "leeftijd": "Leeftijdsgroepen",
        "huishoudens": "Particuliere huishoudens",
        "won": "Wonen",
        "eigendom": "Woningen naar eigendom",
        "inkomen": "Inkomen van huishoudens",
        "sociale": "Sociale zekerheid",
        "arbeid": "Arbeid",
        "zorg": "Zorg",
        "stedelijk": "Stedelijkheid",
    }
    rows = [_property("GeoDetail", 0, None, "WijkenEnBuurten", "Wijken en buurten", None)]
    ids = {}
    for number, (key, title) in enumerate(groups.items(), start=1):
        ids[key] = number
        rows.append(_property("TopicGroup", number, None, "", title, None))
    rows.append(_property("TopicGroup", 50, None, "", "Gemiddelde elektriciteitslevering", None))
    suffix = year % 7 + 3
    # The same key and title under another group, before the right one: "Nederland" is there twice, too.
    decoys = [("Koopwoningen", 50), ("Nederland", ids["bevolking"]), ("Nederland", 50)]
    for stem, parent in decoys:
        suffix += 1
        rows.append(_property("Topic", 100 + suffix, parent, f"{stem}_{suffix}", stem, None))
    for key, topic in TOPICS.items():
        suffix += 1
        stem = topic.stems[-1] if year < 2016 else topic.stems[0]
        rows.append(_property("Topic", 100 + suffix, ids[topic.group], f"{stem}_{suffix}", stem, key))
    return rows


def rivm_properties() -> list[dict[str, Any]]:
    dimensions = ("Leeftijd", "Marges", "WijkenEnBuurten", "Perioden")
    kinds = {"WijkenEnBuurten": "GeoDetail", "Perioden": "TimeDimension"}
    rows = [
        _property(kinds.get(key, "Dimension"), n, None, key, key, None) for n, key in enumerate(dimensions)
    ]
    stems = {
        "MoeiteMetRondkomen": "moeite_rondkomen",
        "HoogRisicoOpAngstOfDepressie": "hoog_risico_angst_depressie",
        "ErnstigZeerErnstigEenzaam": "ernstig_eenzaam",
        "Overgewicht": None,
    }
    assert {stem.lower() for stem, key in stems.items() if key} <= set(RIVM_TOPICS)
    for number, (stem, key) in enumerate(stems.items(), start=33):
        rows.append(_property("Topic", number, None, f"{stem}_{number}", stem, key))
    return rows


def _property(
    kind: str, number: int, parent: int | None, key: str, title: str, standin: str | None
) -> dict[str, Any]:
    return {
        "odata.type": f"Cbs.OData.{kind}",
        "ID": number,
        "Position": number,
        "ParentID": parent,
        "Type": kind,
        "Key": key,
        "Title": title,
        "standin": standin,
    }


def _filtered(rows: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    for condition in filter(None, text.split(" and ")):
        if match := re.fullmatch(r"startswith\((\w+),'(\w+)'\)", condition):
            rows = [row for row in rows if row[match[1]].startswith(match[2])]
        elif match := re.fullmatch(r"(\w+) eq '(.*)'", condition):
            rows = [row for row in rows if row[match[1]] == match[2]]
        else:
            raise AssertionError(condition)
    return rows


def _feature(properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    code = properties.get("buurtcode", properties["gemeentecode"])
    return {"type": "Feature", "properties": properties, "geometry": geometry, "id": str(code)}


def _or_sentinel(value: Any, sentinel: int) -> Any:
    return sentinel if value is None or value != value else float(value)


def _problem(status: int, detail: str) -> Reply:
    data = {"title": "Bad Request", "status": status, "detail": detail, "timeStamp": "2000-01-01T00:00:00Z"}
    return as_json(data, status, "application/problem+json")


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else _base36(number // 36) + digits[number % 36]


class _Handler(BaseHTTPRequestHandler):
    standin: Standin
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.standin.requests.append((self.path, headers))
        reply = None
        for fault in self.standin.faults:
            if fault.match in self.path and fault.times > 0:
                fault.times -= 1
                reply = fault.reply()
                break
        reply = reply or self.standin.answer(parts.path, query, headers)
        try:
            self._send(reply)
        except OSError:
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        if reply.after:
            reply.after()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        for key, value in reply.headers.items():
            if value:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
        if reply.cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass
