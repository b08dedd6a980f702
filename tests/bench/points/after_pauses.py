"""9. The rhythm of people: one call after a pause, announced by `vd_client_prepare` and not."""

import concurrent.futures
import contextlib
import time

import competitors
from competitors import CURL, OURS, PREPARED, Competitor
from figures import median, ms
from report import table
from stage import Stage

NUMBER, TITLE = 9, "After a pause"
ACTS = {"list": 0, "add": 1}  # and the practice that is used for it
DELAY = 30
PAUSES_S = {3: 5, 20: 3, 70: 2, 300: 1}  # how long, and how often
CLOSES_AFTER_S = (5, 75)  # Apache's default and nginx's
COPIES = 3  # timelines of a way: there is one call after 300 s in each
LASTS_S = 120  # what was announced is forgotten after so long
WAYS = [PREPARED, *competitors.ALL]
MOST_PREPARED = 1.05
TOLERANCE = 0.05
LONG_S = 60


def measure(_):
    took = {}
    with contextlib.ExitStack() as running:
        timelines = []
        for closes_after in CLOSES_AFTER_S:
            stage = running.enter_context(Stage())
            stage.asked("settings", {"idle_close_ms": closes_after * 1000}, "PATCH")
            for act, practice in ACTS.items():
                for way in WAYS * COPIES:
                    competitor = running.enter_context(Competitor(way, stage.account(DELAY, practice)))
                    timelines.append((f"{closes_after} {act} {way.key}", way, act, competitor))
        with concurrent.futures.ThreadPoolExecutor(len(timelines)) as threads:
            begun = [(name, threads.submit(timeline, number, way, act, competitor)) for number, (name, way, act, competitor) in enumerate(timelines)]
            for name, found in begun:
                for pause, times in found.result().items():
                    took.setdefault(name, {}).setdefault(pause, []).extend(times)
    return took


def timeline(number, way, act, competitor):
    """One after another so that they do not meet: the pauses are what is measured, and each way has its own. A way that cannot bear that the service has
    closed its connection ends here."""
    time.sleep(number * 0.15)
    competitor.nanoseconds(f"{act} 2")
    took = {}
    for pause, times in PAUSES_S.items():
        for _ in range(times):
            rest(way, competitor, pause)
            try:
                took.setdefault(str(pause), []).extend(competitor.nanoseconds(f"{act} 1"))
            except RuntimeError:
                return took
    return took


def rest(way, competitor, pause):
    """The form is open when the pause begins; the last field is left a second before its end."""
    if way is not PREPARED:
        time.sleep(pause)
    elif pause < LASTS_S:
        competitor.obey("prepare")
        time.sleep(pause)
    else:
        time.sleep(pause - 1)
        competitor.obey("prepare")
        time.sleep(1)


def round_trips(found, closes_after, act, way, pause):
    """None where the way has broken off."""
    took = found.get(f"{closes_after} {act} {way.key}", {}).get(str(pause))
    return ms(median(took)) / (2 * DELAY) if took else None


def cell(trips):
    return "breaks off" if trips is None else f"{trips:.2f}"


def lines(found):
    for closes_after in CLOSES_AFTER_S:
        for act in ACTS:
            rows = [[way.name, *(cell(round_trips(found, closes_after, act, way, pause)) for pause in PAUSES_S)] for way in WAYS]
            head = f"`meet_{act}`, round trips; the service closes after {closes_after} s"
            yield from table([head, *(f"after {pause} s" for pause in PAUSES_S)], rows)
            yield ""


def goals(found):
    for closes_after in CLOSES_AFTER_S:
        for act in ACTS:
            for pause in PAUSES_S:
                where = f"`meet_{act}` after {pause} s, service closes after {closes_after} s"
                prepared, ours, curl = (round_trips(found, closes_after, act, way, pause) for way in (PREPARED, OURS, CURL))
                yield f"prepared {where}, round trips", f"≤ {MOST_PREPARED}", f"{prepared:.2f}", prepared <= MOST_PREPARED
                most = curl - (1 if act == "list" or pause > LONG_S else 0)
                yield f"{where}, round trips", f"≤ {most:.2f} (libcurl's{' less one' if most < curl else ''})", f"{ours:.2f}", ours <= most + TOLERANCE
