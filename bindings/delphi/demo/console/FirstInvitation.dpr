program FirstInvitation;
{$APPTYPE CONSOLE}
uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, VideoDoktor;
var
  Client: TVideoDoktorClient;
  Created: TMeetingCreated;
begin
  Client := TVideoDoktorClient.Create(ParamStr(1), ParamStr(2), ParamStr(3)); { address, the program's key, the practice's key }
  try
    Created := Client.AddMeeting(VideoDoktorInvitation('Jana Novakova', 'jana@example.cz', '', 1980, Date + 1 + EncodeTime(10, 0, 0, 0)));
    Writeln(Created.MeetUrl);
  finally
    Client.Free;
  end;
end.
