"""What holds for all tests that are written in Python."""

import pytest

# Modules that check for several tests: a failed comparison shows its values there, too.
pytest.register_assert_rewrite("demo_window", "dlls", "sheets")

COUNTED = {"passed": ("passed",), "failed": ("failed", "error"), "skipped": ("skipped",)}


def pytest_terminal_summary(terminalreporter):
    """Why what was left out was, and the line that tests/run.sh adds up."""
    count = {name: sum(len(terminalreporter.stats.get(outcome, [])) for outcome in outcomes) for name, outcomes in COUNTED.items()}
    for why in sorted({report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])}):
        terminalreporter.write_line(f"skipped: {why}")
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    terminalreporter.write_line(f"{count['passed']} passed, {count['failed']} failed{skipped}")
