{ A small command-line tool: lists, invites, moves, removes, saves calls for a calendar and as QR codes, watches the list, diagnoses. Settings come from the environment, so that no key stands on the command line:
  VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and, if the service's certificate needs it, VIDEODOKTOR_CA_FILE. What is not set is the
  sandbox's. }
program VideoDoktorTool;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, Classes,
  VideoDoktor in '..\..\VideoDoktor.pas',
  VideoDoktorComponent in '..\..\VideoDoktorComponent.pas';

{ Between the system and the service. Up to Delphi 2007 a string is in the code page of Czech Windows, and a cast would not convert it. }

function FromSystem(const Text: string): TVideoDoktorText;
begin
  {$IFDEF FPC}
  Result := TVideoDoktorText(Text);
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := VideoDoktorTextFromCp1250(Text);
  {$ENDIF} {$ENDIF}
end;

function ForSystem(const Text: TVideoDoktorText): string;
begin
  {$IFDEF FPC}
  Result := string(Text);
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := VideoDoktorCp1250FromText(Text);
  {$ENDIF} {$ENDIF}
end;

const
  { The sandbox's own defaults: videodoktor-sandbox.exe without arguments. }
  SANDBOX_URL = 'http://127.0.0.1:43210';
  SANDBOX_APP_KEY = 'sandbox-app-key';
  SANDBOX_API_KEY = 'sandbox-practice-1';

function Setting(const Name: string; const Default: TVideoDoktorText = ''): TVideoDoktorText;
begin
  Result := FromSystem(GetEnvironmentVariable(Name));
  if Result = '' then
    Result := Default;
end;

function NewClient: TVideoDoktorClient;
var
  Options: TVideoDoktorOptions;
begin
  Options := DefaultVideoDoktorOptions;
  Options.CaFile := Setting('VIDEODOKTOR_CA_FILE');
  Options.UserAgent := 'VideoDoktorTool/1.1';
  if Setting('VIDEODOKTOR_URL') = '' then
    Writeln(ErrOutput, 'Without settings: the sandbox at ' + SANDBOX_URL);
  Result := TVideoDoktorClient.Create(Setting('VIDEODOKTOR_URL', SANDBOX_URL), Setting('VIDEODOKTOR_APP_KEY', SANDBOX_APP_KEY),
    Setting('VIDEODOKTOR_API_KEY', SANDBOX_API_KEY), Options);
end;

procedure List(Client: TVideoDoktorClient);
var
  Meetings: TVideoDoktorMeetings;
  I: Integer;
begin
  Meetings := Client.ListMeetings;
  for I := 0 to High(Meetings) do
    Writeln(ForSystem(Meetings[I].MeetId), '  ', FormatDateTime('d.m.yyyy h:nn', Meetings[I].MeetStart), '  ', ForSystem(Meetings[I].PacientJmeno));
  Writeln(Length(Meetings), ' video calls');
end;

procedure Invite(Client: TVideoDoktorClient);
var
  Created: TVideoDoktorMeetingCreated;
begin
  { the start as days and hours from now keeps the example free of date formats }
  Created := Client.AddMeeting(VideoDoktorInvitation(FromSystem(ParamStr(2)), FromSystem(ParamStr(3)), '', StrToInt(ParamStr(4)),
    Date + StrToInt(ParamStr(5)) + EncodeTime(StrToInt(ParamStr(6)), 0, 0, 0)));
  Writeln(ForSystem(Created.MeetId));
  Writeln(ForSystem(Created.MeetUrl));
  Writeln('The patient is invited.');
end;

{ The start as Invite has it. }
procedure Move(Client: TVideoDoktorClient);
var
  Moved: TVideoDoktorMeetingMoved;
begin
  Moved := Client.MoveMeeting(FromSystem(ParamStr(2)), Date + StrToInt(ParamStr(3)) + EncodeTime(StrToInt(ParamStr(4)), 0, 0, 0));
  Writeln(ForSystem(Moved.MeetId));
  Writeln(ForSystem(Moved.MeetUrl));
  if not Moved.Moved then
    Writeln('The call starts then already: nothing was sent.')
  else if Moved.OldWasGone then
    Writeln('The call is moved, but somebody else has cancelled or moved the old one: look at the list.')
  else
    Writeln('The call is moved.');
end;

{ Calendar programs read UTF-8. }
procedure SaveForCalendar(Client: TVideoDoktorClient);
var
  Bytes: UTF8String;
  Stream: TFileStream;
begin
  {$IFDEF UNICODE}
  Bytes := UTF8Encode(VideoDoktorMeetingCalendar(Client.GetMeeting(FromSystem(ParamStr(2))).Json));
  {$ELSE}
  Bytes := VideoDoktorMeetingCalendar(Client.GetMeeting(FromSystem(ParamStr(2))).Json);
  {$ENDIF}
  Stream := TFileStream.Create(ParamStr(3), fmCreate);
  try
    Stream.WriteBuffer(Bytes[1], Length(Bytes));
  finally
    Stream.Free;
  end;
end;

type
  { Writes down what the watcher tells. Its events come in the main thread, which calls CheckSynchronize for them. }
  TReporter = class
    procedure Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure Failed(Sender: TObject; Error: EVideoDoktor);
  end;

procedure Report(const What: string; const Meeting: TVideoDoktorMeeting);
begin
  Writeln(What, ': ', FormatDateTime('d.m.yyyy h:nn', Meeting.MeetStart), '  ', ForSystem(Meeting.PacientJmeno));
end;

procedure TReporter.Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Report('new', Meeting);
end;

procedure TReporter.Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Report('gone', Meeting);
end;

procedure TReporter.MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Report('under way', Meeting);
end;

procedure TReporter.Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
  Writeln(Length(Meetings), ' video calls');
  Flush(Output);
end;

procedure TReporter.Failed(Sender: TObject; Error: EVideoDoktor);
begin
  Writeln(ErrOutput, Error.Message);
end;

procedure Watch;
var
  Service: TVideoDoktor;
  Watcher: TVideoDoktorWatcher;
  Reporter: TReporter;
begin
  Reporter := TReporter.Create;
  Service := TVideoDoktor.Create(nil);
  Watcher := TVideoDoktorWatcher.Create(nil);
  try
    Service.AppUrl := Setting('VIDEODOKTOR_URL', SANDBOX_URL);
    Service.ApiAppKey := Setting('VIDEODOKTOR_APP_KEY', SANDBOX_APP_KEY);
    Service.ApiKey := Setting('VIDEODOKTOR_API_KEY', SANDBOX_API_KEY);
    Service.CaFile := Setting('VIDEODOKTOR_CA_FILE');
    Watcher.OnAdded := Reporter.Added;
    Watcher.OnRemoved := Reporter.Removed;
    Watcher.OnMeetingActive := Reporter.MeetingActive;
    Watcher.OnListed := Reporter.Listed;
    Watcher.OnFailed := Reporter.Failed;
    Watcher.Service := Service;
    Watcher.Active := True;
    while True do { until Ctrl+C }
      CheckSynchronize(1000);
  finally
    Watcher.Free;
    Service.Free;
    Reporter.Free;
  end;
end;

procedure Diagnose(Client: TVideoDoktorClient);
var
  Found: TVideoDoktorDiagnosis;
  I: Integer;
const
  Word: array[Boolean] of string = ('FAILED', 'ok');
begin
  Found := Client.Diagnose;
  for I := 0 to High(Found.Steps) do
    Writeln(ForSystem(Found.Steps[I].Name), ': ', Word[Found.Steps[I].Ok], ', ', Found.Steps[I].Milliseconds, ' ms. ', ForSystem(Found.Steps[I].Detail));
end;

procedure Help;
begin
  Writeln('VideoDoktorTool list');
  Writeln('VideoDoktorTool invite NAME E-MAIL YEAR-OF-BIRTH DAYS-FROM-TODAY HOUR');
  Writeln('VideoDoktorTool move MEET-ID DAYS-FROM-TODAY HOUR');
  Writeln('VideoDoktorTool remove MEET-ID');
  Writeln('VideoDoktorTool calendar MEET-ID FILE.ics');
  Writeln('VideoDoktorTool qr MEET-ID FILE.svg (or .png, .bmp)');
  Writeln('VideoDoktorTool watch');
  Writeln('VideoDoktorTool diagnose');
  ExitCode := 2;
end;

procedure Run;
var
  Client: TVideoDoktorClient;
begin
  Client := NewClient;
  try
    if ParamStr(1) = 'list' then
      List(Client)
    else if (ParamStr(1) = 'invite') and (ParamCount = 6) then
      Invite(Client)
    else if (ParamStr(1) = 'move') and (ParamCount = 4) then
      Move(Client)
    else if (ParamStr(1) = 'calendar') and (ParamCount = 3) then
      SaveForCalendar(Client)
    else if (ParamStr(1) = 'qr') and (ParamCount = 3) then
      VideoDoktorSaveQrCode(Client.GetMeeting(FromSystem(ParamStr(2))).MeetUrl, FromSystem(ParamStr(3)), 512)
    else if ParamStr(1) = 'watch' then
      Watch
    else if (ParamStr(1) = 'remove') and (ParamCount = 2) then
      Client.RemoveMeeting(FromSystem(ParamStr(2)))
    else if ParamStr(1) = 'diagnose' then
      Diagnose(Client)
    else
      Help;
  finally
    Client.Free;
  end;
end;

begin
  try
    Run;
  except
    on E: EVideoDoktor do
    begin
      Writeln(E.Message);
      if E.Detail <> '' then
        Writeln(ForSystem(E.StatusName), ': ', ForSystem(E.Detail));
      if E.MovedMeetUrl <> '' then { of a move whose old call may still be there }
        Writeln(ForSystem(E.MovedMeetUrl));
      ExitCode := 1;
    end;
  end;
end.
