"""Draws the chart of a digest. Everything it shows is in the text below it too; see `agents.core.report.Chart.alt`."""

import io

from agents.core.errors import Misconfigured
from agents.core.report import Chart

COLOURS = (("#0072B2", "white"), ("#E69F00", "black"), ("#56B4E9", "black"), ("#009E73", "black"), ("#D55E00", "black"))
"""Bar and number colours. The bars' are those that Okabe and Ito chose so that people with any kind of colour blindness can
tell them apart ("Color Universal Design", 2008); each number stands out from its bar by 4.5 to 1 or more (WCAG 2.2, 1.4.3)."""

WIDTH_INCHES = 6.0
BAR_INCHES = 0.5
DPI = 160
"""960 pixels wide: letters stay readable when a phone scales the picture to its width."""

LONGEST_LABEL = 28


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
    height = 1.3 + BAR_INCHES * max(1, len(chart.labels))
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    left = [0.0] * len(chart.labels)
    rows = range(len(chart.labels))
    for place, (name, values) in enumerate(chart.series.items()):
        bar, number = COLOURS[place % len(COLOURS)]
        bars = axes.barh(rows, values, left=left, label=name, color=bar, edgecolor="white")
        shown = [f"{value:g}" if value else "" for value in values]
        axes.bar_label(bars, labels=shown, label_type="center", color=number, fontsize=13, fontweight="bold")
        left = [start + value for start, value in zip(left, values, strict=True)]
    axes.set_yticks(rows, [_literal(label) for label in chart.labels])
    axes.invert_yaxis()
    axes.set_title(_literal(chart.title), loc="left", fontsize=15)
    axes.set_xlabel(_literal(chart.unit), fontsize=12)
    axes.tick_params(labelsize=13)
    axes.xaxis.set_major_locator(MaxNLocator(nbins="auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    if len(chart.series) > 1:
        figure.legend(loc="outside lower center", ncols=len(chart.series), frameon=False, fontsize=12)
    picture = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _literal(text: str) -> str:
    """A label without line breaks, of a length that leaves room for bars; the library would read `$...$` as a formula."""
    plain = " ".join(text.split())
    shown = plain if len(plain) <= LONGEST_LABEL else f"{plain[: LONGEST_LABEL - 1]}…"
    return shown.replace("$", r"\$")
