"""Reads session notes back from each format, as somebody else's program would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pyogrio
from docx.table import Table
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token
from python_calamine import CalamineWorkbook

Counts = dict[tuple[str, str, str, str], tuple[int, ...]]
"""(buurt code, step title, question, group) -> number of people, and per choice."""

QUESTIONS = {"herkenning": "Herken je dit beeld?", "richting": "In de praktijk gaat het"}
CHOICES = {QUESTIONS["herkenning"]: 4, QUESTIONS["richting"]: 3}
Block = tuple[str, str | list[list[str]]]
"""("h1".."h6" | "p" | "quote", text) or ("table", rows)."""


def markdown_blocks(text: str) -> Iterator[Block]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    quote: list[str] | None = None
    rows: list[list[str]] = []
    tag = ""
    for token in tokens:
        assert token.type not in ("html_block", "fence", "code_block"), token.content
        if token.type == "blockquote_open":
            quote = []
        elif token.type == "blockquote_close":
            yield "quote", "\n\n".join(quote or [])
            quote = None
        elif token.type == "table_open":
            rows = []
        elif token.type == "table_close":
            yield "table", rows
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("heading_open", "paragraph_open", "th_open", "td_open"):
            tag = token.tag
        elif token.type == "inline":
            words = _inline(token)
            if quote is not None:
                assert tag == "p", "a contribution became more than a paragraph"
                quote.append(words)
            elif tag in ("th", "td"):
                rows[-1].append(words)
            else:
                yield tag, words


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        assert child.type not in ("link_open", "image", "em_open", "code_inline"), token.content
        if child.type == "html_inline":
            assert child.content == "<br>", child.content
        parts.append("\n" if child.type in ("hardbreak", "softbreak", "html_inline") else child.content)
    return "".join(parts)


def docx_blocks(path: Path) -> Iterator[Block]:
    document = docx.Document(str(path))
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield "table", [[cell.text for cell in row.cells] for row in part.rows]
        elif isinstance(part, Paragraph):
            name = part.style.name
            kind = f"h{int(name[-1]) + 1}" if name.startswith("Heading") else "p"
            yield "quote" if name == "Quote" else "h1" if name == "Title" else kind, part.text


def counts_of(blocks: Iterator[Block]) -> Counts:
    found: Counts = {}
    code = step = ""
    for kind, content in blocks:
        if kind == "h3":
            code = re.findall(r"\((BU\d{8})\)$", str(content))[0]
        elif kind == "h4":
            step = str(content).removeprefix("Herkenning: ")
        elif kind == "table" and isinstance(content, list) and content[0][0] in CHOICES:
            for label, *numbers in content[1:]:
                found[code, step, content[0][0], label] = tuple(map(int, numbers))
    return found


def quotes_of(blocks: Iterator[Block]) -> list[str]:
    return [str(content) for kind, content in blocks if kind == "quote"]


def totals_of(blocks: Iterator[Block]) -> dict[str, int]:
    tables = (content for kind, content in blocks if kind == "table" and isinstance(content, list))
    rows = next(rows for rows in tables if rows[0] == ["Onderdeel", "Aantal"])
    return {label: int(number) for label, number in rows[1:]}


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def xlsx_counts(path: Path) -> Counts:
    found: Counts = {}
    for row in sheet(path, "Herkenning"):
        if row["Groep"] == "minder dan 3":
            continue
        numbers = [row[name] for name in row if name.startswith("Stemmen")]
        names = list(row)
        start = names.index(
            "Stemmen herkenning" if row["Vraag"] == QUESTIONS["herkenning"] else "Stemmen richting"
        )
        values = list(row.values())[start : start + 1 + CHOICES[str(row["Vraag"])]]
        assert any(number != "" for number in numbers)
        key = (str(row["Code"]), str(row["Stap"]), str(row["Vraag"]), str(row["Groep"]))
        found[key] = tuple(int(value) for value in values)
    return found


def xlsx_totals(path: Path) -> dict[str, int]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Samenvatting").to_python()
    start = next(i for i, row in enumerate(rows) if row[:2] == ["Onderdeel", "Aantal"])
    return {str(row[0]): int(row[1]) for row in rows[start + 1 : start + 8]}


def gpkg_counts(path: Path) -> Counts:
    found: Counts = {}
    names = {
        "herkenning": ["n_herkenning", "herken", "deels", "herken_niet", "weet_niet"],
        "richting": ["n_richting", "beter", "gelijk", "slechter"],
    }
    for row in pyogrio.read_dataframe(path, layer="herkenning").to_dict("records"):
        if row["groep"] == "minder dan 3":
            continue
        key = (row["code"], row["stap"], QUESTIONS[row["vraag"]], row["groep"])
        found[key] = tuple(int(row[name]) for name in names[row["vraag"]])
    return found
