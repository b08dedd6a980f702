"""The stories of the page, in headless Chromium, each in a sandbox of its own: some in every language and width, the others once."""

import pytest
import stories
from browser import LANGUAGES, WIDTHS, Browser
from world import Sandbox


@pytest.fixture(scope="module")
def browser():
    with Browser() as started:
        yield started


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("story", stories.EVERYWHERE, ids=lambda story: story.__name__)
def test_in_every_language_and_width(browser, story, width, language):
    with Sandbox() as sandbox:
        story(browser.open(sandbox, language, WIDTHS[width]), sandbox)


@pytest.mark.parametrize("story", stories.ONCE, ids=lambda story: story.__name__)
def test_once(browser, story):
    with Sandbox() as sandbox:
        story(browser.open(sandbox, "cs", WIDTHS["desktop"]), sandbox)
