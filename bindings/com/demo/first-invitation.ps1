# Windows PowerShell: the first invitation.   .\first-invitation.ps1
# A 32-bit PowerShell (SysWOW64) needs the x86 DLL, a 64-bit one the x64 DLL.
$vd = New-Object -ComObject VideoDoktor.Client
try {
    $vd.Open($env:VIDEODOKTOR_URL, $env:VIDEODOKTOR_APP_KEY, $env:VIDEODOKTOR_API_KEY, $env:VIDEODOKTOR_OPTIONS)
    $made = $vd.Invite('Jana Novakova', 'jana@example.cz', $null, 1980, (Get-Date).Date.AddDays(1).AddHours(10))
    $made.MeetUrl
    foreach ($meeting in $vd.Meetings) { '{0:g}  {1}' -f $meeting.MeetStart, $meeting.PacientJmeno }
} catch {
    Write-Warning $_.Exception.Message
    exit 1
} finally {
    $vd.Close()
}
