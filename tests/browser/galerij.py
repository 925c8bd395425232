"""All widgets with something in them, for looking and for tests; shown by ``galerij.ipynb``."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import ipywidgets as w

from veerkracht_nb import widgets as vk
from veerkracht_nb.errors import InvalidContribution, NotAllowed, SessionNotFound

NASTY = (
    "<script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "</script></style><svg onload='window.hacked=1'>",
    "{{ 7 * 7 }} {% raw %} ${window.hacked=1} `${window.hacked=1}`",
    "مرحبا بالحي \u202e omgekeerd \u202c klaar",
    "👩‍👩‍👧‍👦🏘️" * 40,
    'ver\x0bticaal en =HYPERLINK("http://kwaad")',
    "Aaneengeschreven" * 60,
    "regel\n" * 40,
)
HUGE = "honderdduizend " * 6700

A = vk.ClassMark(
    letter="A", label="Dubbel signaal: kwetsbaarheid én overlast nemen toe", colour="#b2182b", pattern="dicht"
)
LONG = (
    "In de portiek kennen de mensen elkaar niet meer. Sinds de bibliotheek dicht is, is er geen plek waar je "
    "zomaar binnenloopt. Wat wel goed gaat: de moestuin, daar helpen nieuwe en oude bewoners elkaar."
)
STORIES = (
    vk.StoryItem(
        id="1",
        buurt="B1",
        buurt_name="Westwijk-Noord",
        text=LONG,
        labels=("ervaring", "zorg"),
        own=True,
        at="14:03",
    ),
    vk.StoryItem(
        id="2",
        buurt="B1",
        buurt_name="Westwijk-Noord",
        text="De speeltuin is 's avonds van iedereen.",
        labels=("feit", "gaat goed", "bewoner"),
        moderation="getoond",
        at="14:05",
    ),
    vk.StoryItem(
        id="3",
        buurt="B2",
        buurt_name="Holy-Zuid",
        text="Bij nummer 14 gaat het mis.",
        labels=("vermoeden",),
        own=True,
        moderation="teruggegeven",
        reason="Graag zonder huisnummer.",
        at="14:07",
    ),
    vk.StoryItem(
        id="4", buurt="B1", buurt_name="Westwijk-Noord", text="", own=True, withdrawn=True, at="14:08"
    ),
)
COUNTS = (
    vk.BarRow(label="gemeente, sociaal domein", counts=(3, 2, 1, 0), n=6),
    vk.BarRow(label="bewoners", counts=(0, 1, 3, 1), n=5),
    vk.BarRow(label="politie en veiligheid", n=2),
    vk.BarRow(label="huurdersorganisatie", n=0),
)
TOTAL = vk.BarRow(
    label="iedereen", counts=(4, 4, 5, 1), n=14, note="Tussen 13% en 53% herkent dit (90%-interval)."
)
STEPS = ("inleiding", "waarneming", "herkenning", "verhaal", "cijfers", "duiding", "aanpak", "afspraken")
QUESTION = "Zien wij hetzelfde?"


def topbar(kind: str, **more: object) -> vk.TopBar:
    """A bar in the third step with twelve minutes to go."""
    bar = vk.TopBar(
        kind=kind,
        title="Vlaardingen · werksessie",
        step_number=3,
        step_title="herkenning",
        question=QUESTION,
        people=24,
        storage_key="galerij",
        **more,
    )
    bar.show_time(datetime.now(UTC) + timedelta(minutes=12, seconds=40))
    return bar


def facts(name: str = "Westwijk-Noord") -> vk.BuurtFacts:
    """The facts of one buurt."""
    return vk.BuurtFacts(
        code="B1",
        name=name,
        wijk="Westwijk",
        mark=A,
        figures=(
            vk.Figure(
                label="Bijstand",
                value="9,4",
                unit="%",
                comparison="hoger dan de gemeente (5,1%)",
                year="2022",
                source="CBS, Kerncijfers wijken en buurten",
                series=(6.1, 6.9, None, 8.2, 9.4),
                series_years="2014–2022",
            ),
            vk.Figure(
                label="Overlast en onveiligheid",
                value="−0,12",
                comparison="slechter dan de gemeente",
                year="2022",
                source="Leefbaarometer 3.0",
                series=(-0.02, -0.05, -0.04, -0.12),
                series_years="2014–2022",
            ),
            vk.Figure(
                label="Laag inkomen",
                value="geen cijfer",
                comparison="te weinig huishoudens",
                year="2023",
                source="CBS",
            ),
        ),
        reasons=(
            "Kwetsbaarheid nam toe: +0,42, meer dan de marge van 0,15.",
            "Overlast nam toe: +0,05, meer dan de marge van 0,02.",
            "Samen: klasse A.",
        ),
        note="Signaal, geen oordeel. Benadering met open data.",
    )


def card(name: str = "Westwijk-Noord") -> vk.BuurtCard:
    """The card of one buurt."""
    shown = vk.BuurtCard()
    shown.show(facts(name))
    return shown


def answer_bar(**more: str) -> vk.AnswerBar:
    """Answers that are saved, and refused for "weet ik niet"."""
    bar = vk.AnswerBar(storage_key="galerij")
    state = {
        "step": "herkenning",
        "buurt": "B1",
        "recognition": "deels",
        "first_recognition": "herken",
        "saved_at": "14:03",
    }

    def answer(body: dict[str, str], nonce: str) -> None:
        if body["recognition"] == "weet_niet":
            raise NotAllowed("Deze stap is voorbij.", todo="Wacht op de begeleider.")
        bar.show(
            **(state | {key: body[key] or "" for key in ("recognition", "direction")} | {"saved_at": "14:04"})
        )

    bar.on_command("antwoord", answer)
    bar.show(**(state | more))
    return bar


def form(mode: str = "verhaal", **more: str) -> vk.StoryForm:
    """A form that keeps what it is given, refuses "weiger" and hints at figures."""
    shown = vk.StoryForm(mode=mode, storage_key="galerij", channel=f"form-{mode}")
    shown.saved = []

    def save(body: dict[str, object], nonce: str) -> None:
        if "weiger" in str(body["text"]):
            raise InvalidContribution(
                "Deze tekst kan zo niet.", expected="een verhaal zonder namen", todo="Haal de naam weg."
            )
        shown.saved.append(body["text"])

    shown.on_command("bewaar", save)
    shown.check = lambda text: (
        ["Hier lijkt een huisnummer in te staan."] if any(c.isdigit() for c in text) else []
    )
    shown.show(step=mode, buurt="B1", buurt_name="Westwijk-Noord", **more)
    return shown


def stories(kind: str = "deelnemer", items: tuple[vk.StoryItem, ...] = STORIES) -> vk.StoryList:
    """A list of stories; the begeleider's buttons work."""
    shown = vk.StoryList(kind=kind, heading="Verhalen" if kind != "deelnemer" else "")

    def judge(body: dict[str, str], nonce: str) -> None:
        shown.items = [
            i | {"moderation": body["decision"], "reason": body["reason"]} if i["id"] == body["id"] else i
            for i in shown.items
        ]

    shown.on_command("beoordeel", judge)
    shown.show(items, buurt="B1" if kind != "scherm" else "", buurt_name="Westwijk-Noord")
    return shown


def bars(**more: bool) -> vk.CountBars:
    """Counts per role, with one role too small to show."""
    shown = vk.CountBars(**more)
    shown.show(TOTAL, COUNTS, heading="Herkent de zaal dit?")
    return shown


def roles() -> vk.RoleBars:
    """Who is in the room."""
    shown = vk.RoleBars()
    shown.show({"sociaal domein gemeente": 6, "bewoner": 5, "zorg en welzijn": 4, "politie en veiligheid": 2})
    return shown


def steps() -> vk.StepList:
    """The draaiboek, in its third step."""
    shown = vk.StepList()
    states = {0: "gedaan", 1: "gedaan", 2: "nu"}
    shown.show(
        [
            vk.StepItem(id=s, title=s, minutes=15, state=states.get(i, "straks"), answers=14)
            for i, s in enumerate(STEPS)
        ]
    )
    shown.on_command("stop", lambda body, nonce: setattr(shown, "closed", True))
    shown.on_command("heropen", lambda body, nonce: setattr(shown, "closed", False))
    return shown


def ranks() -> vk.RankList:
    """What to discuss first."""
    shown = vk.RankList()
    why = ("Verdeeldheid 0,71 bij n = 14.", "Interval 0,52–0,88.", "Niet meegeteld: 2 × weet ik niet.")
    names = (
        ("B1", "Westwijk-Noord", "verdeeld"),
        ("B2", "Holy-Zuid", "wijkt af van signaal"),
        ("B3", "Oostwijk", "geen stem"),
    )
    shown.show([vk.RankItem(buurt=b, name=n, reason=r, why=why) for b, n, r in names], selected="B1")
    shown.on_command("kies", lambda body, nonce: setattr(shown, "selected", body["buurt"]))
    return shown


def join(**more: bool) -> vk.JoinPanel:
    """How to come in."""
    shown = vk.JoinPanel(**more)
    shown.show("http://192.168.1.20:8866/s/K7P4MX", code="K7P4MX")
    return shown


def downloads() -> vk.DownloadPanel:
    """Downloads: Markdown works, Excel fails."""
    shown = vk.DownloadPanel(
        formats=[("md", "Markdown"), ("docx", "Word"), ("xlsx", "Excel"), ("gpkg", "GeoPackage")]
    )

    def make(format: str, variant: str) -> tuple[str, str, bytes]:
        if format == "xlsx":
            raise NotAllowed("Excel lukt nu niet.", todo="Kies Word.")
        return f"verslag-{variant}.{format}", "application/octet-stream", b"# Verslag\n" * 300_000

    shown.on_export(make)
    return shown


def picker() -> vk.LayerPicker:
    """The layers of the map."""
    shown = vk.LayerPicker()
    shown.on_command("laag", lambda body, nonce: setattr(shown, "layer", body["layer"]))
    return shown


def fake_map() -> w.Box:
    """Stands where the map will stand."""
    return w.Box(layout=w.Layout(height="var(--vk-map-height)", border="1px solid #ccc"))


def deelnemer() -> w.Widget:
    """The phone."""
    return vk.app_frame(
        "deelnemer",
        top=topbar("deelnemer", notice="Kijk naar Westwijk-Noord"),
        map=fake_map(),
        side=[card(), answer_bar(), form(), form("waarneming"), stories(), bars()],
    )


def begeleider() -> w.Widget:
    """The laptop."""
    return vk.app_frame(
        "begeleider",
        top=topbar("begeleider"),
        left=[steps(), roles(), join(collapsible=True)],
        map=[picker(), fake_map()],
        middle=[ranks(), downloads()],
        side=[card(), bars(), stories("begeleider")],
    )


def scherm() -> w.Widget:
    """The beamer."""
    return vk.app_frame(
        "scherm",
        top=topbar("scherm"),
        map=fake_map(),
        side=[bars(large=True), stories("scherm", STORIES[1:2])],
        corner=join(large=True),
    )


def leeg() -> w.Widget:
    """Everything without content, closed or refused."""
    bar = vk.TopBar(title="Vlaardingen", closed=True, question="Tot ziens")
    hidden = vk.CountBars()
    hidden.show(None, hidden_reason="De begeleider heeft dit nog niet onthuld.")
    none = vk.JoinPanel()
    return vk.app_frame(
        "deelnemer",
        contrast="high",
        top=bar,
        side=[
            vk.BuurtCard(),
            answer_bar(disabled_reason="De sessie is gesloten."),
            form(disabled_reason="De sessie is gesloten."),
            vk.StoryList(),
            hidden,
            none,
            vk.RankList(),
            roles(),
            vk.StepList(closed=True),
            vk.ErrorPanel(
                SessionNotFound(
                    "Deze code bestaat niet.", expected="zes tekens", got="K7P4M", todo="Kijk op het scherm."
                )
            ),
        ],
    )


def vijandig() -> w.Widget:
    """Hostile texts in every place where a text can be."""
    shown: list[w.Widget] = []
    for i, text in enumerate([*NASTY, HUGE]):
        mark = vk.ClassMark(letter="A", label=text, colour='red" onload="window.hacked=1', pattern=text)
        hostile = vk.BuurtCard()
        figure = vk.Figure(label=text, value=text, unit=text, comparison=text, year=text, source=text)
        hostile.show(
            vk.BuurtFacts(
                code=text, name=text, wijk=text, mark=mark, figures=(figure,), reasons=(text,), note=text
            )
        )
        counts, hosts, ranked, room, listed = (
            vk.CountBars(),
            vk.JoinPanel(),
            vk.RankList(),
            vk.RoleBars(),
            vk.StepList(),
        )
        counts.show(vk.BarRow(label=text, counts=(1, 1, 1, 1), n=4, note=text), heading=text)
        ranked.show([vk.RankItem(buurt=text, name=text, reason=text, why=(text,))])
        room.show({text: 3})
        listed.show([vk.StepItem(id=text, title=text, state="nu")])
        hosts.show(f"http://{text[:40]}", code=text[:40])
        entry = vk.StoryForm(channel=f"nasty{i}")
        entry.show(step="s", buurt=text, buurt_name=text, prompt=text, disabled_reason=text)
        item = vk.StoryItem(
            id=str(i),
            buurt="B",
            buurt_name=text,
            text=text,
            labels=(text,),
            own=True,
            moderation="teruggegeven",
            reason=text,
        )
        shown += [
            vk.TopBar(title=text, question=text, notice=text, step_number=1, step_title=text),
            hostile,
            counts,
            ranked,
            room,
            listed,
            hosts,
            entry,
            stories("begeleider", (item,)),
            vk.DownloadPanel(formats=[(text, text[:400])], heading=text),
            vk.ErrorPanel(NotAllowed(text, expected=text, got=text, todo=text)),
            vk.LayerPicker(options=[("a", text[:100])]),
        ]
    return vk.app_frame("deelnemer", side=shown)


PAGES: dict[str, Callable[[], w.Widget]] = {
    "deelnemer": deelnemer,
    "begeleider": begeleider,
    "scherm": scherm,
    "leeg": leeg,
    "vijandig": vijandig,
}


def page() -> w.Widget:
    """The page that ``GALERIJ`` names, or that the address asks for with ``?pagina=``; else the phone."""
    query = os.environ.get("QUERY_STRING", "")
    asked = query.partition("pagina=")[2].partition("&")[0]
    return PAGES.get(asked, PAGES.get(os.environ.get("GALERIJ", ""), deelnemer))()
