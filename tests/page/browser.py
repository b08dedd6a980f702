"""Headless Chromium as a person uses it: looks, clicks, types, waits until something is there."""

import base64
import os
import pathlib
import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=cs",
)
LANGUAGES = ("cs", "en")
WIDTHS = {"desktop": 1280, "phone": 375}
PATIENCE = 20  # seconds, until something that must happen has happened


class Browser:
    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="page-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for option in (*OPTIONS, f"--user-data-dir={self.profile}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, sandbox, language, width):
        page = Page(self.driver, sandbox, language, width)
        page.go("/")
        return page


class Page:
    def __init__(self, driver, sandbox, language, width):
        self.driver, self.sandbox, self.language, self.width = driver, sandbox, language, width
        self.scripts(True)
        self.resize(900)
        driver.get("about:blank")
        driver.get_log("browser")  # the page before has lost its sandbox

    def resize(self, height):
        metrics = {"width": self.width, "height": height, "deviceScaleFactor": 1, "mobile": self.width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def scripts(self, on):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})

    def go(self, path):
        self.driver.get(f"{self.sandbox.url}{path}?lang={self.language}")

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        """The one element, once it is there."""
        self.until(lambda: self.all(selector), f"{selector} is there")
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, condition, what):
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(lambda _: condition(), f"not so: {what}")

    def text(self, selector="main"):
        return self.driver.execute_script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def until_text(self, wanted, selector="main"):
        self.until(lambda: wanted in self.text(selector), f"{selector} says {wanted!r}: {self.text(selector)[:400]!r}")

    def click(self, selector):
        element = self.one(selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def submit(self, selector):
        """Clicks and waits until the answer's page has taken the place of this one."""
        before = self.one("html")
        self.click(selector)
        self.until(lambda: self.is_gone(before), "another page came")
        self.until(lambda: self.driver.execute_script("return document.readyState") == "complete", "it is loaded")

    def is_gone(self, element):
        try:
            element.is_enabled()
            return False
        except Exception:  # stale, or its page is just going
            return True

    def write(self, selector, text):
        element = self.one(selector)
        element.clear()
        element.send_keys(text)

    def choose(self, selector, value):
        """As a person chooses in a list: the page hears of it."""
        script = "const e = arguments[0]; e.value = arguments[1]; for (const n of ['input', 'change']) e.dispatchEvent(new Event(n, {bubbles: true}))"
        self.driver.execute_script(script, self.one(selector), value)

    def is_in_sight(self, selector):
        """Whether it is there and can be read without scrolling, or can as soon as the page has come to rest."""
        script = "const r = arguments[0].getBoundingClientRect(); return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight"
        self.until(lambda: self.driver.execute_script(script, self.one(selector)), f"{selector} is in sight")
        return True

    def press(self, *keys):
        chain = ActionChains(self.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def scrolls_sideways(self):
        return self.js("return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def accessibility_faults(self):
        """What axe finds: rule, what it is about, where."""
        # Through the debugger, not as a script of the page: the page's policy lets none in.
        self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": pathlib.Path(os.environ["AXE"]).read_text()})
        found = self.driver.execute_async_script("const done = arguments[0]; axe.run(document).then(r => done(r.violations), e => done([{id: String(e), help: '', nodes: []}]))")
        return [(rule["id"], rule["help"], [node["html"][:160] + " " + node.get("failureSummary", "")[:300] for node in rule["nodes"]]) for rule in found]

    def has_no_complaints(self):
        """The browser's console has nothing to say against the page."""
        complaints = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        assert not complaints, complaints

    def picture(self, path):
        self.resize(self.js("return document.documentElement.scrollHeight"))
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        path.write_bytes(base64.b64decode(shot["data"]))
        self.resize(900)
