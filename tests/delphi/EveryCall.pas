{ From the keys to the removed call, as a doctor's day goes. }
unit EveryCall;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

uses
  SysUtils, VideoDoktor, Checks;

procedure TryEveryCall;
/// <summary>A client of the sandbox's first practice, over HTTPS, trusting the sandbox's authority.</summary>
function SandboxClient: TVideoDoktorClient;
function SandboxOptions: TVideoDoktorOptions;
/// <summary>Jana Nováková, reachable in both ways.</summary>
function Jana(Start: TDateTime): TVideoDoktorInvitation;
/// <summary>A word with a háček, whatever the encoding of this source.</summary>
function WithHacek(const Before: TVideoDoktorText; Letter: Word; const After: TVideoDoktorText): TVideoDoktorText;

implementation

const
  NoFolder = 'no-such-folder';

function WithHacek(const Before: TVideoDoktorText; Letter: Word; const After: TVideoDoktorText): TVideoDoktorText;
begin
  Result := Before + VideoDoktorTextFromWide(WideString(WideChar(Letter))) + After;
end;

function SandboxOptions: TVideoDoktorOptions;
begin
  Result := DefaultVideoDoktorOptions;
  Result.Proxy := 'none';
  Result.TlsRoots := Setting('VD_TLS_ROOTS');
  Result.UserAgent := 'Ordinace/7.1';
  { a folder with a háček, under Windows too }
  Result.CaFile := WithHacek('Certifik', $E1, 'ty ') + WithHacek('', $10D, '. 1') + '/ca.pem';
end;

function SandboxClient: TVideoDoktorClient;
begin
  Result := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', SandboxOptions);
end;

function Jana(Start: TDateTime): TVideoDoktorInvitation;
begin
  Result := VideoDoktorInvitation(WithHacek('Jana Nov', $E1, WithHacek('kov', $E1, '')), 'jana@example.cz', '+420 777 123 456', 1980, Start);
end;

procedure TryTexts;
const
  InCp1250: array[1..4] of Byte = ($F8, $9A, $9D, $80); { r, s and t with hacek, the euro sign }
var
  Czech: TVideoDoktorBytes;
  Text, Fields: TVideoDoktorText;
  Smile: WideString;
  I: Integer;
  AllSurvive: Boolean;
begin
  Czech := 'rste1';
  for I := 1 to 4 do
    Czech[I] := AnsiChar(InCp1250[I]);
  Text := VideoDoktorTextFromCp1250(Czech);
  Check(VideoDoktorWideFromText(Text) = WideString(WideChar($159)) + WideChar($161) + WideChar($165) + WideChar($20AC) + '1',
    'CP1250 becomes Unicode by name');
  Check(SameBytes(VideoDoktorCp1250FromText(Text), Czech), 'and CP1250 again');
  Check(SameBytes(VideoDoktorCp1250FromText(VideoDoktorTextFromWide(WideString(WideChar($416)))), '?'),
    'a letter that CP1250 lacks becomes a question mark');
  Smile := WideString(WideChar($D83D)) + WideChar($DE00);
  Check(VideoDoktorWideFromText(VideoDoktorTextFromWide('a' + Smile + 'b')) = 'a' + Smile + 'b',
    'a letter beyond U+FFFF survives the way there and back');
  {$IFNDEF UNICODE}
  SetString(Czech, PAnsiChar(VideoDoktorTextFromWide(Smile)), Length(VideoDoktorTextFromWide(Smile)));
  Check(SameBytes(Czech, #$F0#$9F#$98#$80), 'and is four bytes of UTF-8');
  {$ENDIF}
  Check(SameBytes(VideoDoktorCp1250FromText(VideoDoktorTextFromWide('a' + Smile + 'b')), 'a?b'), 'and one question mark in CP1250');
  Check((Length(VideoDoktorCheckInvitation('Jana ' + VideoDoktorTextFromWide(Smile), 'jana@example.cz', '', '1980', '2090-11-23 10:00',
    Fields)) = 0) and (VideoDoktorJsonText(Fields, '/pacient_jmeno') = 'Jana ' + VideoDoktorTextFromWide(Smile)), 'a name may hold it');
  AllSurvive := True;
  for I := 1 to 255 do
    if not (I in [$81, $83, $88, $90, $98]) then
    begin
      Czech := 'x';
      Czech[1] := AnsiChar(I);
      AllSurvive := AllSurvive and SameBytes(VideoDoktorCp1250FromText(VideoDoktorTextFromCp1250(Czech)), Czech);
    end;
  Check(AllSurvive, 'every byte of CP1250 survives the way there and back');
  Same(VideoDoktorJsonText(VideoDoktorJsonObject(['a"b\c' + #9, Text]), '/a"b\c' + #9), Text, 'an object of texts is quoted as it is read');
  Same(VideoDoktorJsonObject([]), '{}', 'an object of nothing');
end;

procedure TryTimes;
var
  Client: TVideoDoktorClient;
  Skew: Integer;
  Now1: TDateTime;
begin
  Control('PUT /_control/clock {"set":"2030-11-22 09:15","frozen":true}');
  Client := SandboxClient;
  try
    Now1 := Client.ServerTime(Skew);
    Check(Abs(Now1 - EncodeDate(2030, 11, 22) - EncodeTime(9, 15, 0, 0)) < 1 / 86400, 'the service''s time is Czech wall-clock time');
    Check(Skew > 86400, 'the skew tells by how much the service is ahead');
  finally
    Client.Free;
  end;
end;

procedure NotReady(Client: TVideoDoktorClient; const MeetId, Address: TVideoDoktorText);
var
  Quoted: TVideoDoktorText;
begin
  Quoted := Address;
  if Address = '' then
    Quoted := '\"\"';
  Control('POST /_control/faults {"path":"/api_meet_export/","body":{"text":"{\"export_url\":' + Quoted + '}"},"times":9}');
  try
    Client.ExportUrl(MeetId);
    Missed('a report that is not there yet: ' + Address);
  except
    on E: EVideoDoktor do
    begin
      Kind(E, EVideoDoktorReportNotReady, VD_ERR_REPORT_NOT_READY, 'a report that is not there yet: ' + Address);
      Check((E.StatusName = 'VD_ERR_REPORT_NOT_READY') and not E.Retryable and (E.Text <> ''), 'says so');
    end;
  end;
  Control('DELETE /_control/faults');
end;

procedure TryADay;
var
  Client: TVideoDoktorClient;
  Created, Second: TVideoDoktorMeetingCreated;
  Meetings: TVideoDoktorMeetings;
  Meeting: TVideoDoktorMeeting;
  Start: TDateTime;
  Path, Json, ContentType: TVideoDoktorText;
  Saved: Int64;
begin
  Start := EncodeDate(2030, 11, 23) + EncodeTime(10, 0, 0, 0);
  Client := SandboxClient;
  try
    Client.Verify;
    Check(True, 'the keys are good');
    Created := Client.AddMeeting(Jana(Start));
    Check((Created.MeetId <> '') and (Pos('https', Created.MeetUrl) = 1) and not Created.Reconciled, 'an invitation has an id and an address');
    Json := Control('GET /_control/meetings');
    Same(VideoDoktorJsonText(Json, '/0/pacient_jmeno'), Jana(Start).PacientJmeno, 'the name arrives with its diacritics');
    Same(VideoDoktorJsonLength(Control('GET /_control/mails'), ''), 2, 'patient and practice are told');

    Meeting := Client.GetMeeting(Created.MeetId);
    Check(Meeting.MeetStart = Start, 'the start comes back as it was given');
    Same(Meeting.PacientTelefon, '777123456', 'the phone number is sent without its prefix');
    Same(Meeting.PacientEmail, 'jana@example.cz', 'the address comes back');
    Same(Meeting.PacientNarozen, '1980', 'the year of birth comes back');
    Same(Meeting.MeetTime, '23.11.2030 10:00', 'the time is there as the service writes it');
    Same(VideoDoktorJsonText(Meeting.Json, '/meet_url'), Created.MeetUrl, 'the whole meeting is there as JSON');

    Second := Client.AddMeeting(VideoDoktorInvitation('Petr & Co. + 100%', '', '777 999 888', 1955, Start + 1));
    Meetings := Client.ListMeetings;
    Same(Length(Meetings), 2, 'the list holds both');
    Same(Meetings[1].PacientJmeno, 'Petr & Co. + 100%', 'signs that forms treat specially arrive unchanged');
    Same(VideoDoktorJsonLength(Client.Call('api_meet_list', ''), ''), 2, 'a call by its name');
    Same(VideoDoktorJsonText(Client.Call('api_meet_detail', VideoDoktorJsonObject(['meet_id', Second.MeetId])), '/meet_id'), Second.MeetId,
      'a call by its name, with fields');

    NotReady(Client, Created.MeetId, '');
    NotReady(Client, Created.MeetId, 'null');
    Control('PUT /_control/clock {"advance_s":172800}');
    Check(Pos('http', Client.ExportUrl(Created.MeetId)) = 1, 'the next day there is a report');
    Path := WithHacek('V', $FD, 'kaz Nov') + WithHacek('', $E1, WithHacek('kov', $E1, '.pdf'));
    Saved := Client.SaveExport(Created.MeetId, Path);
    Check(Saved > 100, 'the report is saved under a name with diacritics');
    Same(Client.SaveExport(Created.MeetId, Path, ContentType), Saved, 'and again');
    Same(ContentType, 'application/pdf', 'and its content has a name');
    Same(Control('SIZE ' + Path), TVideoDoktorText(IntToStr(Saved)), 'its size is what was reported');
    try
      Client.SaveExport(Created.MeetId, NoFolder + '/report.pdf');
      Missed('a report that cannot be written');
    except
      on E: Exception do
        Kind(E, EVideoDoktorFile, VD_ERR_FILE, 'a report that cannot be written');
    end;

    Check(not Client.RemoveMeeting(Created.MeetId), 'a call is removed');
    try
      Client.RemoveMeeting(Created.MeetId);
      Missed('a call that is gone');
    except
      on E: EVideoDoktor do
      begin
        Kind(E, EVideoDoktorRejected, VD_X004_MEET_ID, 'a call that is gone');
        Same(E.Code, 'X004', 'with the service''s code');
        Same(E.Field, 'meet_id', 'and the field');
      end;
    end;
    Same(Length(Client.ListMeetings), 1, 'one is left');
  finally
    Client.Free;
  end;
end;

{ A row of the list for Jana, inside a text of JSON. }
function Row(const MeetId: TVideoDoktorText): TVideoDoktorText;
begin
  Result := '{\"meet_id\":\"' + MeetId + '\",\"meet_time\":\"15.12.2030 08:30\",\"meet_time_imd\":\"20301215083000\",\"pacient_email\":\"jana@example.cz\"}';
end;

procedure TryLostAnswers;
var
  Client: TVideoDoktorClient;
  Created: TVideoDoktorMeetingCreated;
  Invitation: TVideoDoktorInvitation;
begin
  Client := SandboxClient;
  try
    Invitation := Jana(EncodeDate(2030, 12, 5) + EncodeTime(8, 30, 0, 0));
    Control('POST /_control/faults {"path":"/api_meet_add/","cut_reply_after":0}');
    Created := Client.AddMeeting(Invitation);
    Check(Created.Reconciled and (Created.MeetId <> '') and (Length(Created.Duplicates) = 0), 'a lost answer is found in the list');
    Same(Length(Client.ListMeetings), 2, 'and the patient is invited once');
    Invitation.MeetStart := Invitation.MeetStart + 10;
    Control('POST /_control/faults {"path":"/api_meet_add/","cut_reply_after":0}');
    Control('POST /_control/faults {"path":"/api_meet_list/","body":{"text":"[' + Row('first') + ',' + Row('second') + ']"},"times":9}');
    Created := Client.AddMeeting(Invitation);
    Control('DELETE /_control/faults');
    Check(Created.Reconciled and (Created.MeetId = 'first') and (Length(Created.Duplicates) > 0) and
      (Created.Duplicates[High(Created.Duplicates)] = 'second'), 'a list that shows it twice is told of');
    Control('POST /_control/faults {"path":"/api_meet_remove/","cut_reply_after":0}');
    Created.MeetId := VideoDoktorJsonText(Client.Call('api_meet_list', ''), '/1/meet_id');
    Check(Client.RemoveMeeting(Created.MeetId), 'a removal whose answer was lost is found done');
  finally
    Client.Free;
  end;
end;

procedure TryMoving;
var
  Client: TVideoDoktorClient;
  Old, Url: TVideoDoktorText;
  Moved: TVideoDoktorMeetingMoved;
  Listed: TVideoDoktorMeetings;
begin
  Control('POST /_control/reset {}');
  Client := SandboxClient;
  try
    Old := Client.AddMeeting(Jana(EncodeDate(2090, 11, 23) + 10 / 24)).MeetId;
    Moved := Client.MoveMeeting(Old, EncodeDate(2090, 11, 24) + 11 / 24);
    Check(Moved.Moved and not Moved.OldWasGone and not Moved.Reconciled and (Moved.OldMeetId = Old) and (Length(Moved.Duplicates) = 0), 'a call is moved');
    Listed := Client.ListMeetings;
    Check((Length(Listed) = 1) and (Listed[0].MeetId = Moved.MeetId) and (Listed[0].MeetTime = '24.11.2090 11:00'), 'and is at its new start only');
    Check(not Client.MoveMeeting(Moved.MeetId, EncodeDate(2090, 11, 24) + 11 / 24).Moved, 'where it stays when it is moved there again');
    Control('POST /_control/faults {"path":"/api_meet_remove/","code":"X005","times":2}');
    Url := '';
    try
      Client.MoveMeeting(Moved.MeetId, EncodeDate(2090, 11, 25) + 11 / 24);
    except
      on E: EVideoDoktorOldRemains do
        if (E.Status = VD_ERR_OLD_REMAINS) and E.MayHaveActed and (E.MovedMeetId <> '') then
          Url := E.MovedMeetUrl;
    end;
    Check(Url <> '', 'an old call that remains is told, with the new one');
    Control('POST /_control/reset {}');
  finally
    Client.Free;
  end;
end;

procedure TryDiagnosis;
var
  Client: TVideoDoktorClient;
  Found: TVideoDoktorDiagnosis;
  Seen: TVideoDoktorText;
  I: Integer;
begin
  Control('PUT /_control/clock {"real":true,"frozen":false}');
  Client := SandboxClient;
  try
    Found := Client.Diagnose;
    Seen := '';
    for I := 0 to High(Found.Steps) do
      if Found.Steps[I].Ok then
        Seen := Seen + ' ' + Found.Steps[I].Name
      else
        Seen := Seen + ' ' + Found.Steps[I].Name + '!' + Found.Steps[I].Detail;
    Same(Seen, ' proxy dns connect tls time clock keys', 'a diagnosis goes all the way');
    Check(Found.Ok and (Found.Status = VD_OK) and (VideoDoktorJsonText(Found.Json, '/abi') = '1'), 'and says that all is well');
  finally
    Client.Free;
  end;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'somebody-elses-key', SandboxOptions);
  try
    Found := Client.Diagnose;
    Check(not Found.Ok and (Found.Status = VD_X002_API_KEY) and (Found.Steps[High(Found.Steps)].Name = 'keys'), 'a wrong key is found in the last step');
  finally
    Client.Free;
  end;
end;

procedure TryProblems;
var
  Problems: TVideoDoktorInvitationProblems;
begin
  Same(Length(VideoDoktorCheckInvitation(Jana(EncodeDate(2090, 11, 23) + 0.5))), 0, 'nothing is wrong with a sound invitation');
  Problems := VideoDoktorCheckInvitation(VideoDoktorInvitation('Jan', 'not an address', '', 80, EncodeDate(2020, 1, 1)));
  Same(Length(Problems), 4, 'all that is wrong is told at once');
  Same(Problems[1].Field, 'pacient_email', 'with the field');
  Check((Problems[1].Status = VD_X011_EMAIL) and (Problems[1].Message <> ''), 'its status and a text');
  Same(VideoDoktorBirthYear('805305/0016'), 1980, 'a year of birth from a birth number');
end;

procedure TryEveryCall;
begin
  Control('POST /_control/reset {}');
  TryTexts;
  TryTimes;
  TryADay;
  TryLostAnswers;
  TryMoving;
  TryDiagnosis;
  TryProblems;
end;

end.
