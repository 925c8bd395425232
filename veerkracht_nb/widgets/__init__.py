"""Reusable parts of the screens, each an ipywidget that can also stand alone in a notebook cell."""

from ._base import ConfirmFirst, Onderdeel
from ._buurten import Mark, Style
from .answer_bar import AnswerBar
from .bars import BarRow, CountBars, RoleBars
from .buurt_card import BuurtCard, BuurtFacts, ClassMark, Figure
from .data_table import Column, DataTable
from .download_panel import DownloadPanel
from .error_panel import ErrorPanel
from .facilitator import LayerPicker, RankItem, RankList, StepItem, StepList
from .frame import AREAS, Area, PageStyle, app_frame
from .info_panel import InfoPanel
from .join_panel import JoinPanel
from .kaart import BuurtKaart, BuurtLaag, buurt_kaart
from .legenda import Legenda
from .lijst import BuurtLijst, KaartEnLijst, buurt_lijst, kaart_en_lijst
from .story_form import StoryForm
from .story_list import StoryItem, StoryList
from .topbar import TopBar

__all__ = [
    "AREAS",
    "AnswerBar",
    "Area",
    "BarRow",
    "BuurtCard",
    "BuurtFacts",
    "BuurtKaart",
    "BuurtLaag",
    "BuurtLijst",
    "ClassMark",
    "Column",
    "ConfirmFirst",
    "CountBars",
    "DataTable",
    "DownloadPanel",
    "ErrorPanel",
    "Figure",
    "InfoPanel",
    "JoinPanel",
    "KaartEnLijst",
    "LayerPicker",
    "Legenda",
    "Mark",
    "Onderdeel",
    "PageStyle",
    "RankItem",
    "RankList",
    "RoleBars",
    "StepItem",
    "StepList",
    "StoryForm",
    "StoryItem",
    "StoryList",
    "Style",
    "TopBar",
    "app_frame",
    "buurt_kaart",
    "buurt_lijst",
    "kaart_en_lijst",
]
