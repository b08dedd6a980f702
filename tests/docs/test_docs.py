"""Checks the documentation: links and anchors, Czech pages against English ones, printed code against its files."""

import ctypes
import os
import re
import subprocess
import unittest
from pathlib import Path

import case_folding
import examples
from pages import ROOT, Page, pages, slug_of, without_comments

LIBRARY = Path(os.environ.get("VIDEODOKTOR_LIBRARY", ROOT / "target/library/release/libvideodoktor.so"))
# what the people who use the library read, in both languages
IN_BOTH_LANGUAGES = """README bindings/c/README bindings/c/packaging/README bindings/cli/README bindings/com/README bindings/cpp/README bindings/csharp/README bindings/delphi/README
                       docs/errors docs/first-invitation docs/going-live docs/hosts docs/lost-answers docs/measurements docs/networks tests/sandbox/README""".split()
# of the README alone, at the top of the repository: its web page resolves it to the repository's page of releases
RELEASES = "../../releases"
# the page of each language prints the program that its tests compile and run
PROGRAMS = {
    "c": "bindings/c/examples/quickstart.c", "cpp": "bindings/cpp/examples/quickstart.cpp",
    "csharp": "bindings/csharp/demo/console/FirstInvitation.cs", "delphi": "bindings/delphi/demo/console/FirstInvitation.dpr",
}
# forms that address one person as a friend; a manual says "vy"
FAMILIAR = r"\b(jsi|máš|můžeš|musíš|chceš|potřebuješ|tvůj|tvoje|tvého|tebe|tobě|spusť|zkus|nastav|otevři|napiš|přidej|zkopíruj|podívej)\b"


class Links(unittest.TestCase):
    def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(self):
        for path in pages():
            for link in Page(path).links():
                with self.subTest(page=str(path), link=link):
                    self.check(path, link)

    def check(self, path, link):
        if re.match(r"(https?|mailto):", link) or (link == RELEASES and path.parent == Path(".")):
            return
        target, _, anchor = link.partition("#")
        self.assertFalse(target.startswith("/"), "a link from the top of the disk")
        aimed = (ROOT / path.parent / target).resolve() if target else ROOT / path
        self.assertTrue(aimed.exists(), f"{aimed} is not there")
        self.assertTrue(aimed.is_relative_to(ROOT), "a link out of the repository")
        if anchor:
            self.assertIn(anchor, Page(aimed.relative_to(ROOT)).anchors())

    def test_every_page_can_be_reached_from_the_readme(self):
        reached, waiting = set(), [Path("README.md")]
        while waiting:
            path = waiting.pop()
            if path in reached:
                continue
            reached.add(path)
            for link in Page(path).links():
                aimed = (ROOT / path.parent / link.partition("#")[0]).resolve()
                if link[:4] != "http" and aimed.is_relative_to(ROOT):
                    aimed = aimed / "README.md" if aimed.is_dir() else aimed
                    if aimed.suffix == ".md" and aimed.exists():
                        waiting.append(aimed.relative_to(ROOT))
        lost = [str(path) for path in pages() if path not in reached and path.parts[0] != ".github"]
        self.assertEqual(lost, [])

    def test_anchors_are_those_of_github(self):
        self.assertEqual(slug_of("C++ a C#"), "c-a-c")
        self.assertEqual(slug_of("Z ničeho k pozvánce: `vd_meet_add`"), "z-ničeho-k-pozvánce-vd_meet_add")


class Languages(unittest.TestCase):
    """A Czech page is the English one, section by section: neither goes stale alone."""

    def twins(self):
        """(English, Czech) of each page in both languages."""
        for path in pages():
            if path.name.endswith(".cs.md"):
                yield Page(path.with_name(path.name.replace(".cs.md", ".md"))), Page(path)

    def each(self, what):
        for english, czech in self.twins():
            with self.subTest(page=str(czech.path)):
                self.assertEqual(what(czech), what(english))

    def test_the_pages_that_users_read_are_in_both(self):
        there = {str(path) for path in pages()}
        self.assertEqual([name for name in IN_BOTH_LANGUAGES if not {f"{name}.md", f"{name}.cs.md"} <= there], [])

    def test_each_names_the_other_at_its_head(self):
        for english, czech in self.twins():
            with self.subTest(page=str(czech.path)):
                self.assertIn(f"[Česky]({czech.path.name})", english.text.split("\n\n")[1])
                self.assertIn(f"[English]({english.path.name})", czech.text.split("\n\n")[1])

    def test_headings_are_as_many_and_of_the_same_rank(self):
        self.each(lambda page: [level for level, _ in page.headings()])

    def test_paragraphs_are_about_as_many_in_each_section(self):
        """One that is left out or forgotten shows; a page that is split otherwise does not matter."""
        def paragraphs(page):
            sections = re.split(r"^#+ .*$", page.prose, flags=re.M)
            return [len(re.findall(r"(?:\A|\n\n)(?=[^\n|>])", section.strip())) for section in sections]
        self.each(paragraphs)

    def test_each_section_speaks_of_the_same_names(self):
        """Functions, options, fields, files: what is set as code and is a single word."""
        def names(page):
            sections = re.split(r"^#+ .*$", page.prose, flags=re.M)
            return [sorted(set(re.findall(r"`([\w./*-]+)`", section.replace(".cs.md", ".md")))) for section in sections]
        self.each(names)

    def test_items_of_lists_are_as_many(self):
        self.each(lambda page: [len(item) for item in re.findall(r"^( *)(?:-|\d+\.) ", page.prose, re.M)])

    def test_blocks_of_code_are_the_same_but_for_comments(self):
        self.each(lambda page: [(fence, without_comments(fence, code)) for fence, code in page.blocks])

    def test_tables_have_the_same_rows(self):
        """The same number of cells, and what is code in the first column the same."""
        def shape(page):
            return [[(len(row), re.findall(r"`[^`]*`", row[0])) for row in table] for table in page.tables()]
        self.each(shape)

    def test_numbers_are_the_same(self):
        """In each section, tables included; a decimal point is a comma in Czech, and thousands are parted by a blank."""
        def numbers(page):
            plain = re.sub(r"`[^`]*`|\]\([^)]*\)", "", page.prose)
            sections = re.split(r"^#+ .*$", re.sub(r"(?<=\d)[.,\u00a0 ](?=\d)", "", plain), flags=re.M)
            return [sorted(re.findall(r"\d+", section)) for section in sections]
        self.each(numbers)

    def test_links_lead_to_the_same_pages(self):
        def targets(page):
            return sorted(re.sub(r"\.cs\.md|\.md", "", link.partition("#")[0]) for link in page.links() if "." in link)
        self.each(targets)

    def test_czech_pages_link_to_czech_ones_where_there_are_any(self):
        for english, czech in self.twins():
            for link in czech.links():
                target = link.partition("#")[0]
                if target.endswith(".md") and not target.endswith(".cs.md") and target != english.path.name:
                    with self.subTest(page=str(czech.path), link=link):
                        self.assertFalse((ROOT / czech.path.parent / target).with_suffix(".cs.md").exists(), "there is a Czech one")

    def test_czech_pages_address_their_reader_politely(self):
        for _, czech in self.twins():
            with self.subTest(page=str(czech.path)):
                self.assertEqual(re.findall(FAMILIAR, czech.prose, re.I), [])


class Code(unittest.TestCase):
    def test_code_that_a_page_says_is_a_file_is_that_file(self):
        checked = set()
        for path in pages():
            for code, name in Page(path).word_for_word():
                with self.subTest(page=str(path), file=name):
                    file = (ROOT / path.parent / name).resolve()
                    checked.add((str(path), str(file.relative_to(ROOT))))
                    self.assertEqual(code, file.read_text("utf-8"))
        expected = {(f"bindings/{language}/README{tongue}.md", program) for language, program in PROGRAMS.items() for tongue in ("", ".cs")}
        self.assertEqual(expected - checked, set(), "each language's page prints its program")

    def test_what_a_page_has_one_run_is_there(self):
        """Scripts and programs of the repository in blocks of shell."""
        for path in pages():
            for fence, code in Page(path).blocks:
                for named in re.findall(r"\b(?:tests|bindings)/[\w./-]+\.(?:sh|py|c|cpp|cs|dpr)\b", code if fence == "sh" else ""):
                    with self.subTest(page=str(path), file=named):
                        self.assertTrue((ROOT / named).exists())

    def test_a_file_that_a_page_names_is_there(self):
        for path in pages():
            for named in re.findall(r"`((?:src|build|include|bindings|tests|docs|\.github)/[\w./-]*\w/?)`", Page(path).prose):
                with self.subTest(page=str(path), file=named):
                    self.assertTrue((ROOT / named).exists())

    def test_no_page_tells_of_the_machine_that_it_was_written_on(self):
        for path in pages():
            with self.subTest(page=str(path)):
                self.assertNotRegex(Page(path).text, r"/work/|/root/|/home/\w")


class Names(unittest.TestCase):
    """Windows and macOS take names that differ only in their case for one."""

    def test_no_two_files_of_the_repository_differ_only_in_case(self):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        files = listed.rstrip("\0").split("\0")
        self.assertGreater(len(files), 100)
        self.assertEqual(case_folding.clashes(files), [])

    def test_files_and_folders_that_differ_only_in_case_are_noticed(self):
        for one, other in (("videodoktor.dll", "VideoDoktor.dll"), ("include/a.h", "Include/b.h"), ("\u010de\u0161tina.md", "C\u030cES\u030cTINA.md")):
            with self.subTest(one=one, other=other):
                self.assertEqual(len(case_folding.clashes([one, other, "README.md"])), 1)
        self.assertEqual(case_folding.clashes(["x86/videodoktor.dll", "x64/videodoktor.dll", "x64"]), [])


class Statuses(unittest.TestCase):
    """What the pages say of statuses is what the library says."""

    @classmethod
    def setUpClass(cls):
        cls.library = ctypes.CDLL(str(LIBRARY))
        cls.library.vd_status_name.restype = cls.library.vd_status_text.restype = ctypes.c_char_p

    def test_both_catalogues_have_the_library_s_words(self):
        header = (ROOT / "include/videodoktor.h").read_text("utf-8")
        numbers = [int(number) for number in re.findall(r"^#define VD_(?:OK|ERR_\w+|X\d{3}_\w+) (\d+) ", header, re.M)]
        for lang, catalogue in (("en", "docs/errors.md"), ("cs", "docs/errors.cs.md")):
            said = [(self.library.vd_status_name(number).decode(), self.library.vd_status_text(number, lang.encode()).decode(), str(number)) for number in numbers]
            with self.subTest(page=catalogue):
                sections = re.findall(r"^### (\w+)\n\n> (.*)\n\n- (?:Number|Číslo): (\d+)$", Page(catalogue).text, re.M)
                self.assertEqual(sections, said)
                index, = Page(catalogue).tables()
                self.assertEqual([tuple(row) for row in index[1:]], [(number, f"[`{name}`](#{name.lower()})") for name, _, number in said])


class Header(unittest.TestCase):
    """The examples in include/videodoktor.h."""

    def test_every_function_has_an_example_that_calls_it(self):
        self.assertEqual(examples.lacking(examples.HEADER), [])

    def test_a_function_without_an_example_would_be_noticed(self):
        lost = re.sub(r" Example:\n\n     vd_client_interrupt\(client\);\n", "", examples.HEADER)
        self.assertEqual(examples.lacking(lost), ["vd_client_interrupt"])

    def test_every_example_frees_what_it_is_given(self):
        for name, comment in examples.functions(examples.HEADER).items():
            with self.subTest(function=name):
                code = examples.example(comment)
                for text in re.findall(r"&(json|text)\)", code):
                    self.assertIn(f"vd_string_free({text})", code)

    def test_the_examples_run_against_the_sandbox(self):
        """As one program under AddressSanitizer, each with a client of its own."""
        status = {"vd_meet_detail": "VD_X004_MEET_ID", "vd_meet_remove": "VD_X004_MEET_ID", "vd_meet_move": "VD_X004_MEET_ID", "vd_meet_export": "VD_X004_MEET_ID",
                  "vd_meet_export_save": "VD_X004_MEET_ID", "vd_call": "VD_ERR_HTTP"}  # they name a call that nobody has made
        ended = examples.run(LIBRARY)
        self.assertEqual(ended, {name: status.get(name, "VD_OK") for name in examples.functions(examples.HEADER)})
