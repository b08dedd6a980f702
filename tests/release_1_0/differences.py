"""What the tests of release 1.0 say that holds no longer, each with its reason. The bindings of 1.0 stay as they were.

A difference that is not meant is a failure of the stage. One that is meant stands in CHANGELOG.md, under "What behaves differently", and here.
"""

# A file of 1.0, what stands in it, what holds today, and why.
CHANGED = [
    ("tests/c/library_test.c", "CHECK_TEXT(VD_VERSION, vd_version());", 'CHECK_TEXT("{today}", vd_version());', "the header is 1.0's, the library today's"),
    ("tests/c/library_test.c", "CHECK_TEXT(version, vd_version());", "CHECK_TEXT(VD_VERSION, version);", "the same"),
    ("tests/c/text_test.c", "CHECK_TEXT(VD_VERSION, vd_version());", 'CHECK_TEXT("{today}", vd_version());', "the same"),
    ("tests/c/call_test.c", 'CHECK_JSON(VD_VERSION, json, "/version");', 'CHECK_JSON("{today}", json, "/version");', "the same"),
    ("tests/c/client_test.c", 'bad[] = {"", "{",', 'bad[] = {"{",', "blank options_json means none"),
    ("tests/cpp/call_story.cpp", "CHECK_STRING(VD_VERSION, ", 'CHECK_STRING("{today}", ', "the header is 1.0's, the library today's"),
    ("tests/cpp/offline_story.cpp", "CHECK_STRING(VD_VERSION, version());", 'CHECK_STRING("{today}", version());', "the same"),
    ("tests/cpp/error_story.cpp", 'timeout_ms(2500)).meet_add(jana("23.11.2090 10:00"))', 'timeout_ms(2500)).meet_add(jana("23.11.2090 20:00"))',
     "the next test invites the same patient to the same start: within two minutes that is looked for and not sent"),
    ("tests/csharp/CallTests.cs", '"1.0.0"', '"{today}"', "the sources are 1.0's, the library today's"),
    ("tests/csharp/ErrorTests.cs", "Check.Throws<VideoDoktorOutcomeUnknownException>(() => client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23))));",
     "Check.Throws<VideoDoktorOutcomeUnknownException>(() => client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(24))));", "the same start again, as in C++"),
    ("tests/csharp/Program.cs", "typeof(VectorTests), typeof(NullTests), typeof(HostTests)", "typeof(NullTests)",
     "C and C++ run the tables, as they are today; memory has no versions"),
]


def apply(folder, today):
    for name, before, after, why in CHANGED:
        path = folder / name
        text = path.read_text("utf-8")
        if before not in text:
            raise ValueError(f"{name} of 1.0 does not hold: {before} ({why})")
        path.write_text(text.replace(before, after.replace("{today}", today)), "utf-8")
