"""Runs the stories of the page in every language and width, then schemathesis; prints what failed and "N passed, N failed"."""

import argparse
import pathlib
import sys

import schema
import stories
from browser import Browser
from world import Sandbox

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import tally  # noqa: E402 (it lies one folder up)

LANGUAGES = ("cs", "en")
WIDTHS = {"desktop": 1280, "phone": 375}


def cases():
    """Each story with its language and width; those that hold for both say so by taking neither."""
    for story in stories.EVERYWHERE:
        for language in LANGUAGES:
            for width in WIDTHS.values():
                yield f"{story.__name__} [{language}, {width}]", lambda b, s, story=story, l=language, w=width: story(b.open(s, l, w), s)
    for story in stories.ONCE:
        yield story.__name__, lambda b, s, story=story: story(b.open(s, "cs", WIDTHS["desktop"]), s)


def take_pictures(browser, folder):
    """Pictures of the page as a person sees it who has invited somebody, for people to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, width in WIDTHS.items():
            with Sandbox() as sandbox:
                page = browser.open(sandbox, language, width)
                page.picture(folder / f"{language}-{name}-empty.png")
                stories.fill(sandbox)
                page.go("/")
                page.picture(folder / f"{language}-{name}.png")
                page.go("/meet/" + sandbox.control("GET", "meetings")[1]["meet_id"])  # the first is removed
                page.picture(folder / f"{language}-{name}-room.png")
    print(f"page: pictures are in {folder}")


def in_a_sandbox_of_its_own(run, browser):
    with Sandbox() as sandbox:
        run(browser, sandbox)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shots", type=pathlib.Path, help="leave pictures in this folder")
    arguments.add_argument("--only", default="", help="run only the stories whose name contains this")
    wishes = arguments.parse_args()
    with Browser() as browser:
        if wishes.shots:
            take_pictures(browser, wishes.shots)
        for name, run in (case for case in cases() if wishes.only in case[0]):
            tally.tell(name, in_a_sandbox_of_its_own, run, browser)
    if wishes.only in "schemathesis":
        tally.tell("schemathesis", schema.check)
    tally.finish()


main()
