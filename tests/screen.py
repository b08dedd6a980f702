"""A screen for the tests of windows: Xvfb with fonts that are the same everywhere, clicks by xdotool, and its text as a person reads it, by OCR.

The Debian packages: xvfb xdotool imagemagick fontconfig fonts-dejavu-core tesseract-ocr tesseract-ocr-ces.
"""

import contextlib
import difflib
import os
import re
import subprocess
import tempfile
import time
import unicodedata
from pathlib import Path

SIZE = "940x660"
# How alike a sentence and what OCR reads of it must be: at this size it takes a letter in twenty for another one.
ALIKE = 0.85
# Seconds until something that must happen has happened, beside other work: OCR alone takes several.
PATIENCE = 120
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir>
<match><edit name="family" mode="assign" binding="strong"><string>DejaVu Sans</string></edit></match>
<match target="font"><edit name="antialias" mode="assign"><bool>true</bool></edit></match></fontconfig>
"""


def until(holds, seconds, every=0.1):
    """What `holds` returns once it is true; None if it does not come to that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(every)
    return None


class Window:
    """A program's window on a screen of its own."""

    def __init__(self, environment, title):
        self.environment = environment
        self.title = title

    def find(self):
        found = until(lambda: self.run("xdotool", "search", "--onlyvisible", "--name", f"^{self.title}$").split(), PATIENCE)
        if not found:
            raise RuntimeError(f"no window {self.title} has appeared")
        self.number = found[-1]

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True).stdout

    def click(self, *places):
        for x, y in places:
            self.run("xdotool", "mousemove", "--window", self.number, str(x), str(y), "click", "1")

    def point_at(self, place):
        self.run("xdotool", "mousemove", "--window", self.number, *map(str, place))

    def click_until(self, sign, *places):
        """Clicks until the sign shows: a window that is still being drawn takes no click."""

        def once():
            if not sign():
                self.click(*places)
            return sign()

        return until(once, PATIENCE, every=0.5)

    def type_into(self, place, text):
        """Into the field at the place, where the click puts the cursor."""
        self.click(place)
        self.run("xdotool", "type", "--delay", "50", text)

    def fill(self, place, text):
        """In the place of what the field holds."""
        self.click(place)
        self.run("xdotool", "key", "Home", "shift+End")
        self.run("xdotool", "type", "--delay", "50", text)

    def windows(self):
        """How many the program shows, dialogs and their parts among them."""
        return len(self.run("xdotool", "search", "--onlyvisible", "--name", ".").split())

    def press(self, *keys):
        self.run("xdotool", "key", *keys)

    def type(self, text):
        self.run("xdotool", "type", "--delay", "50", text)

    def whole_screen(self, file):
        """With the dialogs of the program."""
        self.run("import", "-window", "root", f"png:{file}")
        return file

    def picture(self, file):
        """Taken without the pointer, once the window no longer changes."""
        self.run("xdotool", "mousemove", "935", "655")
        before = None
        for _ in range(50):
            self.run("import", "-window", self.number, f"png:{file}")
            now = Path(file).read_bytes()
            if now == before:
                break
            before = now
            time.sleep(0.1)

    def text(self):
        """What can be read in the window, in one line."""
        with tempfile.TemporaryDirectory() as folder:
            self.picture(f"{folder}/window.png")
            self.run("convert", f"{folder}/window.png", "-colorspace", "Gray", "-filter", "Lanczos", "-resize", "300%", f"{folder}/large.png")
            return " ".join(self.run("tesseract", f"{folder}/large.png", "-", "-l", "ces", "--psm", "11").split())

    def reads(self, sentence):
        return likeness(sentence, self.text()) >= ALIKE

    def shows(self, sentence):
        return until(lambda: self.reads(sentence), PATIENCE, every=0.2)


def letters(text):
    """Without diacritics, blanks and signs, which OCR takes for one another."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def likeness(sentence, text):
    """How well the sentence can be read in the text: 1 is to the letter."""
    wanted, there = letters(sentence), letters(text)
    best = 0.0
    for at in range(0, max(1, len(there) - len(wanted) + 1)):
        matcher = difflib.SequenceMatcher(None, wanted, there[at:at + len(wanted)], autojunk=False)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best


def pixels_apart(one, other):
    """The part of the pixels that differ visibly between two pictures; None if they are not of one size or one is missing."""
    said = subprocess.run(["compare", "-metric", "AE", "-fuzz", "20%", one, other, "null:"], capture_output=True, text=True)
    size = subprocess.run(["identify", "-format", "%w %h", one], capture_output=True, text=True).stdout.split()
    if said.returncode > 1 or len(size) != 2:
        return None
    return float(said.stderr.split()[0]) / (int(size[0]) * int(size[1]))


@contextlib.contextmanager
def display(environment=os.environ):
    """A screen of its own; the environment of a program that is to be seen there."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ends:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS.format(cache=folder))
        read, write = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE}x24"], pass_fds=[write], stderr=subprocess.DEVNULL)
        ends.callback(end, server)
        os.close(write)
        with os.fdopen(read) as numbers:
            number = ":" + numbers.readline().strip()
        yield {**environment, "DISPLAY": number, "FONTCONFIG_FILE": str(fonts), "GTK2_RC_FILES": "/dev/null", "HOME": folder, "LC_ALL": "C.UTF-8"}


@contextlib.contextmanager
def window(command, environment, title):
    """Starts the program on a new screen, finds its window, and ends both."""
    with display(environment) as there:
        program = subprocess.Popen(command, env=there, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            found = Window(there, title)
            found.find()
            yield found
        finally:
            end(program)


def end(process):
    process.kill()
    process.wait()
