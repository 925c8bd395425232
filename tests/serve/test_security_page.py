"""The page for IT departments names its proofs; they must exist."""

from __future__ import annotations

import re
from pathlib import Path

import veerkracht_nb.serve.cookies as cookies

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "security.md"


def test_every_test_named_in_the_security_page_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    source = "\n".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in source} == set()


def test_every_cookie_is_in_the_security_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = [cookies.cookie_name(kind, "CODE") for kind in cookies.KINDS]
    assert all(f"`{name}`" in page for name in [*names, cookies.BEHEER, "_xsrf"])
    assert cookies.SECRET_FILE in page and f"{cookies.DAYS} dagen" in page
