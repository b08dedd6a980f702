{ A doctor's day by CreateOleObject, as Delphi programs before 12 run: with floating-point traps on. }
program Day;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  SysUtils, Math, Variants, ActiveX, ComObj;

var
  Passed, Failed: Integer;

procedure Check(Holds: Boolean; const Sentence: string);
begin
  if Holds then
  begin
    Inc(Passed);
    WriteLn('ok - ', Sentence);
  end
  else
  begin
    Inc(Failed);
    WriteLn('not ok - ', Sentence);
  end;
end;

function Jana: WideString;
begin
  Result := 'Jana Nov' + WideChar($E1) + 'kov' + WideChar($E1) + ' ' + WideChar($158) + WideChar($ED) + 'hov' + WideChar($E1);
end;

{ The status of what a call raises; 0 if nothing is raised. }
function StatusOf(E: Exception): Integer;
begin
  if E is EOleException then
    Result := (EOleException(E).ErrorCode and $FFFF) - 10000
  else
    Result := -999;
end;

{ Traps that the host has on must be on after each call, and must not fire in it. }
function TrapsAreOn: Boolean;
begin
  Result := GetExceptionMask * [exInvalidOp, exZeroDivide, exOverflow] = [];
end;

procedure TryTheDay;
var
  Vd, Made, Detail, List, Meeting, Moved: OleVariant;
  Start: TDateTime;
  Url, Roots: OleVariant;
begin
  Url := WideString(GetEnvironmentVariable('VD_HTTPS'));
  Roots := WideString(GetEnvironmentVariable('VD_TLS_ROOTS'));
  Start := EncodeDate(2090, 11, 23) + EncodeTime(10, 0, 0, 0);
  Vd := CreateOleObject('VideoDoktor.Client');
  Vd.Open(Url, 'sandbox-app-key', 'sandbox-practice-1', '{"proxy":"none","tls_roots":"' + Roots + '","ca_file":"Certifik' + WideChar($E1) + 'ty ' +
    WideChar($10D) + '. 1/ca.pem"}');
  Vd.Prepare;
  Check(Vd.Verify, 'the keys are good');
  Made := Vd.Invite(Jana, 'jana@example.cz', EmptyParam, 1980, Start);
  Check(WideString(Made.MeetUrl) <> '', 'a patient is invited, the start a TDateTime, the phone EmptyParam');
  Check(TrapsAreOn, 'the traps are on after an invitation');
  Detail := Vd.Detail(Made.MeetId);
  Check(WideString(Detail.PacientJmeno) = Jana, 'the name comes back with its diacritics');
  Check(Abs(TDateTime(Detail.MeetStart) - Start) < 1 / 86400, 'the start comes back as it was given');
  List := Vd.Meetings;
  Check(List.Count = 1, 'one call is in the list');
  Meeting := List.Item[1];
  Check(WideString(Meeting.MeetId) = WideString(Made.MeetId), 'it is this one');
  try
    Vd.Invite('Petr Svoboda', 'petr@example.cz', '', 1975, Start);
    Check(False, 'a start that is taken is refused');
  except
    on E: Exception do
    begin
      Check(StatusOf(E) = 1024, 'a start that is taken is refused: ' + E.ClassName + ' ' + IntToStr(StatusOf(E)));
      Check(E.Message <> '', 'with a sentence');
    end;
  end;
  try
    Vd.Call('api_meet_detail', '{"n":17976931348623157000000e300,"m":1e999}');
    Check(False, 'numbers that trap in other hosts are no meeting');
  except
    on E: Exception do
      Check(StatusOf(E) > 0, 'numbers that trap in other hosts raise our error: ' + E.ClassName + ' ' + E.Message);
  end;
  try
    Vd.Invite(Jana, 'jana@example.cz', EmptyParam, 1980, 1e300);
    Check(False, 'a start that is no date is refused');
  except
    on E: Exception do
      Check(StatusOf(E) = 4, 'a start that is no date is refused: ' + E.ClassName + ' ' + E.Message);
  end;
  Check(TrapsAreOn, 'the traps are on after errors');
  Moved := Vd.Move(Made.MeetId, Start + 1);
  Check(Moved.Moved and (WideString(Moved.OldMeetId) = WideString(Made.MeetId)), 'the call is moved, the start a TDateTime, the rest left out');
  Check(WideString(Vd.Changes(List, Vd.Meetings).Value['/added/0/meet_id']) = WideString(Moved.MeetId), 'the lists before and after differ by it');
  Made := Vd.Detail(Moved.MeetId);
  Check(Abs(TDateTime(Made.MeetStart) - Start - 1) < 1 / 86400, 'it starts a day later');
  Check(Pos(WideString('DTSTART;TZID=Europe/Prague:20901124T100000'), WideString(Vd.Calendar(Made))) > 0, 'the call as a calendar entry');
  Check(Integer(Vd.QrCode(Made.MeetUrl, 'kod.bmp', 256).Value['/bytes']) > 1000, 'its address as a QR code');
  Check(FileExists('kod.bmp'), 'saved as a bitmap');
  Check(TrapsAreOn, 'the traps are on after the move and the pictures');
  Check(WideString(Vd.Remove(Made.MeetId).Value['/meet_id']) = WideString(Made.MeetId), 'the call is cancelled');
  Check(Vd.Meetings.Count = 0, 'the list is empty again');
  Check(Vd.LastError.Status = 4, 'LastError remembers');
end;

begin
  SetExceptionMask([exDenormalized, exUnderflow, exPrecision]);
  try
    TryTheDay;
  except
    on E: Exception do
      Check(False, E.ClassName + ': ' + E.Message);
  end;
  WriteLn(Passed, ' passed, ', Failed, ' failed');
  Halt(Ord(Failed > 0));
end.
