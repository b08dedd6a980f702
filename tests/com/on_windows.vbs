' The COM server by VBScript, as VB6 and VBA call it: the day of a practice. Address and keys come from the environment; ends with 0 if all went well.
Option Explicit
Dim failed, vd, made, detail, before, moved, meeting, listed, name, start, environment, number

failed = 0
Sub Check(holds, sentence)
    If holds Then
        WScript.Echo "ok - " & sentence
    Else
        WScript.Echo "not ok - " & sentence
        failed = failed + 1
    End If
End Sub

Set environment = CreateObject("WScript.Shell").Environment("Process")
Set vd = CreateObject("VideoDoktor.Client")
vd.Options("proxy") = "none"
vd.Open environment("VIDEODOKTOR_URL"), environment("VIDEODOKTOR_APP_KEY"), environment("VIDEODOKTOR_API_KEY")
name = "Jana Nov" & ChrW(225) & "kov" & ChrW(225)
start = DateSerial(2090, 11, 23) + TimeSerial(10, 0, 0)
Check vd.Verify(), "the keys are good"
Set made = vd.Invite(name, "jana@example.cz", Null, 1980, start)
Check Left(made.MeetUrl, 8) = "https://", "a patient is invited, the start a Date, the phone Null"
Set detail = vd.Detail(made)
Check detail.PacientJmeno = name And Abs(detail.MeetStart - start) < 1 / 86400, "name and start come back"
Set before = vd.Meetings
Set moved = vd.Move(made.MeetId, DateAdd("d", 1, start))
Check moved.Moved And moved.OldMeetId = made.MeetId, "the call is moved"
Check vd.Changes(before, vd.Meetings).Value("/added").Count = 1, "two lists are compared"
Check InStr(vd.Calendar(vd.Detail(moved), Array("duration_min", 20)), "DTEND;TZID=Europe/Prague:20901124T102000") > 0, "the call as a calendar entry, the options an Array"
Check Left(vd.QrCode(moved).Value("/svg"), 4) = "<svg", "its address as a QR code"
listed = 0
For Each meeting In vd.Meetings
    listed = listed + 1
    Check meeting.PacientEmail = "jana@example.cz", "the list can be enumerated"
Next
Check listed = 1, "it holds one call"
On Error Resume Next
vd.Invite name, "jana", "", 1980, start
number = Err.Number
Check number = vbObjectError + 11011 And Err.Description = vd.LastError.Message, "an e-mail that is none is refused: " & Err.Description
On Error GoTo 0
Check vd.Remove(moved).Value("/meet_id") = moved.MeetId, "the call is cancelled"
vd.Close
WScript.Quit failed
