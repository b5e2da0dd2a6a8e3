"""Every colour, width and style of a workbook, once. Styles are spelled in XlsxWriter's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetcnn.excel.addresses import range_a1
from sheetcnn.excel.limits import MAX_ARGUMENTS, MAX_FORMULA
from sheetcnn.excel.region import Region

CELL_PIXELS = 24
SCORE_PIXELS = 76
ZOOM = 100
NEAR, FAR = 70, 60
"""Zooms at which a whole drawing, or several digits, are in view; the words beside them are larger."""

INK = "#22303C"
QUIET = "#5A6875"
INPUT_BLUE = "#0A3F80"
ANSWER_GREEN = "#17693A"
WHITE, RED, BLUE = "#FFFFFF", "#F8696B", "#7FA8DC"
PALE_RED, PALE_BLUE = "#FA9A9B", "#9DBDE6"
"""The ends of scales: numbers in blue and in black are read on them at a contrast of 4.5 to 1 (WCAG 2.1, 1.4.3)."""

_FONT = {"font_name": "Calibri", "font_color": INK, "valign": "vcenter"}
_SMALL = {**_FONT, "font_size": 7, "align": "center", "shrink": True}  # rather than ###
_INPUT = {**_SMALL, "font_color": INPUT_BLUE, "border": 1, "border_color": "#9DC0EA"}
_FORMULA = {**_SMALL, "border": 1, "border_color": "#DDDDDD"}
_TABLE = {
    **_FONT,
    "font_size": 10,
    "align": "right",
    "border": 1,
    "border_color": "#DDDDDD",
    "shrink": True,
}
_ANSWER = {**_FONT, "font_color": ANSWER_GREEN, "bold": True}

ONE_DECIMAL, TWO_DECIMALS, WHOLE = "0.0;-0.0;0", "0.00;-0.00;0", "0"

STYLES: dict[str, dict[str, Any]] = {
    "plain": _FONT,
    "title": {**_FONT, "font_size": 16, "bold": True},
    "subtitle": {**_FONT, "font_size": 10, "font_color": QUIET},
    "panel_title": {**_FONT, "font_size": 16, "bold": True, "text_wrap": True},
    "panel_subtitle": {**_FONT, "font_size": 10, "font_color": QUIET, "text_wrap": True},
    "heading": {**_FONT, "font_size": 11, "bold": True, "bottom": 2, "bottom_color": INK},
    "heading_line": {**_FONT, "bottom": 2, "bottom_color": INK},
    "caption": {**_FONT, "font_size": 8, "font_color": QUIET},
    "note": {**_FONT, "font_size": 9},
    "legend": {**_FONT, "font_size": 9, "indent": 1},
    "legend_plain": {**_FONT, "font_size": 9},
    "choice": {
        **_INPUT,
        "font_size": 12,
        "bold": True,
        "align": "left",
        "indent": 1,
        "border_color": INPUT_BLUE,
        "shrink": False,
    },
    "switch": {**_INPUT, "font_size": 13, "bold": True, "shrink": False},
    "truth": {**_INPUT, "font_size": 10, "bold": True, "num_format": "General"},
    "truth_formula": {**_FORMULA, "font_size": 10, "bold": True, "num_format": "General"},
    "verdict": {**_FONT, "font_size": 12, "bold": True},
    "ruler": {**_SMALL, "font_color": QUIET, "num_format": "0"},
    "ink": {**_SMALL, "font_color": QUIET, "num_format": ONE_DECIMAL},
    "margin": {**_SMALL, "bg_color": "#F0F2F4"},
    "pad": {**_INPUT, "num_format": ONE_DECIMAL},
    "check_result": {**_ANSWER, "font_size": 11, "align": "right"},
    "counter": {**_FONT, "font_color": QUIET, "align": "right", "num_format": "0"},
    "stored_score": {
        **_FONT,
        "font_size": 9,
        "font_color": QUIET,
        "align": "right",
        "num_format": "0.000",
        "shrink": True,
    },
    "taken": {**_TABLE, "num_format": "0.00"},
    "share": {**_TABLE, "num_format": "0.0%", "font_color": ANSWER_GREEN, "bold": True},
    "index": {**_FONT, "font_size": 9, "font_color": QUIET, "align": "center", "num_format": "0"},
    "count": {**_TABLE, "num_format": "0"},
    "centred": {**_FONT, "font_size": 9, "font_color": QUIET, "align": "center"},
    "remark": {**_FONT, "font_size": 9, "font_color": QUIET},
    "sign": {**_FONT, "font_size": 14, "align": "center"},
    "link_right": {
        **_FONT,
        "font_size": 10,
        "font_color": INPUT_BLUE,
        "underline": 1,
        "align": "right",
    },
    "winner": {"bold": True, "font_color": INK, "border": 1, "border_color": INK},
    "warned": {"bold": True, "font_color": "#B3261E"},
    "chosen": {"bg_color": "#E3EEFA"},
    "failed": {"bg_color": PALE_RED, "font_color": INK, "bold": True},
    "lesson_input": {**_INPUT, "font_size": 10, "align": "right", "num_format": "0.00"},
    "lesson_number": {**_TABLE, "num_format": "0.00"},
    "lesson_exp": {**_TABLE, "num_format": "[>=1000000]0.00E+00;0.00"},
    "lesson_percent": {**_TABLE, "num_format": "0.00%"},
    "lesson_picked": {**_TABLE, "font_color": ANSWER_GREEN, "bold": True},
    "lesson_quiet": {**_FONT, "font_size": 10, "font_color": QUIET},
    "lesson_ruler": {**_FONT, "font_size": 10, "font_color": QUIET, "align": "right", "num_format": "0.0"},
    "guide_head": {**_FONT, "font_size": 12, "bold": True, "bottom": 1, "bottom_color": INK},
    "guide_text": {**_FONT, "font_size": 11},
    "near_heading": {**_FONT, "font_size": 15, "bold": True},
    "near_text": {**_FONT, "font_size": 13},
    "near_label": {**_FONT, "font_size": 13, "font_color": QUIET, "align": "right", "indent": 1},
    "near_label_bold": {**_FONT, "font_size": 18, "bold": True, "align": "left"},
    "near_number": {**_TABLE, "font_size": 13, "num_format": TWO_DECIMALS},
    "near_score": {**_TABLE, "font_size": 15, "bold": True, "num_format": TWO_DECIMALS},
    "near_check": {**_ANSWER, "font_size": 13, "align": "right"},
    "near_mark": {**_ANSWER, "font_size": 13},
    "evidence": {**_FORMULA, "font_size": 10, "num_format": ONE_DECIMAL},
    "unsaid": {"num_format": ";;;"},
    "right": {"bg_color": "#D8EFDF"},
    "missed": {"bg_color": "#FFE7B3", "font_color": INK},
    "far_title": {**_FONT, "font_size": 26, "bold": True},
    "far_text": {**_FONT, "font_size": 15},
    "far_head": {**_FONT, "font_size": 15, "bold": True, "align": "right", "bottom": 1},
    "far_head_left": {**_FONT, "font_size": 15, "bold": True, "bottom": 1},
    "far_number": {**_FONT, "font_size": 15, "font_color": QUIET, "align": "right"},
    "far_input": {**_FONT, "font_size": 15, "font_color": INPUT_BLUE, "align": "right"},
    "far_formula": {**_FONT, "font_size": 15, "align": "right"},
    "far_caption": {**_FONT, "font_size": 13, "font_color": QUIET},
    "label": {**_FONT, "font_size": 10, "bold": True, "align": "center"},
    "input": {**_INPUT, "num_format": ONE_DECIMAL},
    "weight": {**_INPUT, "num_format": TWO_DECIMALS},
    "input_whole": {**_INPUT, "num_format": WHOLE},
    "activation": {**_FORMULA, "num_format": ONE_DECIMAL},
    "activation_whole": {**_FORMULA, "num_format": WHOLE},
    "score": {**_TABLE, "num_format": "0.000"},
    "exponential": {**_TABLE, "num_format": "0.0000"},
    "probability": {**_TABLE, "num_format": "0.00%", "font_color": ANSWER_GREEN, "bold": True},
    "legend_answer": {**_FORMULA, "font_color": ANSWER_GREEN, "bold": True},
    "table_head": {**_FONT, "font_size": 9, "bold": True, "align": "right", "text_wrap": True},
    "table_label": {**_FONT, "font_size": 9, "font_color": QUIET, "align": "right"},
    "answer": {**_ANSWER, "font_size": 18},
    "confidence": {**_ANSWER, "font_size": 12},
    "check": {**_FONT, "font_size": 10, "font_color": ANSWER_GREEN},
    "model_head": {**_FONT, "bold": True, "bottom": 1},
    "model_head_right": {**_FONT, "bold": True, "bottom": 1, "align": "right"},
    "model_head_shape": {**_FONT, "bold": True, "bottom": 1, "indent": 2},
    "model_bold": {**_FONT, "bold": True},
    "model_text": _FONT,
    "model_shape": {**_FONT, "indent": 2},
    "model_number": {**_FONT, "align": "right", "num_format": "#,##0"},
    "published": {"font_name": "Calibri", "font_size": 11},
    "published_title": {"font_name": "Calibri", "font_size": 11, "bold": True},
    "published_note": {"font_name": "Calibri", "font_size": 11, "italic": True},
    "published_input": {"font_name": "Calibri", "font_size": 11, "num_format": "#,##0.0"},
    "published_score": {"font_name": "Calibri", "font_size": 11, "num_format": "#,##0.00"},
    "published_probability": {"font_name": "Calibri", "font_size": 11, "num_format": "0.0%"},
    "link": {**_FONT, "font_size": 10, "font_color": INPUT_BLUE, "underline": 1},
}


def sequential_scale(regions: Sequence[Region]) -> dict[str, Any]:
    """Return a scale from white at 0 to red at the largest value of these regions."""
    return {
        "type": "2_color_scale",
        "min_type": "num",
        "min_value": 0,
        "min_color": WHITE,
        "max_color": PALE_RED,
        **_end("max", f"MAX({_joined(regions)},0.000001)", regions),
    }


def ink() -> dict[str, Any]:
    """Return a scale from white at 0, paper, to red at 1, full ink."""
    numbers = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    return {"type": "2_color_scale", **numbers, "min_color": WHITE, "max_color": PALE_RED}


def as_published() -> dict[str, Any]:
    """Return the scale of fast.ai's workbook: from white at the smallest value to red at the largest."""
    return {"type": "2_color_scale", "min_color": "#FCFCFF", "max_color": RED}


def pixels(characters: float) -> int:
    """Return a column's width in pixels from that in characters of Calibri 11, as Excel works it out."""
    return round(characters * 7 + 5)


def diverging_scale(regions: Sequence[Region], share: float = 1) -> dict[str, Any]:
    """Return a scale blue, white, red, with white at 0 and both ends at a share of what is farthest from it."""
    extent = f"MAX(MAX({_joined(regions)}),-MIN({_joined(regions)}),0.000001)"
    if share != 1:
        extent = f"{share}*{extent}"
    return {
        "type": "3_color_scale",
        "min_color": PALE_BLUE,
        "mid_type": "num",
        "mid_value": 0,
        "mid_color": WHITE,
        "max_color": PALE_RED,
        **_end("min", f"-{extent}", regions),
        **_end("max", extent, regions),
    }


def _end(end: str, text: str, regions: Sequence[Region]) -> dict[str, Any]:
    """Return one end of a scale: what a formula gives, or the cells' own extreme if it is too long for Excel."""
    if len(text) < MAX_FORMULA and len(regions) < MAX_ARGUMENTS:
        return {f"{end}_type": "formula", f"{end}_value": f"={text}"}
    return {f"{end}_type": end}


def probability_chart(noun: str) -> dict[str, Any]:
    """Return the looks of the bar chart of probabilities."""
    font = {"name": "Calibri", "size": 9, "color": INK}
    return {
        "title": {"name": f"How sure of each {noun}", "name_font": {**font, "size": 11}, "overlay": False},
        "series": {"fill": {"color": RED}, "gap": 40},
        "x_axis": {"num_font": font, "line": {"color": QUIET}},
        "y_axis": {
            "min": 0,
            "max": 1,
            "major_unit": 0.25,
            "num_format": "0%",
            "num_font": font,
            "major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}},
            "line": {"none": True},
        },
        "description": f"Bar chart: the probability of each {noun}.",
    }


def curve_chart(
    curve: str, title: str, description: str, high: float, *, smooth: bool = True
) -> dict[str, Any]:
    """Return the looks of a chart of a curve over -4 to 4, up to `high`, and of points on it."""
    font = {"name": "Calibri", "size": 9, "color": INK}
    grid = {"visible": True, "line": {"color": "#E3E7EB"}}
    axis = {"num_font": font, "major_gridlines": grid, "line": {"color": QUIET}, "label_position": "low"}
    return {
        "title": {"name": title, "name_font": {**font, "size": 11}, "overlay": False},
        "series": {curve: {"line": {"color": RED, "width": 2.25}, "smooth": smooth}},
        "points": {
            "line": {"none": True},
            "marker": {
                "type": "circle",
                "size": 8,
                "fill": {"color": BLUE},
                "border": {"color": INPUT_BLUE},
            },
        },
        "x_axis": {**axis, "min": -4, "max": 4, "major_unit": 1},
        "y_axis": {**axis, "min": 0, "max": high},
        "description": description,
    }


def _joined(regions: Sequence[Region]) -> str:
    return ",".join(range_a1(region.area, absolute=True) for region in regions)
