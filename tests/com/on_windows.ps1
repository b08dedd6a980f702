# The COM server by Windows PowerShell: the day of a practice. Address and keys come from the environment; ends with 0 if all went well.
$ErrorActionPreference = 'Stop'
$failed = 0
function Check($holds, $sentence) {
    if ($holds) { "ok - $sentence" } else { "not ok - $sentence"; $script:failed++ }
}

$vd = New-Object -ComObject VideoDoktor.Client
$vd.Open($env:VIDEODOKTOR_URL, $env:VIDEODOKTOR_APP_KEY, $env:VIDEODOKTOR_API_KEY, '{"proxy":"none"}')
$name = "Jana Nov$([char]0xE1)kov$([char]0xE1)"
$start = [datetime]'2090-11-23T10:00:00'
Check $vd.Verify() 'the keys are good'
$made = $vd.Invite($name, 'jana@example.cz', $null, 1980, $start)
Check ($made.MeetUrl -like 'https://*') 'a patient is invited, the start a DateTime, the phone null'
$detail = $vd.Detail($made)
Check ($detail.PacientJmeno -eq $name -and $detail.MeetStart -eq $start) 'name and start come back'
$before = $vd.Meetings
$moved = $vd.Move($made.MeetId, $start.AddDays(1))
Check ($moved.Moved -and $moved.OldMeetId -eq $made.MeetId) 'the call is moved'
Check ($vd.Changes($before, $vd.Meetings).Value('/added').Count -eq 1) 'two lists are compared'
Check ($vd.Calendar($vd.Detail($moved)).Contains('DTSTART;TZID=Europe/Prague:20901124T100000')) 'the call as a calendar entry'
Check ($vd.QrCode($moved).Value('/svg') -like '<svg*') 'its address as a QR code'
$listed = 0
foreach ($meeting in $vd.Meetings) { $listed++; Check ($meeting.PacientEmail -eq 'jana@example.cz') 'the list can be enumerated' }
Check ($listed -eq 1) 'it holds one call'
try {
    $null = $vd.Invite($name, 'jana', '', 1980, $start)
    Check $false 'an e-mail that is none is refused'
} catch {
    Check ($vd.LastError.Status -eq 1011 -and $_.Exception.Message.Contains($vd.LastError.Message)) "an e-mail that is none is refused: $_"
}
Check ($vd.Remove($moved).Value('/meet_id') -eq $moved.MeetId) 'the call is cancelled'
$vd.Close()
exit $failed
