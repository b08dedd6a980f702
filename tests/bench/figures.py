"""Medians, spreads, and how a cost grows."""

import math
import statistics


def median(values):
    return statistics.median(values)


def spread(values):
    """The middle half: from the lower to the upper quartile."""
    if len(values) < 2:
        return (values[0], values[0])
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    return (quartiles[0], quartiles[2])


def exponent(points):
    """The power of n with which a cost grows: the slope of the line through the points (n, cost) on logarithmic scales."""
    logs = [(math.log(n), math.log(cost)) for n, cost in points]
    mean_x, mean_y = (statistics.fmean(axis) for axis in zip(*logs))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def ms(nanoseconds):
    return nanoseconds / 1e6


def us(nanoseconds):
    return nanoseconds / 1e3


def readable(number):
    """Three digits that mean something, and separators."""
    if number == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{digits}f}"
