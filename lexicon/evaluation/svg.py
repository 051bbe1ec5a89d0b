"""Small figures as inline SVG: axes from 0 to 1, lines and dots in the classes of the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isogloss.data.words import escaped

WIDTH, HEIGHT, EDGE = 360, 270, 46  # of the drawing, in its own units; chosen by eye
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of an axis of probabilities

Point = Sequence[float]


@dataclass(frozen=True)
class Series:
    """A ``line`` of points and ``dots`` (with a radius), of one class; each dot's label shows when it is pointed at."""

    style: str
    line: Sequence[Point] = ()
    dots: Sequence[Point] = ()
    labels: Sequence[str] = ()


def figure(
    marks: Sequence[Series],
    across: str = "",
    up: str = "",
    *,
    diagonal: bool = False,
    joined: Sequence[tuple[Point, Point]] = (),
) -> str:
    """An SVG element.

    Args:
        marks: What is drawn, coordinates from 0 to 1.
        across: What the horizontal axis is; without both names there are no ticks.
        up: What the vertical axis is.
        diagonal: Whether to draw where both are equal.
        joined: Points with a line between.
    """
    parts = [*_axes(across, up)] if across or up else []
    if diagonal:
        parts.append(_segment((0, 0), (1, 1), "ideal"))
    parts += [_segment(start, end, "join") for start, end in joined]
    for mark in marks:
        if len(mark.line) > 1:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, mark.line))
            parts.append(f'<polyline class="{mark.style}" points="{points}"/>')
        labels = mark.labels or [""] * len(mark.dots)
        parts += [_dot(dot, label, mark.style) for dot, label in zip(mark.dots, labels, strict=True)]
    left, below = (0, HEIGHT) if across or up else (EDGE - 8, HEIGHT - EDGE + 8)  # without axes no room for their names
    return f'<svg viewBox="{left} 0 {WIDTH - left} {below}" role="img">{"".join(parts)}</svg>'


def _place(point: Point) -> tuple[float, float]:
    return EDGE + point[0] * (WIDTH - EDGE - 8), (HEIGHT - EDGE) - point[1] * (HEIGHT - EDGE - 8)


def _segment(start: Point, end: Point, style: str) -> str:
    (a, b), (c, d) = _place(start), _place(end)
    return f'<line class="{style}" x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}"/>'


def _dot(dot: Point, label: str, style: str) -> str:
    x, y = _place(dot)
    title = f"<title>{escaped(label)}</title>" if label else ""
    return f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="{dot[2]:.1f}">{title}</circle>'


def _axes(across: str, up: str) -> list[str]:
    parts = []
    for tick in TICKS:
        (x, bottom), (left, y) = _place((tick, 0)), _place((0, tick))
        parts += [_segment((tick, 0), (tick, 1), "axis"), _segment((0, tick), (1, tick), "axis")]
        parts.append(f'<text x="{x:.1f}" y="{bottom + 14:.1f}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 5:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escaped(across)}</text>')
    turned = f'text-anchor="middle" transform="rotate(-90 11 {HEIGHT / 2})"'
    parts.append(f'<text x="11" y="{HEIGHT / 2}" {turned}>{escaped(up)}</text>')
    return parts
