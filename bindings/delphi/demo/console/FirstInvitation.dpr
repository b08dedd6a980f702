program FirstInvitation;
{$APPTYPE CONSOLE}
uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, VideoDoktor;

function Setting(const Name, Usual: string): string;
begin
  Result := GetEnvironmentVariable(Name);
  if Result = '' then
    Result := Usual;
end;

{ Tomorrow at 10:00, or the next quarter of an hour that is free. }
function InviteAtFreeStart(Client: TVideoDoktorClient): TVideoDoktorMeetingCreated;
var
  Start: TDateTime;
  Invited: Boolean;
begin
  Start := Date + 1 + EncodeTime(10, 0, 0, 0);
  Invited := False;
  while not Invited do
    try
      Result := Client.AddMeeting(VideoDoktorInvitation('Jana Novakova', 'jana@example.cz', '', 1980, Start));
      Invited := True;
    except
      on E: EVideoDoktorRejected do
        if E.Status = VD_X024_START_TAKEN then
          Start := Start + EncodeTime(0, 15, 0, 0)
        else
          raise;
    end;
end;

var
  Options: TVideoDoktorOptions;
  Client: TVideoDoktorClient;
  Created: TVideoDoktorMeetingCreated;
begin
  try
    Options := DefaultVideoDoktorOptions;
    Options.CaFile := Setting('VIDEODOKTOR_CA_FILE', '');
    Client := TVideoDoktorClient.Create(Setting('VIDEODOKTOR_URL', 'http://127.0.0.1:43210'), Setting('VIDEODOKTOR_APP_KEY', 'sandbox-app-key'),
      Setting('VIDEODOKTOR_API_KEY', 'sandbox-practice-1'), Options);
    try
      Created := InviteAtFreeStart(Client);
      Writeln('The patient is invited: ', Created.MeetUrl);
    finally
      Client.Free;
    end;
  except
    on E: Exception do
    begin
      Writeln(ErrOutput, E.Message);
      ExitCode := 1;
    end;
  end;
end.
