"""Static files: only those of the table, small, cached for ever, and of this host."""

from __future__ import annotations

import gzip
import re

import pytest

from veerkracht_nb.serve.assets import WIDGETS, AssetTable

from .conftest import Running


@pytest.fixture(scope="module")
def table() -> AssetTable:
    return AssetTable()


def test_hashed_files_are_compressed_and_cached_for_ever(door: Running, table: AssetTable) -> None:
    client = door.client()
    plain = client.get(table.url("voila/voila.js"), headers={"Accept-Encoding": "identity"})
    with client.stream("GET", table.url("voila/voila.js"), headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.status_code == plain.status_code == 200
    assert answer.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(packed) == plain.content and len(packed) < len(plain.content) / 2
    assert answer.headers["content-type"].startswith("text/javascript")
    again = client.get(table.url("voila/voila.js"), headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_pages_are_never_cached_and_compressed(door: Running) -> None:
    answer = door.participant(door.b).get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "gzip"


TRAVERSALS = (
    "/voila/static/etc/passwd",
    "/voila/static/../../etc/passwd",
    "/voila/static/..%2f..%2fetc%2fpasswd",
    "/statisch/{print}/../../etc/passwd",
    "/statisch/{print}/..%2f..%2fetc%2fpasswd",
    "/statisch/{print}//etc/passwd",
    "/statisch/{print}/voila/../huis/serve.css",
    "/statisch/{print}/voila/..%2fhuis%2fserve.css",
    "/statisch/{print}/voila/%2e%2e/huis/serve.css",
    "/statisch/{print}/voila/voila.js%00.css",
    "/statisch/{print}/",
    "/statisch/{print}/voila/",
    "/statisch/{print}/voila",
    "/statisch/{print}/huis/..\\serve.css",
    "/statisch/{print}/voila/voila.js/",
    "/statisch/{print}/labextensions/@jupyterlab/../x",
    "/statisch/../gezond",
)


@pytest.mark.parametrize("address", TRAVERSALS)
def test_no_address_leads_out_of_the_table(door: Running, table: AssetTable, address: str) -> None:
    import http.client

    # http.client sends the address as it stands; other clients tidy it first.
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)
    connection.request("GET", address.format(print=table.base.rsplit("/", 1)[1]))
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (400, 404) and b"root:" not in body and b"Index of" not in body
    connection.close()


def test_only_allowed_extensions_and_no_plotly_are_served(table: AssetTable) -> None:
    assert set(table.extensions) <= set(WIDGETS)
    assert {str(extension["name"]) for extension in table.federated(WIDGETS)} <= set(WIDGETS)
    assert not any("plotly" in name for name, _asset in table.matching("labextensions/", ".js"))
    assert not table.has("labextensions/@voila-dashboards/jupyterlab-preview/static/style.js")
    assert table.get("0" * 16, "huis/serve.css") is None


def test_pages_name_no_foreign_host_and_need_no_inline_script(door: Running) -> None:
    pages = [
        door.client().get("/").text,
        door.client().get(f"/s/{door.a.code}").text,
        door.client().get("/s/QQQQQQ").text,
        door.client().get("/nergens").text,
        door.participant(door.b).get(f"/s/{door.b.code}/deelnemer").text,
        door.administrator().get("/").text,
    ]
    for page in pages:
        hosts = set(re.findall(r"(?:https?:)?//([A-Za-z0-9.\-]+)", page)) - {"127.0.0.1", "www.w3.org"}
        assert not hosts
        assert "<script>" not in page and " style=" not in page and not re.search(r"\son\w+=", page)
        assert '<html lang="nl">' in page and "width=device-width" in page and "<title>" in page
