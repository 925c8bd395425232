"""Tables and lists that more than one format prints, so that they read the same everywhere."""

from __future__ import annotations

from ..dialogue.counts import SMALLEST_GROUP
from ..i18n import _
from .model import (
    CHOICES,
    Answers,
    BuurtNotes,
    Group,
    Header,
    Notes,
    Question,
    Recognition,
    Remark,
    StepNotes,
)


def facts(header: Header) -> list[tuple[str, str]]:
    """Return the cover as (label, text)."""
    municipality = f"{header.municipality} ({header.municipality_code}, {_('grenzen')} {header.year})"
    rows = [
        (_("Gemeente"), municipality),
        (_("Datum"), header.date),
        (_("Duur"), header.duration),
        (_("Draaiboek"), header.script),
        (_("Deelnemers"), str(header.seats)),
        (_("Naar rol"), ", ".join(f"{role.label} {role.n}" for role in header.roles)),
        (_("Profiel"), header.profile),
        (_("Periode"), header.period),
        (_("Soort verslag"), header.variant_text),
        (_("Bewaren tot"), header.retain_until),
        (_("Aard van de kaart"), "; ".join(header.tags)),
    ]
    return [(label, text) for label, text in rows if text]


def totals(notes: Notes) -> list[tuple[str, int]]:
    """Return the session in numbers as (label, number)."""
    summary = notes.summary
    return [
        (_("Buurten in de gemeente"), summary.buurten),
        (_("Buurten waarover iets is gezegd"), summary.discussed),
        (_("Buurten met te weinig stemmen"), summary.too_few),
        (_("Buurten zonder stem"), summary.without_voice),
        (_("Antwoorden op de herkenning"), summary.answers),
        (_("Waarnemingen in dit verslag"), summary.observations),
        (_("Verhalen in dit verslag"), summary.stories),
    ]


EARLIER_LIMIT = 30_000
"""Characters of all earlier versions together, so that they fit in one Excel cell."""


def question_title(question: Question) -> str:
    """Return what was asked, in short."""
    return {"herkenning": _("Herken je dit beeld?"), "richting": _("In de praktijk gaat het")}[question]


def question_headings(question: Question) -> list[str]:
    """Return the headings of the counts of one question: number of people, then the choices."""
    words = {
        "herkenning": [_("herken ik"), _("deels"), _("herken ik niet"), _("weet ik niet")],
        "richting": [_("beter"), _("gelijk"), _("slechter")],
    }
    return [_("stemmen"), *words[question]]


FLAT = (
    "n_herkenning",
    "herken",
    "deels",
    "herken_niet",
    "weet_niet",
    "n_richting",
    "beter",
    "gelijk",
    "slechter",
)
"""Names of the counts of both questions in one row."""


def flat(recognition: Recognition | None) -> list[int | None]:
    """Return the counts of everybody in the order of :data:`FLAT`; None where not known or not shown."""
    if recognition is None:
        return [0, None, None, None, None, 0, None, None, None]
    return [*_flat(recognition.recognition), *_flat(recognition.direction)]


def _flat(answers: Answers) -> list[int | None]:
    width = 1 + len(CHOICES[answers.question])
    if answers.total:
        return list(answers.total.row)
    return [None if answers.too_few else 0] + [None] * (width - 1)


def flat_group(answers: Answers, group: Group) -> list[int | None]:
    """Return the counts of one group in the order of :data:`FLAT`; None under the other question."""
    row: list[int | None] = []
    for question, choices in CHOICES.items():
        row += list(group.row) if question == answers.question else [None] * (1 + len(choices))
    return row


def step_headings() -> list[str]:
    """Return the headings of the table of steps."""
    return [_("Nr"), _("Stap"), _("Vraag"), _("Zichtbaar"), _("Antwoorden"), _("Waarnemingen"), _("Verhalen")]


def step_row(step: StepNotes) -> list[str | int]:
    """Return one step as a row under :func:`step_headings`."""
    return [
        step.number,
        step.title,
        step.question,
        step.level,
        step.answers,
        step.observations,
        step.stories,
    ]


def overview_headings() -> list[str]:
    """Return the headings of the overview of buurten."""
    return [_("Buurt"), _("Code"), _("Klasse"), _("Stemmen"), _("Overeenstemming"), _("Verhalen")]


def overview_row(buurt: BuurtNotes) -> list[str | int]:
    """Return one buurt as a row under :func:`overview_headings`."""
    recognition = buurt.map_recognition
    return [
        buurt.name,
        buurt.code,
        buurt.letter,
        voices(recognition),
        agreement(buurt),
        len(buurt.stories),
    ]


def agreement(buurt: BuurtNotes) -> str:
    """Return in words how far the room recognises the picture of a buurt, as the map shows it."""
    if buurt.map_recognition:
        return buurt.map_recognition.agreement
    return _("geen antwoorden") if buurt.voiced else _("geen stem")


def voices(recognition: Recognition | None) -> str | int:
    """Return how many answered the recognition, or in words that it is too few to be shown."""
    if recognition is None:
        return 0
    answers = recognition.recognition
    return few() if answers.too_few else answers.total.n if answers.total else 0


def share(recognition: Recognition | None) -> list[float | None]:
    """Return how far people recognise the picture: value, low, high of the interval."""
    return list(recognition.share) if recognition and recognition.share else [None, None, None]


def few() -> str:
    """Return the words for a number that is too small to be shown."""
    return _("minder dan {n}").format(n=SMALLEST_GROUP)


def class_line(buurt: BuurtNotes) -> str:
    """Return the class of a buurt in one sentence, with the reason of an X and what the figures say."""
    line = f"{_('Signaal')} {buurt.letter}: {buurt.label}"
    if buurt.why:
        line += f" ({buurt.why})"
    if buurt.figures:
        line += f". {_('Overlast volgens de cijfers')}: {buurt.figures}"
    return line + "."


def recognition_lines(recognition: Recognition) -> list[str]:
    """Return what goes with the tables of one step: agreement, what changed, what is not shown."""
    lines = [f"{_('Overeenstemming')}: {recognition.agreement}{_interval(recognition)}."]
    for answers in (recognition.recognition, recognition.direction):
        if answers.too_few:
            line = _("Bij de vraag '{question}': {few} stemmen, dus geen verdeling.")
            lines.append(line.format(question=question_title(answers.question), few=few()))
    if recognition.changed is None:
        lines.append(_("Wat na het onthullen veranderde is te weinig om apart te tonen."))
    elif recognition.changed:
        lines.append(f"{_('Gewijzigd na het onthullen')}: {recognition.changed}.")
    if recognition.recognition.total and not recognition.recognition.groups:
        lines.append(_("Te weinig stemmen voor een verdeling naar rol."))
    return lines


def _interval(recognition: Recognition) -> str:
    if recognition.share is None:
        return ""
    value, low, high = (f"{part:.0%}" for part in recognition.share)
    return (
        " ("
        + _("mate van herkenning {value}, marge {low} tot {high}").format(value=value, low=low, high=high)
        + ")"
    )


def remark_lines(remark: Remark) -> list[str]:
    """Return what goes under the text of a contribution: labels, reason, step."""
    lines = [part for part in (remark.labels(), f"{_('Stap')}: {remark.step_title}") if part]
    if remark.reason:
        lines.append(f"{_('Reden')}: {remark.reason}")
    return lines


def remark_row(remark: Remark) -> list[str | int]:
    """Return a contribution as a row of a table; a waarneming has no kind, tone, theme and consent."""
    story = [remark.story_kind, remark.tone, remark.theme, remark.consent] if remark.kind == "verhaal" else []
    return [
        remark.number,
        remark.buurt,
        remark.buurt_name,
        remark.text,
        *story,
        remark.moderation,
        remark.reason,
        "\n\n".join(remark.earlier)[:EARLIER_LIMIT],
        remark.step_title,
    ]


def footer(header: Header) -> str:
    """Return the line at the foot of every page: what it is and where the figures came from."""
    names = "; ".join(dict.fromkeys(source.split(":")[0] for source in header.sources))
    parts = [f"{header.municipality} {header.date}", *header.tags]
    if names:
        parts.append(f"{_('bron')}: {names}")
    return " · ".join(parts)
