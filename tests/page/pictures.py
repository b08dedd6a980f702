"""Pictures of the page as a person sees it who has invited somebody, for people to look at: pictures.py FOLDER; run.sh calls it."""

import pathlib
import sys

import stories
from browser import LANGUAGES, WIDTHS, Browser
from world import Sandbox


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
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


main(pathlib.Path(sys.argv[1]))
