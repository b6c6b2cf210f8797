"""Draws the chart of a digest. Everything it shows is in the text below it too; see `agents.core.report.Chart.alt`."""

import io
from typing import Any

from agents.core.errors import Misconfigured
from agents.core.report import Chart

COLOURS = (("#0072B2", "white"), ("#E69F00", "black"), ("#56B4E9", "black"), ("#009E73", "black"), ("#D55E00", "black"))
"""Bar and number colours. The bars' are those that Okabe and Ito chose so that people with any kind of colour blindness can
tell them apart ("Color Universal Design", 2008); each number stands out from its bar by 4.5 to 1 or more (WCAG 2.2, 1.4.3)."""

WIDTH_INCHES = 4.6
BAR_INCHES = 0.42
DPI = 210
"""966 pixels wide: letters stay readable when a phone scales the picture to a third of that."""

LONGEST_LABEL = 24
NARROW = 0.09
"""A segment with less than this share of the longest bar has no room for its number: that stands behind the bar."""
ROOM_BEHIND = 0.13
"""Share of the longest bar that each number behind a bar takes."""


def draw(chart: Chart) -> bytes:
    """A PNG of stacked horizontal bars. Raises `Misconfigured` when the drawing library is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise Misconfigured(
            "Charts need the drawing library: install Calmops with its `charts` extra. The digest is sent as text."
        ) from error
    height = 1.2 + BAR_INCHES * max(1, len(chart.labels))
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    rows = range(len(chart.labels))
    totals = [sum(values[row] for values in chart.series.values()) for row in rows]
    longest = max([*totals, 1.0])
    left = [0.0] * len(chart.labels)
    behind: list[list[tuple[str, str]]] = [[] for _ in rows]
    for place, (name, values) in enumerate(chart.series.items()):
        bar, number = COLOURS[place % len(COLOURS)]
        bars = axes.barh(rows, values, left=left, label=name, color=bar, edgecolor="white")
        fits = [value >= NARROW * longest for value in values]
        shown = [f"{value:g}" if value and fit else "" for value, fit in zip(values, fits, strict=True)]
        axes.bar_label(bars, labels=shown, label_type="center", color=number, fontsize=11, fontweight="bold")
        for row, value in enumerate(values):
            if value and not fits[row]:
                behind[row].append((bar, f"{value:g}"))
        left = [start + value for start, value in zip(left, values, strict=True)]
    for row, small in enumerate(behind):
        if small:
            _write_behind(axes, totals[row], row, small)
    axes.set_xlim(0, max([longest * 1.02, *(totals[row] + longest * ROOM_BEHIND * len(behind[row]) for row in rows)]))
    axes.set_yticks(rows, [_literal(label) for label in chart.labels])
    axes.invert_yaxis()
    axes.set_title(_literal(chart.title), loc="left", fontsize=13)
    axes.set_xlabel(_literal(chart.unit), fontsize=10.5)
    axes.tick_params(labelsize=11)
    axes.xaxis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        figure.legend(
            loc="outside lower center",
            ncols=len(chart.series),
            frameon=False,
            fontsize=10.5,
            handlelength=1,
            columnspacing=1.2,
        )
    picture = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _write_behind(axes: Any, end: float, row: int, small: list[tuple[str, str]]) -> None:
    """The numbers of segments that are too narrow for them, each with a square in its colour."""
    from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea

    pieces: list[Any] = []
    for colour, number in small:
        square = TextArea("■", textprops={"color": colour, "fontsize": 9})
        digits = TextArea(number, textprops={"color": "black", "fontsize": 11, "fontweight": "bold"})
        pieces.append(HPacker(children=[square, digits], align="center", pad=0, sep=1))
    together = HPacker(children=pieces, align="center", pad=0, sep=5)
    place = AnnotationBbox(
        together, (end, row), xybox=(4, 0), boxcoords="offset points", box_alignment=(0, 0.5), frameon=False, pad=0
    )
    place.set_in_layout(False)
    axes.add_artist(place)


def _literal(text: str) -> str:
    """A label without line breaks, of a length that leaves room for bars; the library would read `$...$` as a formula."""
    plain = " ".join(text.split())
    shown = plain if len(plain) <= LONGEST_LABEL else f"{plain[: LONGEST_LABEL - 1]}…"
    return shown.replace("$", r"\$")
