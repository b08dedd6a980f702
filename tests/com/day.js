// A doctor's day in JScript, late-bound: cscript //nologo day.js ADDRESS TLS_ROOTS
// The texts that are printed are ASCII: the console of a script host has a code page of its own.

var passed = 0, failed = 0;

function check(holds, sentence) {
    if (holds) { passed++; } else { failed++; }
    WScript.Echo((holds ? "ok - " : "not ok - ") + sentence);
}

// The number of what a call throws, less the part that COM adds: the status. 0 if nothing is thrown.
function status(call) {
    try { call(); } catch (error) { return (error.number & 0xFFFF) - 10000; }
    return 0;
}

var jana = "Jana Nov\u00e1kov\u00e1 \u0158\u00edhov\u00e1";
var vd = new ActiveXObject("VideoDoktor.Client");
vd.Options("proxy") = "none";
vd.Options("tls_roots") = WScript.Arguments(1);
vd.Options("ca_file") = "Certifik\u00e1ty \u010d. 1/ca.pem";
vd.Options("lang") = "en";
check(vd.Options("lang") == "en", "an option can be read back");
vd.Open(WScript.Arguments(0), "sandbox-app-key", "sandbox-practice-1");
vd.Prepare();
check(vd.Verify() === true, "the keys are good");
check(vd.Time().Value("/iso").substr(0, 2) == "20", "the service has a clock");

var made = vd.Invite(jana, "jana@example.cz", "777 123 456", 1980, "23.11.2090 10:00");
check(made.MeetId != "" && made.MeetUrl.substr(0, 8) == "https://", "a patient is invited");
check(!made.Reconciled && made.Duplicates.Count == 0, "once");
check(vd.Detail(made.MeetId).PacientJmeno == jana, "the name comes back with its diacritics");

var list = vd.Meetings;
check(list.Count == 1 && list.Item(1).MeetId == made.MeetId, "the call is in the list");
var seen = 0;
for (var each = new Enumerator(list); !each.atEnd(); each.moveNext()) {
    var meeting = each.item();
    seen++;
    check(meeting.PacientEmail == "jana@example.cz" && meeting.PacientNarozen == "1980", "the enumeration gives the call");
    // a DATE that is read and passed back; Wine's JScript can do no more with one
    var again = status(function () { vd.Invite("Petr Svoboda", null, "603000111", "1975", meeting.MeetStart); });
    check(again == 1024 && vd.LastError.ExistingMeetId == made.MeetId, "the start, passed back as a date, is taken: " + again);
}
check(seen == 1, "once each");

check(status(function () { vd.Invite("J", "jana@example.cz", "", 1980, "23.11.2090 11:00"); }) == 1010, "a name that is none is an error with its status");
try {
    vd.Invite(jana, "jana", undefined, 1980, "23.11.2090 11:00");
    check(false, "an e-mail that is none is refused");
} catch (error) {
    check((error.number & 0xFFFF) == 11011 && error.description == vd.LastError.Message, "the error object has number and sentence: " + error.description);
    check(vd.LastError.Status == 1011 && vd.LastError.Code == "X011" && vd.LastError.Field == "pacient_email", "LastError has the rest");
}
var checked = vd.CheckInvitation("J", undefined, "12");
check(checked.Value("/valid") === false && checked.Value("/errors").Count > 2, "all that is wrong with an invitation");
check(checked.Value("/errors/0/field") == "pacient_jmeno", "by field");
check(vd.BirthYear("805305/0016") == 1980, "a year of birth");
check(vd.Call("api_meet_detail", '{"meet_id":"' + made.MeetId + '"}').Value("/pacient_jmeno") == jana, "a call by its name");
check(status(function () { vd.Export(made.MeetId); }) != 0, "there is no report before the call");
var moved = vd.Move(made, "23.11.2090 11:00");
check(moved.Moved && moved.OldMeetId == made.MeetId && moved.MeetId != made.MeetId, "the call is moved");
var changes = vd.Changes(list, vd.Meetings);
check(changes.Value("/added").Count == 1 && changes.Value("/removed/0/meet_id") == made.MeetId, "the lists before and after differ by it");
made = vd.Detail(moved);
check(made.PacientJmeno == jana && made.PacientEmail == "jana@example.cz", "the patient is the same");
check(vd.Calendar(made, '{"duration_min":20}').indexOf("DTSTART;TZID=Europe/Prague:20901123T110000\r\n") > 0, "the call as a calendar entry");
check(vd.QrCode(made.MeetUrl).Value("svg").substr(0, 4) == "<svg" && vd.QrCode(made, "kod.bmp", 256).Value("bytes") > 1000, "its address as a QR code");
check(vd.Diagnose().Value("/ok") === true, "the way is clear");
check(vd.Remove(made.MeetId).Value("/meet_id") == made.MeetId && vd.Meetings.Count == 0, "the call is cancelled");
vd.Interrupt();
vd.Close();
check(status(function () { vd.Verify(); }) == 4, "nothing is called after Close");
check(vd.StatusName(1011) == "VD_X011_EMAIL" && vd.AbiVersion == 1, "statuses and versions");
WScript.Echo(passed + " passed, " + failed + " failed");
WScript.Quit(failed == 0 ? 0 : 1);
