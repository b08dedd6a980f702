Attribute VB_Name = "VideoDoktorDemo"
' VBA (Access, Excel, Word) and VB6: the first invitation, without a Declare and without a reference.
'
' Import the file (File > Import File in the VBA editor), put your address and keys below, and run FirstInvitation.
Option Explicit

Private Const ADDRESS As String = "demo"            ' the label that the vendor assigned, or https://host
Private Const APP_KEY As String = "the program's key"
Private Const PRACTICE_KEY As String = "the practice's key"

Private vd As Object ' kept open for the life of the program

Private Function Client() As Object
    If vd Is Nothing Then
        Set vd = CreateObject("VideoDoktor.Client")
        vd.Options("lang") = "en"
        vd.Open ADDRESS, APP_KEY, PRACTICE_KEY
    End If
    Set Client = vd
End Function

Public Sub FirstInvitation()
    Dim made As Object
    On Error GoTo Failed
    Set made = Client.Invite("Jana Nov" & ChrW$(225) & "kov" & ChrW$(225), "jana@example.cz", Null, 1980, Date + 1 + TimeSerial(10, 0, 0))
    Debug.Print made.MeetId, made.MeetUrl
    Exit Sub
Failed:
    ShowError Err.Number, Err.Description
End Sub

Public Sub ListMeetings()
    Dim each_one As Object
    On Error GoTo Failed
    For Each each_one In Client.Meetings
        Debug.Print each_one.MeetStart, each_one.PacientJmeno, each_one.MeetUrl
    Next
    Exit Sub
Failed:
    ShowError Err.Number, Err.Description
End Sub

' Moves a video call by a day, and draws the new address for a form's Image control.
Public Sub MoveByADay(ByVal meet_id As String, ByVal picture As String)
    Dim moved As Object
    On Error GoTo Failed
    Set moved = Client.Move(meet_id, Client.Detail(meet_id).MeetStart + 1)
    Debug.Print moved.MeetId, moved.MeetUrl
    vd.QrCode moved, picture, 300 ' such as C:\practice\call.bmp
    Exit Sub
Failed:
    ' 51: the new call is made and the old one may still be there; note the new one
    If Not vd Is Nothing Then Debug.Print vd.LastError.MovedMeetId, vd.LastError.MovedMeetUrl
    ShowError Err.Number, Err.Description
End Sub

' Err.Number is vbObjectError + 10000 + status. VideoDoktor.Client that cannot be created is Windows' own error (429).
Private Sub ShowError(ByVal number As Long, ByVal description As String)
    Dim message As String
    message = description
    If Not vd Is Nothing Then
        ' a change whose answer was lost: look before it is made again
        If vd.LastError.MayHaveActed Or vd.LastError.Status = 50 Then message = message & vbCrLf & "(see the list of video calls)"
        Debug.Print vd.LastError.Name, vd.LastError.Field, vd.LastError.Detail
    End If
    MsgBox message, vbExclamation, "VideoDoktor " & (number - vbObjectError - 10000)
End Sub
