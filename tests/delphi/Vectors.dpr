{ The cases of tests/vectors that need no network, through the Delphi unit: the same inputs give the same statuses and texts as in every language. }
program Vectors;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, VideoDoktor, Checks;

const
  Fields: array[0..4] of TVideoDoktorText = ('pacient_jmeno', 'pacient_email', 'pacient_telefon', 'pacient_narozen', 'meet_start');

var
  Usual: TVideoDoktorText;

function Value(const Json, Pointer, Default: TVideoDoktorText): TVideoDoktorText;
begin
  if not VideoDoktorTryJsonText(Json, Pointer, Result) then
    Result := Default
  else if Result = 'null' then
    Result := '';
end;

function Number(const Json, Pointer: TVideoDoktorText; Default: Integer): Integer;
begin
  Result := StrToIntDef(AnsiString(Value(Json, Pointer, '')), Default);
end;

function CaseAt(const Json: TVideoDoktorText; Index: Integer): TVideoDoktorText;
begin
  Result := VideoDoktorJsonText(Json, '/' + TVideoDoktorText(IntToStr(Index)));
end;

{ One case: its fields, and for the rest those of the usual invitation. }
procedure TryInvitation(const Its, Title: TVideoDoktorText);
var
  Text: array[0..4] of TVideoDoktorText;
  Sent, Wanted: TVideoDoktorText;
  Problems: TVideoDoktorInvitationProblems;
  I, Status: Integer;
begin
  for I := 0 to 4 do
    Text[I] := Value(Its, '/' + Fields[I], Value(Usual, '/' + Fields[I], ''));
  Problems := VideoDoktorCheckInvitation(Text[0], Text[1], Text[2], Text[3], Text[4], Sent);
  Status := 0;
  if Length(Problems) > 0 then
    Status := Problems[0].Status;
  if Status <> Number(Its, '/status', -1) then
  begin
    Same(Status, Number(Its, '/status', -1), Title);
    Exit;
  end;
  for I := 0 to High(Problems) do
    if (Value(Its, '/errors', '') <> '') and (Problems[I].Status <> Number(Its, '/errors/' + TVideoDoktorText(IntToStr(I)), -1)) then
      Status := -1;
  if (Status > 0) and (Value(Its, '/errors', '') <> '') and (VideoDoktorJsonLength(Its, '/errors') <> Length(Problems)) then
    Status := -1;
  for I := 0 to 4 do
  begin
    Wanted := Value(Its, '/fields/' + Fields[I], '');
    if (Wanted = '') and (Value(Its, '/' + Fields[I], #1) <> #1) then
      Wanted := Value(Its, '/sent', '');
    if (Status = 0) and (Wanted <> '') and (Value(Sent, '/' + Fields[I], '') <> Wanted) then
      Status := -1;
  end;
  Check(Status >= 0, Title);
end;

procedure TryFile(const Name: TVideoDoktorText);
var
  Cases, Its: TVideoDoktorText;
  I: Integer;
begin
  Cases := FileText(AnsiString('vectors/' + Name + '.json'));
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    TryInvitation(Its, Name + ': ' + VideoDoktorJsonText(Its, '/why'));
  end;
end;

procedure TryBirthNumbers;
var
  Cases, Its: TVideoDoktorText;
  I, Status, Year: Integer;
begin
  Cases := FileText('vectors/birth_numbers.json');
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    Status := 0;
    Year := 0;
    try
      Year := VideoDoktorBirthYear(VideoDoktorJsonText(Its, '/rodne_cislo'));
    except
      on E: EVideoDoktor do
        Status := E.Status;
    end;
    Check((Status = Number(Its, '/status', -1)) and (Year = Number(Its, '/year', 0)), 'birth_numbers: ' + VideoDoktorJsonText(Its, '/why'));
  end;
end;

procedure TryDates;
var
  Cases, Its, Fields: TVideoDoktorText;
  I, Wrong: Integer;
  Date: Double;
begin
  Cases := FileText('vectors/ole_dates.json');
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    Val(string(VideoDoktorJsonText(Its, '/date')), Date, Wrong);
    Fields := '';
    Check((Wrong = 0) and (Length(VideoDoktorCheckInvitation('Jana Nova', 'jana@example.cz', '', '1980', VideoDoktorStartText(Date), Fields)) = 0) and
      (Value(Fields, '/meet_start', '') = VideoDoktorJsonText(Its, '/sent')), 'ole_dates: ' + VideoDoktorJsonText(Its, '/why'));
  end;
  Same(VideoDoktorStartText(47810.416666), '2030-11-23 10:00', 'a minute that a sum missed by a hair');
  Same(VideoDoktorStartText(-1.75), '1899-12-29 18:00', 'a date before 1900');
  Same(VideoDoktorStartText(1E300), '', 'a date that no calendar has');
  Same(VideoDoktorStartText(-1E300), '', 'nor this one');
  Check(VideoDoktorCheckInvitation(VideoDoktorInvitation('Jana Nova', 'jana@example.cz', '', 1980, 1E300))[0].Status = VD_X020_START,
    'is refused as a start');
end;

procedure TryPointers;
var
  Cases, Its, Json, Pointer, Found: TVideoDoktorText;
  I, Status, Count, CountStatus: Integer;
begin
  Cases := FileText('vectors/json_pointers.json');
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    Json := VideoDoktorJsonText(Its, '/json');
    Pointer := VideoDoktorJsonText(Its, '/pointer');
    Status := 0;
    Found := '';
    Count := -1;
    CountStatus := 0;
    try
      Found := VideoDoktorJsonText(Json, Pointer);
    except
      on E: EVideoDoktor do
        Status := E.Status;
    end;
    try
      Count := VideoDoktorJsonLength(Json, Pointer);
    except
      on E: EVideoDoktor do
        CountStatus := E.Status;
    end;
    Check((Status = Number(Its, '/status', 0)) and ((Status <> 0) or not VideoDoktorTryJsonText(Its, '/text', Json) or (Json = Found)) and
      (Count = Number(Its, '/length', Count)) and (CountStatus = Number(Its, '/length_status', CountStatus)),
      'json_pointers: ' + VideoDoktorJsonText(Its, '/why') + ' at ' + Pointer);
  end;
end;

procedure TryChanges;
var
  Cases, Its: TVideoDoktorText;
  I, J, Status: Integer;
  Told: TVideoDoktorMeetingChanges;
  Holds: Boolean;
begin
  Cases := FileText('vectors/changes.json');
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    Status := 0;
    try
      Told := VideoDoktorMeetingChanges(Value(Its, '/before_json', ''), VideoDoktorJsonText(Its, '/after_json'));
    except
      on E: EVideoDoktor do
        Status := E.Status;
    end;
    Holds := Status = Number(Its, '/status', -1);
    if Status = 0 then
    begin
      Holds := Holds and (Length(Told.Added) = VideoDoktorJsonLength(Its, '/changes/added')) and
        (Length(Told.Removed) = VideoDoktorJsonLength(Its, '/changes/removed')) and
        (Length(Told.Changed) = VideoDoktorJsonLength(Its, '/changes/changed')) and (Told.Unchanged = Number(Its, '/changes/unchanged', -1)) and
        (Told.Skipped = Number(Its, '/changes/skipped', -1));
      for J := 0 to High(Told.Changed) do
        Holds := Holds and (Told.Changed[J].Fields[0] = VideoDoktorJsonText(Its, '/changes/changed/' + TVideoDoktorText(IntToStr(J)) + '/fields/0'));
      Holds := Holds and (Length(VideoDoktorMeetingChanges(nil, Told.Added).Added) = Length(Told.Added));
    end;
    Check(Holds, 'changes: ' + VideoDoktorJsonText(Its, '/why'));
  end;
end;

procedure TryCalendars;
var
  Cases, Its, Line: TVideoDoktorText;
  I, J, Status: Integer;
  Text: TVideoDoktorText;
  Holds: Boolean;
begin
  Cases := FileText('vectors/calendars.json');
  for I := 0 to VideoDoktorJsonLength(Cases, '') - 1 do
  begin
    Its := CaseAt(Cases, I);
    Status := 0;
    Text := '';
    try
      Text := VideoDoktorMeetingCalendar(VideoDoktorJsonText(Its, '/meeting_json'), Value(Its, '/options_json', ''));
    except
      on E: EVideoDoktor do
        Status := E.Status;
    end;
    while Pos(#13#10' ', Text) > 0 do
      Delete(Text, Pos(#13#10' ', Text), 3);
    Holds := Status = Number(Its, '/status', -1);
    J := 0;
    while VideoDoktorTryJsonText(Its, '/lines/' + TVideoDoktorText(IntToStr(J)), Line) do
    begin
      Holds := Holds and (Pos(#13#10 + Line + #13#10, Text) > 0);
      Inc(J);
    end;
    Check(Holds, 'calendars: ' + VideoDoktorJsonText(Its, '/why'));
  end;
end;

procedure TryQrCodes;
var
  Status: Integer;
  Drawn: file of Byte;
begin
  VideoDoktorSaveQrCode('https://demo.videodoktor.cz/meet/abc', 'kod.bmp', 256);
  AssignFile(Drawn, 'kod.bmp');
  Reset(Drawn);
  Check(FileSize(Drawn) = 62 + 256 * 32, 'a QR code of one bit a pixel');
  CloseFile(Drawn);
  DeleteFile('kod.bmp');
  Check(Pos(TVideoDoktorText('<svg '), VideoDoktorQrCodeSvg('abc', 256)) = 1, 'a QR code as a drawing');
  Status := 0;
  try
    VideoDoktorSaveQrCode('abc', 'kod.gif', 256);
  except
    on E: EVideoDoktorUsage do
      Status := E.Status;
  end;
  Check(Status = VD_ERR_INVALID_ARGUMENT, 'a picture of a kind that there is not');
end;

begin
  Usual := CaseAt(FileText('vectors/invitations.json'), 0);
  TryFile('starts');
  TryFile('phones');
  TryFile('names');
  TryFile('emails');
  TryFile('invitations');
  TryBirthNumbers;
  TryDates;
  TryPointers;
  TryChanges;
  TryCalendars;
  TryQrCodes;
  Finish;
end.
