"""Four panels of lines as one SVG, with nothing but this file."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 520, 340, 72, 16, 34, 78
COLOURS = ["#c1121f", "#1d3557", "#e09f3e", "#2a9d8f", "#7b2cbf", "#6c757d"]


class Axis:
    """From numbers to pixels; logarithmic where the numbers span decades."""

    def __init__(self, values, start, end, logarithmic):
        self.logarithmic, self.start, self.end = logarithmic, start, end
        scaled = [self.scaled(value) for value in values]
        self.low, self.high = min(scaled), max(scaled)
        if not logarithmic:
            self.low = min(0, self.low)
        if self.low == self.high:
            self.high += 1

    def scaled(self, value):
        return math.log10(value) if self.logarithmic else value

    def at(self, value):
        return self.start + (self.scaled(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        if self.logarithmic:
            return [10**power for power in range(math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9) + 1)]
        step = 10 ** math.floor(math.log10(self.high / 4))
        step = next(step * factor for factor in (1, 2, 5, 10) if self.high / (step * factor) <= 6)
        return [step * n for n in range(int(self.high / step) + 1)]


class Panel:
    def __init__(self, title, across, upwards, lines, logarithmic=False):
        self.title, self.across, self.upwards, self.logarithmic = title, across, upwards, logarithmic
        self.lines = lines  # name: [(x, y), …]

    def svg(self, left, top):
        points = [point for line in self.lines.values() for point in line]
        x = Axis([point[0] for point in points], LEFT, WIDTH - RIGHT, self.logarithmic)
        y = Axis([point[1] for point in points], HEIGHT - BOTTOM, TOP, self.logarithmic)
        yield f'<g transform="translate({left},{top})">'
        yield f'<text x="{LEFT}" y="20" font-weight="bold">{escape(self.title)}</text>'
        yield from self.frame(x, y)
        for number, (name, line) in enumerate(self.lines.items()):
            colour = COLOURS[number % len(COLOURS)]
            path = " ".join(f"{x.at(a):.1f},{y.at(b):.1f}" for a, b in line)
            yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            yield from (f'<circle cx="{x.at(a):.1f}" cy="{y.at(b):.1f}" r="2.5" fill="{colour}"/>' for a, b in line)
            column, row = number % 3, number // 3
            key_x, key_y = LEFT - 40 + column * 165, HEIGHT - 26 + row * 15
            yield f'<rect x="{key_x}" y="{key_y - 8}" width="9" height="9" fill="{colour}"/><text x="{key_x + 13}" y="{key_y}">{escape(name)}</text>'
        yield "</g>"

    def frame(self, x, y):
        for value in y.ticks():
            yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y.at(value):.1f}" y2="{y.at(value):.1f}" stroke="#ddd"/>'
            yield f'<text x="{LEFT - 6}" y="{y.at(value) + 4:.1f}" text-anchor="end">{value:,.12g}</text>'
        for value in x.ticks():
            yield f'<text x="{x.at(value):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{value:,.12g}</text>'
        yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - BOTTOM + 31}" text-anchor="middle" fill="#555">{escape(self.across)}</text>'
        yield f'<text x="12" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" fill="#555" transform="rotate(-90 12 {(TOP + HEIGHT - BOTTOM) / 2})">{escape(self.upwards)}</text>'


def svg(panels):
    rows = (len(panels) + 1) // 2
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{rows * HEIGHT}" font-family="sans-serif" font-size="11">'
    yield '<rect width="100%" height="100%" fill="white"/>'
    for number, panel in enumerate(panels):
        yield from panel.svg(number % 2 * WIDTH, number // 2 * HEIGHT)
    yield "</svg>"
