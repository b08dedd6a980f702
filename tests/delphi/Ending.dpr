{ A program that ends, or takes its log event away, while calls are under way in the background. VD_SCENE says in which way; each must end in time, with
  exit code 0 and no memory left over. }
program Ending;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} Late, SysUtils, Classes, VideoDoktor, Checks, EveryCall;

type
  { A form that does what it must not: its log event waits for the main thread. }
  TForm = class
  private
    FIsInside: Boolean;
    FShown, FDone: Integer;
  public
    procedure Log(Level: Integer; const Message: TVideoDoktorText);
    procedure Show;
    procedure Done(Request: TVideoDoktorRequest);
    procedure WaitForLog;
  end;

procedure TForm.Log(Level: Integer; const Message: TVideoDoktorText);
begin
  FIsInside := True;
  TThread.Synchronize(nil, Show);
end;

procedure TForm.Show;
begin
  Inc(FShown);
end;

procedure TForm.Done(Request: TVideoDoktorRequest);
begin
  Inc(FDone);
end;

procedure TForm.WaitForLog;
begin
  while not FIsInside do
    Sleep(1);
end;

var
  Form: TForm;
  Client: TVideoDoktorClient;

procedure TryToStartACall;
begin
  try
    Client.ListMeetingsAsync(Form.Done);
    ExitCode := 3;
  except
    on E: EVideoDoktorUsage do
      if E.Status <> VD_ERR_CANCELLED then
        ExitCode := 4;
  end;
end;

procedure LogIsTakenAway;
var
  Began: TDateTime;
begin
  SetVideoDoktorLog(Form.Log, 4);
  Client.ListMeetingsAsync(Form.Done);
  Form.WaitForLog;
  Began := Now;
  SetVideoDoktorLog(nil);
  Check((Now - Began) * 86400 < 3, 'a log event that waits for the main thread is ended by the main thread');
  Check(Form.FShown > 0, 'and what it wanted to show is shown');
  while Form.FDone = 0 do
    CheckSynchronize(20);
  Check(True, 'and the call goes on');
end;

procedure EndsInLogEvent;
begin
  SetVideoDoktorLog(Form.Log, 4);
  Client.ListMeetingsAsync(Form.Done);
  Form.WaitForLog;
end;

procedure EndsInCalls;
var
  I: Integer;
begin
  Control('POST /_control/faults {"path":"/api_meet_list/","delay_ms":60000,"times":4}');
  for I := 1 to 4 do
    Client.ListMeetingsAsync(Form.Done);
  Control('WAIT /api_meet_list/');
  for I := 1 to 4 do
    Client.VerifyAsync(Form.Done); { some have an answer that nobody takes }
end;

procedure Play(const Scene: TVideoDoktorText);
begin
  if Scene = 'log-is-taken-away' then
    LogIsTakenAway
  else if Scene = 'ends-in-log-event' then
    EndsInLogEvent
  else if Scene = 'ends-in-calls' then
    EndsInCalls
  else
    Missed('the scene ' + Scene);
end;

begin
  Control('POST /_control/reset {}');
  Form := TForm.Create;
  Client := SandboxClient;
  Survivors[0] := Client;
  Survivors[1] := Form;
  AtTheEnd := TryToStartACall;
  Play(Setting('VD_SCENE'));
  Check(Form.FDone <= 1, 'nothing is done behind the main thread''s back');
  Finish;
end.
