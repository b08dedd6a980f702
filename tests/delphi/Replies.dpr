{ tests/vectors/replies.json through the Delphi client: the sandbox answers each call with the reply of the case. }
program Replies;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, VideoDoktor, Checks, EveryCall;

var
  Its, Promise: TVideoDoktorText;

function Part(const Answer, Pointer: TVideoDoktorText): TVideoDoktorText;
begin
  if (Answer = '') or not VideoDoktorTryJsonText(Answer, Pointer, Result) then
    Result := '';
end;

{ Makes the call that the reply answers; false if what came back is not what the case says. }
function CallFor(Client: TVideoDoktorClient; const Answer: TVideoDoktorText): Boolean;
var
  Meeting: TVideoDoktorMeeting;
  Meetings: TVideoDoktorMeetings;
  I: Integer;
  Place: TVideoDoktorText;
begin
  Result := True;
  if Promise = 'token' then
    Client.Verify
  else if Promise = 'time' then
    Result := Client.ServerTime > 0
  else if Promise = 'made' then
    Result := Client.AddMeeting(Jana(EncodeDate(2090, 11, 23) + 0.5)).MeetId = Part(Answer, '/meet_id')
  else if Promise = 'removed' then
    Client.RemoveMeeting('a')
  else if Promise = 'export' then
    Result := Client.ExportUrl('a') = Part(Answer, '/export_url')
  else if Promise = 'any' then
    Result := Client.Call('api_own', '') = Answer
  else if Promise = 'meeting' then
  begin
    Meeting := Client.GetMeeting('a');
    Result := (Meeting.MeetId = Part(Answer, '/meet_id')) and (Meeting.PacientJmeno = Part(Answer, '/pacient_jmeno')) and
      (Meeting.MeetActive = (Part(Answer, '/meet_active') = '1'));
  end
  else
  begin
    Meetings := Client.ListMeetings;
    Result := Length(Meetings) = VideoDoktorJsonLength(Answer, '');
    for I := 0 to High(Meetings) do
    begin
      Place := '/' + TVideoDoktorText(IntToStr(I));
      Result := Result and (Meetings[I].MeetId = Part(Answer, Place + '/meet_id')) and (Meetings[I].PacientJmeno = Part(Answer, Place + '/pacient_jmeno')) and
        (Meetings[I].PacientTelefon = Part(Answer, Place + '/pacient_telefon')) and (Meetings[I].MeetTime = Part(Answer, Place + '/meet_time'));
    end;
  end;
end;

{ Whether the reply says nothing about what became of the request. A 4xx without a code refuses it. }
function IsLost(Status, HttpStatus: Integer): Boolean;
begin
  Result := (Status >= VD_ERR_HTTP) and (Status <= VD_ERR_TOO_LARGE);
  if (Status = VD_ERR_HTTP) and (HttpStatus >= 400) and (HttpStatus < 500) then
    Result := (HttpStatus = 408) or (HttpStatus = 499);
end;

procedure TryCase(Client: TVideoDoktorClient; Index: Integer);
var
  Status: Integer;
  Wanted, Answer: TVideoDoktorText;
  Good: Boolean;
begin
  if not VideoDoktorTryJsonText(Its, '/status', Wanted) then
    Wanted := '0';
  if IsLost(StrToInt(AnsiString(Wanted)), StrToInt(AnsiString(VideoDoktorJsonText(Its, '/http_status')))) then
  begin
    { then a change is looked for in the list, for 10 seconds: that is tried elsewhere; of an own call nobody can tell }
    if (Promise = 'made') or (Promise = 'removed') then
      Exit;
    if Promise = 'any' then
      Wanted := TVideoDoktorText(IntToStr(VD_ERR_OUTCOME_UNKNOWN));
  end;
  Answer := Part(Its, '/answer');
  Control('REPLY ' + TVideoDoktorText(IntToStr(Index)));
  Status := 0;
  Good := True;
  try
    Good := CallFor(Client, Answer);
  except
    on E: EVideoDoktor do
      Status := E.Status;
  end;
  if Good then
    Same(TVideoDoktorText(IntToStr(Status)), Wanted, 'replies: ' + VideoDoktorJsonText(Its, '/why'))
  else
    Check(False, 'replies: ' + VideoDoktorJsonText(Its, '/why') + ': read otherwise than <' + Answer + '>');
end;

var
  Cases: TVideoDoktorText;
  Options: TVideoDoktorOptions;
  Client: TVideoDoktorClient;
  I: Integer;
begin
  Control('POST /_control/reset {}');
  Options := SandboxOptions;
  Options.Retries := 0;
  Options.PrefetchTokens := 0;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', Options);
  try
    Cases := FileText('vectors/replies.json');
    for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
    begin
      Its := VideoDoktorJsonText(Cases, '/' + TVideoDoktorText(IntToStr(I)));
      Promise := VideoDoktorJsonText(Its, '/promise');
      TryCase(Client, I);
    end;
  finally
    Control('DELETE /_control/faults');
    Client.Free;
  end;
  Finish;
end.
