"""Runs the stories of the page in every language and width, then schemathesis; prints what failed and "N passed, N failed"."""

import argparse
import pathlib
import sys
import traceback

import schema
import stories
from browser import Browser
from world import Sandbox

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


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shots", type=pathlib.Path, help="leave pictures in this folder")
    arguments.add_argument("--only", default="", help="run only the stories whose name contains this")
    wishes = arguments.parse_args()
    passed = failed = 0
    with Browser() as browser:
        if wishes.shots:
            take_pictures(browser, wishes.shots)
        for name, run in (case for case in cases() if wishes.only in case[0]):
            try:
                with Sandbox() as sandbox:
                    run(browser, sandbox)
                passed += 1
            except Exception:
                failed += 1
                print(f"FAILED {name}\n{traceback.format_exc()}")
    if wishes.only in "schemathesis":
        found = schema.check()
        passed, failed = (passed + 1, failed) if found is None else (passed, failed + 1)
        if found is not None:
            print(f"FAILED schemathesis\n{found}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
