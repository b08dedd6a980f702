"""What vd_qr draws and vd_meet_ics writes, read by programs that are not ours."""

import ctypes
import datetime
import json
import os
import subprocess
import tempfile
import unittest
import zoneinfo
from pathlib import Path

import icalendar

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
LIBRARY = ctypes.CDLL(os.environ["VIDEODOKTOR_LIBRARY"])
PRAGUE = zoneinfo.ZoneInfo("Europe/Prague")
ADDRESS = "https://demo.videodoktor.cz/meet/0123456789abcdef0123456789abcdef"


def taken(pointer):
    """A text that the library has handed out, copied and freed."""
    text = ctypes.cast(pointer, ctypes.c_char_p).value.decode() if pointer else None
    if LIBRARY.vd_string_free(pointer) != 0:
        raise AssertionError("a text of the library is its own")
    return text


def qr(text, path, pixels):
    out = ctypes.c_void_p()
    status = LIBRARY.vd_qr(text.encode(), path and str(path).encode(), pixels, ctypes.byref(out))
    return status, json.loads(taken(out))


def ics(meeting_json, options_json):
    out = ctypes.c_void_p()
    status = LIBRARY.vd_meet_ics(meeting_json.encode(), options_json and options_json.encode(), ctypes.byref(out))
    return status, taken(out) if status == 0 else None


def event_of(calendar):
    return calendar.walk("VEVENT")[0]


def read_code(picture):
    """The text in the QR code of a picture."""
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "--oneshot", picture], capture_output=True, check=False)
    return done.stdout.decode().removesuffix("\n")


class QrCodes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def drawn(self, text, name, pixels):
        status, told = qr(text, self.folder / name, pixels)
        self.assertEqual(status, 0, told)
        self.assertEqual(told["bytes"], (self.folder / name).stat().st_size)
        return self.folder / name

    def rendered(self, svg, pixels):
        picture = self.folder / "rendered.png"
        subprocess.run(["rsvg-convert", "-w", str(pixels), "-o", picture, svg], check=True)
        return picture

    def test_pictures_are_read_at_every_size(self):
        for name in ("code.png", "code.bmp"):
            for pixels in (90, 128, 257, 512, 1024):
                with self.subTest(name=name, pixels=pixels):
                    self.assertEqual(read_code(self.drawn(ADDRESS, name, pixels)), ADDRESS)

    def test_a_drawing_is_read(self):
        self.assertEqual(read_code(self.rendered(self.drawn(ADDRESS, "code.svg", 300), 300)), ADDRESS)
        status, told = qr(ADDRESS, None, 300)
        self.assertEqual(status, 0)
        (self.folder / "own.svg").write_text(told["svg"])
        self.assertEqual(read_code(self.rendered(self.folder / "own.svg", 300)), ADDRESS)

    def test_a_drawing_is_read_after_it_was_printed_to_pdf(self):
        page = self.folder / "page.pdf"
        subprocess.run(["rsvg-convert", "-f", "pdf", "-o", page, self.drawn(ADDRESS, "code.svg", 200)], check=True)
        subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", page, self.folder / "page"], check=True)
        self.assertEqual(read_code(self.folder / "page.png"), ADDRESS)

    def test_texts_of_all_kinds_are_read(self):
        for text in ("1", "ABC 123", "Žofie Nováková, 10:00 – 10:15", "x" * 500, "https://a.cz/?q=" + "ž" * 200, "x" * 2000):
            with self.subTest(text=text[:20], length=len(text)):
                self.assertEqual(read_code(self.drawn(text, "code.png", 1200)), text)

    def test_a_file_that_cannot_be_written_is_told(self):
        status, told = qr(ADDRESS, self.folder / "none" / "code.png", 256)
        self.assertEqual((status, told["error"]["name"]), (60, "VD_ERR_FILE"))


class Calendars(unittest.TestCase):
    def test_every_calendar_of_the_table_is_read(self):
        for case in json.loads((VECTORS / "calendars.json").read_text("utf-8")):
            with self.subTest(case["why"]):
                status, text = ics(case["meeting_json"], case["options_json"])
                self.assertEqual(status, case["status"])
                if status == 0:
                    calendar = icalendar.Calendar.from_ical(text)
                    self.assertEqual(len(calendar.walk("VEVENT")), 1)
                    self.assertEqual(calendar.errors + event_of(calendar).errors, [])

    def test_what_was_put_in_comes_out(self):
        summary = "Kontrola; Žofie, 2. část\nčára \\ a „uvozovky“ " + "ž" * 120
        meeting = {"meet_id": "a,b;c", "meet_url": ADDRESS, "meet_start": "2030-11-23T10:00:00+01:00", "pacient_email": "jana@example.cz"}
        options = {"summary": summary, "method": "REQUEST", "organizer": "ordinace@example.cz", "sequence": 3, "reminder_min": 30, "duration_min": 20}
        status, text = ics(json.dumps(meeting), json.dumps(options))
        self.assertEqual(status, 0)
        calendar = icalendar.Calendar.from_ical(text)
        event = event_of(calendar)
        self.assertEqual((calendar["METHOD"], event["SUMMARY"], event["UID"]), ("REQUEST", summary, "a,b;c@videodoktor.cz"))
        self.assertEqual((event["ORGANIZER"], event["ATTENDEE"], event["SEQUENCE"]), ("mailto:ordinace@example.cz", "mailto:jana@example.cz", 3))
        self.assertEqual((event["LOCATION"], event["URL"]), (ADDRESS, ADDRESS))
        self.assertEqual(event.decoded("DTEND") - event.decoded("DTSTART"), datetime.timedelta(minutes=20))
        self.assertEqual(event.walk("VALARM")[0].decoded("TRIGGER"), datetime.timedelta(minutes=-30))

    def test_a_start_is_the_same_instant_all_through_the_years(self):
        """By the zone in the text itself, which a calendar program may go by, compared with the zone database of Python."""
        for year in range(2024, 2038):
            for month in range(1, 13):
                for day, hour in ((1, 9), (15, 12), (24, 1), (25, 4), (28, 23)):
                    wall = datetime.datetime(year, month, day, hour, 30)
                    status, text = ics(json.dumps({"meet_id": "a"}), json.dumps({"start": wall.strftime("%Y-%m-%d %H:%M")}))
                    self.assertEqual(status, 0)
                    calendar = icalendar.Calendar.from_ical(text)
                    zone = calendar.walk("VTIMEZONE")[0].to_tz()
                    start = event_of(calendar)["DTSTART"].dt.replace(tzinfo=None)
                    self.assertEqual(start, wall)
                    self.assertEqual(zone.localize(start).utcoffset(), wall.replace(tzinfo=PRAGUE).utcoffset(), wall)
