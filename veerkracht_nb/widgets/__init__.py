"""Reusable parts of the screens, each an ipywidget that can also stand alone in a notebook cell."""

from ._base import ConfirmFirst, Onderdeel
from ._buurten import Mark, Style
from .answer_bar import AnswerBar
from .bars import BarRow, CountBars, RoleBars
from .buurt_card import BuurtCard, BuurtFacts, ClassMark, Figure
from .charts import Axis, BarChart, Fan, Histogram, Line, LineChart, Point, ScatterPlot, Series
from .choice_bar import Choice, ChoiceBar
from .data_table import Column, DataTable
from .download_panel import DownloadPanel
from .error_panel import ErrorPanel
from .facilitator import LayerPicker, RankItem, RankList, StepItem, StepList
from .frame import AREAS, Area, PageStyle, app_frame, keep_under
from .info_panel import InfoPanel
from .join_panel import JoinPanel
from .kaart import BuurtKaart, BuurtLaag, buurt_kaart
from .legenda import Legenda
from .lijst import BuurtLijst, KaartEnLijst, buurt_lijst, kaart_en_lijst
from .link_list import LinkList
from .own_table_form import FormColumn, FormTable, OwnTableForm
from .own_table_panels import KeptTable, OwnTableCheck, OwnTableList, OwnTableSave, RowProblem
from .story_form import StoryForm
from .story_list import StoryItem, StoryList
from .text_table import TextTable
from .topbar import TopBar

__all__ = [
    "AREAS",
    "AnswerBar",
    "Area",
    "Axis",
    "BarChart",
    "BarRow",
    "BuurtCard",
    "BuurtFacts",
    "BuurtKaart",
    "BuurtLaag",
    "BuurtLijst",
    "Choice",
    "ChoiceBar",
    "ClassMark",
    "Column",
    "ConfirmFirst",
    "CountBars",
    "DataTable",
    "DownloadPanel",
    "ErrorPanel",
    "Fan",
    "Figure",
    "FormColumn",
    "FormTable",
    "Histogram",
    "InfoPanel",
    "JoinPanel",
    "KaartEnLijst",
    "KeptTable",
    "LayerPicker",
    "Legenda",
    "Line",
    "LineChart",
    "LinkList",
    "Mark",
    "Onderdeel",
    "OwnTableCheck",
    "OwnTableForm",
    "OwnTableList",
    "OwnTableSave",
    "PageStyle",
    "Point",
    "RankItem",
    "RankList",
    "RoleBars",
    "RowProblem",
    "ScatterPlot",
    "Series",
    "StepItem",
    "StepList",
    "StoryForm",
    "StoryItem",
    "StoryList",
    "Style",
    "TextTable",
    "TopBar",
    "app_frame",
    "buurt_kaart",
    "buurt_lijst",
    "kaart_en_lijst",
    "keep_under",
]
