// cscript //nologo invite.js ADDRESS APP_KEY PRACTICE_KEY [OPTIONS]: the first invitation, and the list.
// Keys on a command line can be seen by other users of the computer: a script of yours reads them from where only it can.
var vd = new ActiveXObject("VideoDoktor.Client");
try {
    vd.Open(WScript.Arguments(0), WScript.Arguments(1), WScript.Arguments(2), WScript.Arguments.length > 3 ? WScript.Arguments(3) : "");
    var made = vd.Invite("Jana Nov\u00e1kov\u00e1", "jana@example.cz", null, 1980, "23.11.2090 10:00");
    WScript.Echo(made.MeetUrl);
    vd.QrCode(made, "call.svg", 300);
    for (var meetings = new Enumerator(vd.Meetings); !meetings.atEnd(); meetings.moveNext()) {
        WScript.Echo(meetings.item().MeetTime);
    }
} catch (error) {
    WScript.Echo(error.description);
    WScript.Quit(1);
}
