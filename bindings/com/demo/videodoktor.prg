* Visual FoxPro 6 to 9: the first invitation and the list. DO videodoktor.prg
LOCAL loVd, loMade, loMeeting, loError
TRY
    loVd = CREATEOBJECT("VideoDoktor.Client")
    * the address (a label such as demo, or https://host), the program's key, the practice's key, options
    loVd.Open("demo", "the program's key", "the practice's key", '{"lang":"en"}')

    * a DATETIME is Czech wall-clock time; an e-mail or phone that is not known is .NULL. or ""
    loMade = loVd.Invite("Jana Novakova", "jana@example.cz", .NULL., 1980, DATETIME(2030, 11, 23, 10, 0, 0))
    ? loMade.MeetId, loMade.MeetUrl

    * its address as a picture for an Image control, its time as a calendar entry (UTF-8)
    loVd.QrCode(loMade, "call.bmp", 300)
    STRTOFILE(STRCONV(loVd.Calendar(loVd.Detail(loMade)), 9), "call.ics")

    FOR EACH loMeeting IN loVd.Meetings
        ? loMeeting.MeetStart, loMeeting.PacientJmeno
    ENDFOR
CATCH TO loError
    * 1429 is "OLE error": the sentence for the user is in Details, the rest in LastError
    MESSAGEBOX(IIF(EMPTY(NVL(loError.Details, "")), loError.Message, loError.Details), 48, "VideoDoktor")
    IF TYPE("loVd") = "O"
        ? loVd.LastError.Status, loVd.LastError.Field, loVd.LastError.Detail
    ENDIF
ENDTRY
