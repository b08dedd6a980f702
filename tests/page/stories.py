"""What people do with the page. Each story has a sandbox of its own."""

import urllib.error

from selenium.webdriver.common.keys import Keys

TEXTS = {
    "cs": {"empty": "Zatím žádný hovor", "invited": "Pozvánka byla odeslána", "removed": "Zrušené hovory", "report_from": "výkaz bude od 24. 11. 2030"},
    "en": {"empty": "No call yet", "invited": "The patient is invited", "removed": "Cancelled calls", "report_from": "report from 24 Nov 2030"},
}


def fill(sandbox):
    """Everything there is to see: calls, both kinds of mail, refusals, faults, a nasty name, a long one."""
    sandbox.invite("Jana Nováková", "23.11.2030.10.00", pacient_email="jana@sandbox.example", pacient_telefon="777123456")
    sandbox.invite("Řehoř Šťastný-Příhoda", "23.11.2030.10.15", pacient_telefon="602111222")
    sandbox.invite("<script>alert(1)</script>", "23.11.2030.11.00")
    sandbox.invite("W" * 64, "23.11.2030.11.15", pacient_email="w" * 60 + "@" + "w" * 60 + ".sandbox.example")
    sandbox.invite("Jan", "23.11.2030.12.00")
    sandbox.post("/api_meet_list/", token="unknown")
    sandbox.control("DELETE", "meetings/" + sandbox.control("GET", "meetings")[0]["meet_id"])
    sandbox.control("POST", "faults", {"path": "/api_meet_add/", "cut_reply_after": 0, "times": 2})
    sandbox.control("POST", "faults", {"path": "/api_time/", "status": 502, "probability": 0.5})


def from_invitation_to_report(page, sandbox):
    said = TEXTS[page.language]
    page.until_text(said["empty"], "#calls")
    for name, start in (("Zdeňka Ježková", "2030-11-23T10:00"), ("Luděk Říha", "2030-11-23T10:30")):
        page.write("[name=pacient_jmeno]", name)
        page.js("document.querySelector('[name=meet_start]').value = arguments[0]", start) # its keys differ from one locale to the next
        page.submit("#invite button")
        page.until_text(said["invited"], "#said")
        page.until_text(name, "#calls-live")
        assert page.is_in_sight("#said"), "the confirmation stands where one has clicked"
        assert not page.scrolls_sideways()
    page.until_text("Pozvánka na videohovor", "#mails")
    page.until_text("Luděk Říha", "#mails")
    calls = sandbox.control("GET", "meetings")
    assert [call["pacient_jmeno"] for call in calls] == ["Zdeňka Ježková", "Luděk Říha"], calls

    stays, goes = (call["meet_id"] for call in calls)
    page.submit(f"#room-{stays}")
    page.until_text("MUDr.")
    assert "Ježková" not in page.text("html") and not page.scrolls_sideways()
    page.submit("#back")
    page.until_text("Ježková", "#calls-live")
    page.submit(f"#remove-{goes}")
    page.until_text(said["removed"], "#calls")
    assert page.is_in_sight("#said"), "the confirmation stands where one has clicked"
    page.until_text("Zrušení videohovoru", "#mails")
    assert not page.all(f"#call-{goes}")

    page.until_text(said["report_from"], f"#call-{stays}")
    page.submit("#clock-day")
    page.until_text(said["report_from"], f"#call-{stays}")
    page.submit("#clock-day")
    path = page.one(f"#report-{stays}").get_attribute("href").removeprefix(sandbox.url)
    kind, report = sandbox.fetch(path)
    assert kind == "application/pdf" and report.startswith(b"%PDF"), kind
    assert not page.scrolls_sideways()
    page.has_no_complaints()


def nothing_is_hard_to_read_or_to_reach(page, sandbox):
    def look():
        assert page.accessibility_faults() == [], page.accessibility_faults()
        assert not page.scrolls_sideways(), page.js("return [...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120))")

    look()
    fill(sandbox)
    page.go("/")
    page.js("document.querySelectorAll('details').forEach(d => { d.open = true })")
    look()
    page.write("[name=pacient_email]", "nobody")
    page.submit("#invite button")
    page.until_text("X011", "#said.bad")
    look()
    page.go("/meet/" + sandbox.control("GET", "meetings")[1]["meet_id"])
    look()
    page.go("/meet/none")
    look()
    page.driver.get_log("browser")  # the 404 above is no fault of the page


def everything_can_be_done_by_keys(page, sandbox):
    fill(sandbox)
    page.go("/")
    seen = []
    page.press(Keys.TAB)
    assert page.js("return document.activeElement.className") == "skip", "the first stop leads past the menus"
    while len(seen) < 400:  # the page has fewer stops, so keys that go round in a circle end here
        stop = page.js(
            """const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
            if (e === document.body || e === document.documentElement) return null;
            return {html: e.outerHTML.slice(0, 140), ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                    there: r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
                    nth: [...document.querySelectorAll('*')].indexOf(e)};"""
        )
        if stop is None:
            break
        assert stop["ring"] and stop["there"], stop
        seen.append(stop)
        page.press(Keys.TAB)
    wanted = page.js(
        """return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
             .filter(e => e.checkVisibility()).map(e => [...document.querySelectorAll('*')].indexOf(e))"""
    )
    order = [stop["nth"] for stop in seen]
    missed = [page.js("return document.querySelectorAll('*')[arguments[0]].outerHTML", nth)[:140] for nth in wanted if nth not in order]
    assert not missed, missed
    stops = [nth for i, nth in enumerate(order) if i == 0 or order[i - 1] != nth] # a date has several stops within
    assert stops == sorted(stops), "the keys go through the page as it reads"

    page.js("document.querySelector('[name=pacient_jmeno]').focus()")
    page.press(Keys.END, *[Keys.BACKSPACE] * 20, "Ondřej Kučera", Keys.ENTER)
    page.until_text("Ondřej Kučera", "#calls-live")
    page.js("document.querySelector('.entry summary').focus()")
    page.press(Keys.ENTER)
    page.until(lambda: page.js("return document.querySelector('.entry').open"), "Enter opens a line of the log")


def news_comes_in_by_itself_and_disturbs_nobody(page, sandbox):
    page.write("[name=pacient_jmeno]", "Half a name")
    sandbox.invite("Šárka Dvořáková", "23.11.2030.10.00")
    page.until_text("Šárka Dvořáková", "#calls-live")
    page.until_text("/api_meet_add/", "#log")
    page.click(".entry summary")
    opened = page.js("return document.querySelector('.entry').id")
    page.js("document.querySelector('#clock-day').focus()")
    sandbox.invite("Jiří Čapek", "23.11.2030.10.15")
    page.until_text("Jiří Čapek", "#calls-live")
    assert page.js("return document.getElementById(arguments[0]).open", opened), "what was opened stays open"
    assert page.js("return document.activeElement.id") == "clock-day", "the focus stays where it was"
    assert page.js("return document.querySelector('[name=pacient_jmeno]').value") == "Half a name"
    sandbox.control("PUT", "clock", {"set": "2030-11-24 12:34", "frozen": True})
    page.until_text("24. 11. 2030 12:34", "#clock")
    sandbox.control("PATCH", "settings", {"rate_limit": 60})
    page.until(lambda: page.js("return document.querySelector('#rate_limit').value") == "60", "a switch follows the control API")
    page.has_no_complaints()


def a_slow_service_and_a_masked_list_are_set_by_hand(page, sandbox):
    page.choose("#faults [name=kind]", "gateway")
    page.write("#faults [name=seconds]", "1")
    page.submit("#faults form button")
    page.until_text("brána to dřív vzdá s 504 (1 s)", "#faults-live")
    try:
        sandbox.invite("Jana Nováková", "23.11.2030.10.00")
        raise AssertionError("the gateway did not give up")
    except urllib.error.HTTPError as error:
        assert error.code == 504 and b"504 Gateway Time-out" in error.read(), error
    assert sandbox.control("GET", "idle") == {"working": 0, "connections": sandbox.control("GET", "working")["connections"]}
    page.until_text("Pozvánka na videohovor", "#mails")
    page.until_text("Jana Nováková", "#calls-live")

    page.click("#shown summary")
    page.js("document.querySelector('#shown_years').value = 'zeros'")
    for box in ("masked_emails", "titles"):
        page.click(f"#shown_{box}")
    page.submit("#settings-save")
    page.click("#shown summary")
    assert page.js("return document.querySelector('#shown_years').value") == "zeros"
    row = sandbox.call("/api_meet_list/")[0]
    shown = row["pacient_narozen"], row["pacient_email"], row["pacient_jmeno"]
    assert shown == ("0000", "p***@sandbox.example", "MUDr. Jana Nováková, Ph.D."), shown
    assert page.accessibility_faults() == [] and not page.scrolls_sideways()
    page.has_no_complaints()


def every_word_about_an_order_is_in_sight(page, sandbox):
    """Whatever is clicked, its confirmation or complaint can be read without scrolling."""
    fill(sandbox)
    page.go("/")
    buttons = (
        "#clock-day", "#clock-hour", "#clock-stand", "#clock-real", "#clock .line button", "#settings-save", "[action^='/sandbox/seed'] button",
        "[action^='/sandbox/make-up'] button", "#scenario-lost_reply", "#scenario-portal", "#fault-form button", "#faults-clear",
        "[action^='/sandbox/practice'] button", "[action^='/sandbox/restart'] button",
    )
    for button in buttons:
        page.submit(button)
        assert page.is_in_sight("#said.good"), button
        assert "done=" not in page.js("return location.href")
        assert not page.scrolls_sideways(), button
    page.js("document.querySelector('#error_status').removeAttribute('max')")
    page.write("#error_status", "777")
    page.submit("#settings-save")
    assert page.is_in_sight("#said.bad") and page.one("#error_status").get_attribute("value") == "777"
    sandbox.control("PUT", "clock", {"set": "2030-11-24 12:34", "frozen": True})
    page.until_text("24", "#clock")
    assert page.one("#error_status").get_attribute("value") == "777", "news leaves what was typed alone"
    assert page.accessibility_faults() == [], page.accessibility_faults()
    page.driver.get_log("browser")  # the refusal's status above is no fault of the page
    page.driver.refresh()


def the_form_of_faults_shows_what_its_kind_uses(page, sandbox):
    for kind, fields in (("code", ["code"]), ("delay", ["seconds"]), ("cut", []), ("gateway_reset", ["seconds"]), ("portal", [])):
        page.choose("#faults [name=kind]", kind)
        shown = [name for name in ("code", "seconds") if page.one(f"#faults [name={name}]").is_displayed()]
        assert shown == fields, (kind, shown)


def a_program_is_copied(page, sandbox):
    page.click("#snippet-3 summary")
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.click("#snippet-3 .copy")
    page.until_text("Zkopírováno", "#snippet-3 .copy")
    copied = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == page.text("#snippet-3 code") and sandbox.url in copied and "class FirstInvitation" in copied, copied
    page.has_no_complaints()


def the_log_tells_a_lost_reply_and_leaves_out_what_the_browser_asked(page, sandbox):
    page.submit("#scenario-lost_reply")
    try:
        sandbox.invite("Jana Nováková", "23.11.2030.10.00")
        raise AssertionError("the reply was not lost")
    except (urllib.error.URLError, ConnectionError):
        pass
    page.until_text("provedeno, odpověď se ztratila", "#log")
    page.go("/meet/" + sandbox.control("GET", "meetings")[0]["meet_id"])
    page.go("/")
    entries = [entry.text for entry in page.all(".entry > summary")]
    assert len(entries) == 1 and "/api_meet_add/" in entries[0], entries
    page.click(".entry > summary")
    assert "/api_verify/" in page.one(".entry .token > summary").text


def a_running_clock_ticks(page, sandbox):
    before = page.text("#now")
    page.until(lambda: page.text("#now") != before, "the clock moves")
    assert page.text("#now").startswith("22. 11. 2030 9:15:"), page.text("#now")


def a_sandbox_that_is_gone_is_missed(page, sandbox):
    sandbox.process.stdin.close()
    sandbox.process.wait(20)
    page.until(lambda: page.one("#lost").is_displayed(), "the page says that nobody answers")
    page.driver.get_log("browser")


def it_works_without_scripts(page, sandbox):
    page.scripts(False)
    page.go("/")
    page.one("noscript p")
    page.one("#invite button").click()
    page.one("#said.good")
    assert len(sandbox.control("GET", "meetings")) == 1
    page.one("#clock-day").click()
    page.until(lambda: sandbox.control("GET", "clock")["now"].startswith("2030-11-23T09:15"), "a day later") # the word of before stands there too


def a_report_opens_in_the_browser(page, sandbox):
    made = sandbox.invite("Jana Nováková", "23.11.2030.10.00")
    sandbox.control("PUT", "clock", {"set": "2030-11-24 10:00"})
    page.go("/")
    page.click(f"#report-{made['meet_id']}")
    page.until(lambda: sandbox.control("GET", "requests")[-1]["path"].startswith("/report/"), "the report was asked for")
    assert sandbox.control("GET", "requests")[-1]["carried_out"]


EVERYWHERE = (from_invitation_to_report, nothing_is_hard_to_read_or_to_reach, everything_can_be_done_by_keys, every_word_about_an_order_is_in_sight)
ONCE = (
    news_comes_in_by_itself_and_disturbs_nobody, a_running_clock_ticks, it_works_without_scripts, a_report_opens_in_the_browser,
    a_slow_service_and_a_masked_list_are_set_by_hand, the_form_of_faults_shows_what_its_kind_uses, a_program_is_copied,
    the_log_tells_a_lost_reply_and_leaves_out_what_the_browser_asked,
    a_sandbox_that_is_gone_is_missed,
)
