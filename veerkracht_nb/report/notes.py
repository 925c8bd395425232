"""From a folded session to session notes: the one place where the numbers of all formats are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from ..areas.municipality import Municipality
from ..dialogue.events import Buurt, SessionMade
from ..dialogue.script import Step
from ..dialogue.state import Answer, Contribution, SessionState
from ..errors import ExportError
from ..i18n import _
from ..signal.classes import CLASSES
from ..signal.profiles import PROFILES
from ..signal.result import Signal
from . import words
from .counting import recognition, role_counts
from .explain import limits, method
from .model import (
    VARIANTS,
    BuurtNotes,
    ClassCount,
    Header,
    LogRecord,
    Notes,
    Recognition,
    Remark,
    StepNotes,
    Summary,
    Variant,
    WijkNotes,
)
from .places import rd_point
from .text import one_line, printable

_SHARED = ("gemeente", "openbaar")


def build_notes(
    state: SessionState,
    *,
    variant: Variant,
    municipality: Municipality | None = None,
    signal: Signal | None = None,
    log: LogRecord | None = None,
    made_at: datetime | None = None,
) -> Notes:
    """Make session notes from one folded session.

    Withdrawn text and the identity of seats are in no variant.

    Parameters
    ----------
    state : SessionState
        The whole session, not the part that one actor may see.
    variant : {"tafel", "deelbaar"}
        ``"tafel"``: all that was not withdrawn, for those who were there. ``"deelbaar"``: stories that the
        facilitator showed *and* that their tellers released for the municipality or the public, waarnemingen
        only if shown, no earlier versions, no counts below three voices, points to the 100 m.
    municipality : Municipality, optional
        Adds licences and notes of the sources to the appendix.
    signal : Signal, optional
        Adds the reasons of "niet te bepalen" and the notes that belong to the map. The classes are
        always those that the room saw: the ones in the log.
    log : LogRecord, optional
        Which log this is, for the appendix and the duration.
    made_at : datetime, optional
        Moment of writing, with time zone; now unless given.

    Raises
    ------
    ExportError
        If the session holds nothing to report on, or the variant is unknown.
    """
    if variant not in VARIANTS:
        raise ExportError(
            _("Deze soort verslag bestaat niet."), expected=_("tafel of deelbaar"), got=repr(variant)
        )
    if state.made is None:
        raise ExportError(
            _("Dit is geen sessie waar een verslag van te maken is."),
            expected=_("een sessie met een gemeente en een draaiboek"),
            got=_("een leeg logboek"),
            todo=_("kies een andere sessie"),
        )
    made_at = made_at or datetime.now(UTC)
    return _Builder(state, state.made, variant, municipality, signal, log or LogRecord(), made_at).notes()


class _Builder:
    """Holds what all parts need while the notes of one session are made."""

    def __init__(
        self,
        state: SessionState,
        made: SessionMade,
        variant: Variant,
        municipality: Municipality | None,
        signal: Signal | None,
        log: LogRecord,
        made_at: datetime,
    ) -> None:
        self.state, self.made, self.variant = state, made, variant
        self.municipality, self.signal, self.log, self.made_at = municipality, signal, log, made_at
        self.steps = state.script.steps if state.script else ()
        self.titles = _titles(self.steps)
        self.answers: dict[tuple[str, str], list[Answer]] = {}
        for answer in state.answers.values():
            self.answers.setdefault((answer.step, answer.buurt), []).append(answer)
        self.alive = [c for c in state.contributions.values() if not c.withdrawn and c.text is not None]
        self.told = [c for c in self.alive if self._may_tell(c)]
        self.counter = 0

    def notes(self) -> Notes:
        wijken = self._wijken()
        buurten = [b for wijk in wijken for b in wijk.buurten if b.code]
        remarks = [r for wijk in wijken for b in wijk.buurten for r in (*b.observations, *b.stories)]
        seen = [b.map_recognition for b in buurten if b.map_recognition]
        mixed = len({r.step for b in buurten for r in b.recognition}) > 1
        header = self._header()
        return Notes(
            header=header,
            summary=_summary(buurten, remarks),
            steps=tuple(self._step(number, buurten) for number in range(len(self.steps))),
            wijken=wijken,
            method=method(header, self.made, left_out=len(self.told) < len(self.alive), mixed=mixed),
            limits=limits(self.made, self.signal),
            record=self._record(),
            session_key=one_line(self.log.session_id),
            map_step=max((r.step for r in seen), key=[*self.titles].index, default=""),
            made_at=self.made_at,
        )

    def _may_tell(self, contribution: Contribution) -> bool:
        if self.variant == "tafel":
            return True
        if contribution.moderation != "getoond":
            return False
        return contribution.kind == "waarneming" or contribution.consent in _SHARED

    # -- cover ------------------------------------------------

    def _header(self) -> Header:
        made = self.made
        start, end = self._span()
        k0, k1, o0, o1 = made.period
        roles = [actor.role for actor in self.state.seats.values() if actor.kind == "deelnemer"]
        return Header(
            title=one_line(made.title) or one_line(made.municipality_name),
            municipality=one_line(made.municipality_name),
            municipality_code=one_line(made.municipality),
            year=made.year,
            variant=self.variant,
            variant_text=words.variant(self.variant),
            date=words.date(start or self.made_at),
            iso_date=(start or self.made_at).astimezone(words.ZONE).date().isoformat(),
            duration=words.duration(start, end) if start and end else _("niet bekend"),
            script=one_line(_(self.state.script.title)) if self.state.script else "",
            seats=len(roles),
            roles=role_counts(Counter(roles)),
            profile=self._profile(),
            view={"relatief": _("vergeleken met de gemeente"), "absoluut": _("op zichzelf bekeken")}.get(
                made.view, ""
            ),
            period=_("kwetsbaarheid {k0} tot {k1}, overlast {o0} tot {o1}").format(
                k0=k0, k1=k1, o0=o0, o1=o1
            ),
            sources=tuple(filter(None, (one_line(source, limit=500) for source in made.sources))),
            tags=(_("benadering met open data"), _("signaal, geen oordeel")),
            retain_until=one_line(made.retain_until),
        )

    def _profile(self) -> str:
        """Return the title of the profile; of an own table only its key where its figures are not at hand."""
        known = PROFILES.get(self.made.profile)
        if known is None and self.signal is not None:
            known = self.signal.definition
        return one_line(_(known.title) if known else self.made.profile)

    def _span(self) -> tuple[datetime | None, datetime | None]:
        moments = [a.at for a in self.state.answers.values()] + [
            c.at for c in self.state.contributions.values()
        ]
        if self.state.step_started_at:
            moments.append(self.state.step_started_at)
        start = self.log.started_at or min(moments, default=None)
        return start, self.log.ended_at or max(moments, default=start)

    # -- steps ------------------------------------------------

    def _step(self, index: int, buurten: list[BuurtNotes]) -> StepNotes:
        step = self.steps[index]
        here = [r for b in buurten for r in b.recognition if r.step == step.id]
        told = Counter(c.kind for c in self.told if c.step == step.id)
        return StepNotes(
            number=index + 1,
            id=step.id,
            kind=words.step_kind(step.kind),
            title=self.titles[step.id],
            question=one_line(_(step.question), limit=1000),
            level=words.level(self.state.level(step.id), seen=step.id in self.state.revealed),
            answers=_shown(here),
            observations=told["waarneming"],
            stories=told["verhaal"],
        )

    # -- buurten ------------------------------------------------

    def _wijken(self) -> tuple[WijkNotes, ...]:
        order = list(dict.fromkeys(b.wijk_code for b in self.made.buurten))
        buurten = sorted(self.made.buurten, key=lambda b: order.index(b.wijk_code))
        wijken = []
        for code, group in groupby(buurten, key=lambda b: b.wijk_code):
            members = tuple(self._buurt(b) for b in group)
            wijken.append(WijkNotes(code=code, name=members[0].wijk_name or code, buurten=members))
        known = {b.code for b in self.made.buurten}
        elsewhere = [c for c in self.told if c.buurt not in known]
        if elsewhere:
            name = _("Hele gemeente")
            whole = BuurtNotes(
                code="",
                name=name,
                wijk_code="",
                wijk_name=name,
                letter="",
                label="",
                colour="",
                observations=self._remarks(elsewhere, "waarneming", "", name),
                stories=self._remarks(elsewhere, "verhaal", "", name),
                voiced=True,
            )
            wijken.insert(0, WijkNotes(code="", name=name, buurten=(whole,)))
        return tuple(wijken)

    def _buurt(self, buurt: Buurt) -> BuurtNotes:
        name = one_line(buurt.name) or buurt.code
        kind = CLASSES.get(buurt.letter, CLASSES["X"])
        told = [c for c in self.told if c.buurt == buurt.code]
        answers = self._recognition(buurt.code)
        return BuurtNotes(
            code=buurt.code,
            name=name,
            wijk_code=buurt.wijk_code,
            wijk_name=one_line(buurt.wijk_name),
            letter=kind.letter,
            label=_(kind.label),
            colour=kind.colour,
            why=self._why(buurt),
            figures=words.direction(buurt.direction),
            recognition=answers,
            observations=self._remarks(told, "waarneming", buurt.code, name),
            stories=self._remarks(told, "verhaal", buurt.code, name),
            # Of what was said, not of what is told here: a held story must not make a buurt look silent.
            voiced=bool(answers) or any(c.buurt == buurt.code for c in self.alive),
            map_recognition=answers[-1] if answers else None,
        )

    def _recognition(self, code: str) -> tuple[Recognition, ...]:
        found = (
            recognition(self.answers[step.id, code], self.titles[step.id], self.variant)
            for step in self.steps
            if (step.id, code) in self.answers
        )
        return tuple(r for r in found if r)

    def _why(self, buurt: Buurt) -> str:
        if self.signal is None or buurt.letter != "X" or buurt.code not in self.signal.table.index:
            return ""
        return one_line(str(self.signal.table.at[buurt.code, "why_x"] or ""))

    def _remarks(self, found: list[Contribution], kind: str, code: str, name: str) -> tuple[Remark, ...]:
        return tuple(self._remark(c, code, name) for c in found if c.kind == kind)

    def _remark(self, contribution: Contribution, code: str, name: str) -> Remark:
        self.counter += 1
        story, table = contribution.kind == "verhaal", self.variant == "tafel"
        return Remark(
            number=self.counter,
            kind="verhaal" if story else "waarneming",
            buurt=code,
            buurt_name=name,
            step_title=self.titles.get(contribution.step, ""),
            text=printable(contribution.text),
            story_kind=words.story_kind(contribution.story_kind) if story else "",
            tone=words.tone(contribution.tone) if story else "",
            theme=one_line(contribution.theme) if story else "",
            consent=words.consent(contribution.consent) if story else "",
            moderation=words.moderation(contribution.moderation) if table else "",
            reason=one_line(contribution.reason, limit=1000) if table else "",
            earlier=tuple(filter(None, map(printable, contribution.earlier))) if table else (),
            point=rd_point(contribution.pin, coarse=not table) if story else None,
        )

    # -- appendix ------------------------------------------------

    def _record(self) -> tuple[tuple[str, str], ...]:
        rows = [
            (_("sessie"), one_line(self.log.session_id)),
            (_("gemeente"), f"{one_line(self.made.municipality)} {one_line(self.made.municipality_name)}"),
            (_("grenzen van"), str(self.made.year)),
            (_("versie van het logboek"), _number(self.log.log_version)),
            (_("gebeurtenissen in het logboek"), _number(self.log.events)),
            (_("laatste gebeurtenis"), words.moment(self.state.last_at) if self.state.last_at else ""),
            (_("verslag gemaakt"), words.moment(self.made_at)),
            (_("soort verslag"), words.variant(self.variant)),
            (_("bewaren tot"), one_line(self.made.retain_until)),
        ]
        rows += [(_("bron"), one_line(source, limit=500)) for source in self.made.sources]
        for source in self.municipality.provenance if self.municipality else ():
            parts = (source.source, source.title, source.edition, source.licence, source.note)
            rows.append((_("bron, zoals ingelezen"), one_line("; ".join(filter(None, parts)), limit=1000)))
        return tuple((label, text) for label, text in rows if text)


def _titles(steps: Sequence[Step]) -> dict[str, str]:
    """Return the title of each step by id; steps of one title get their number, so that they can be told apart."""
    titles = {step.id: one_line(_(step.title)) for step in steps}
    often = Counter(titles.values())
    return {
        key: f"{title} ({_('stap')} {number})" if often[title] > 1 else title
        for number, (key, title) in enumerate(titles.items(), start=1)
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _shown(recognitions: list[Recognition]) -> int:
    totals = (r.recognition.total for r in recognitions)
    return sum(total.n for total in totals if total)


def _summary(buurten: list[BuurtNotes], remarks: list[Remark]) -> Summary:
    letters = Counter(b.letter for b in buurten)
    kinds = Counter(r.kind for r in remarks)
    silent = sum(1 for b in buurten if not b.voiced)
    few = _("te weinig stemmen")
    return Summary(
        buurten=len(buurten),
        discussed=len(buurten) - silent,
        too_few=sum(1 for b in buurten if b.recognition and all(r.agreement == few for r in b.recognition)),
        without_voice=silent,
        answers=_shown([r for b in buurten for r in b.recognition]),
        observations=kinds["waarneming"],
        stories=kinds["verhaal"],
        classes=tuple(
            ClassCount(letter=kind.letter, label=_(kind.label), colour=kind.colour, n=letters[kind.letter])
            for kind in CLASSES.values()
        ),
    )
