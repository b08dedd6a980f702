{ A Delphi program for 1.0 meets the statuses that 1.0 did not know; LATER_STATUSES holds all of them, as 51=VD_ERR_OLD_REMAINS. }
program Statuses;

{$MODE DELPHI}{$H+}{$APPTYPE CONSOLE}

uses
  cthreads, SysUtils, Classes, VideoDoktor, Checks, EveryCall;

procedure TryNamesAndTexts;
var
  All: TStringList;
  I, Status: Integer;
begin
  All := TStringList.Create;
  try
    All.Delimiter := ' ';
    All.DelimitedText := Setting('LATER_STATUSES');
    for I := 0 to All.Count - 1 do
    begin
      Status := StrToInt(All.Names[I]);
      Same(VideoDoktorStatusName(Status), All.ValueFromIndex[I], All[I] + ' has its name');
      Check((Length(VideoDoktorStatusText(Status)) > 20) and (VideoDoktorStatusText(Status) <> VideoDoktorStatusText(Status, 'en')),
        All[I] + ' has a text in both languages');
    end;
  finally
    All.Free;
  end;
end;

{ The exception is of the general class and knows the status, its name and its text. }
procedure Shown(E: EVideoDoktor; Status: Integer; const Name: TVideoDoktorText);
begin
  Kind(E, EVideoDoktorInternal, Status, Name + ' is an error of the general class');
  Same(E.StatusName, Name, Name + ' is told by its name');
  Same(E.Text, VideoDoktorStatusText(Status), Name + ' has its text for the person at the screen');
end;

procedure TryAReportThatIsNotThereYet(Client: TVideoDoktorClient);
begin
  Control('POST /_control/faults {"path":"/api_meet_export/","body":{"text":"{\"export_url\":\"\"}"},"times":2}');
  try
    Client.ExportUrl('abc');
    Missed('a report that is not there yet');
  except
    on E: EVideoDoktor do
      Shown(E, 62, 'VD_ERR_REPORT_NOT_READY');
  end;
  try
    Client.SaveExport('abc', '/nowhere/vykaz.pdf');
    Missed('a report that is not there yet cannot be saved');
  except
    on E: EVideoDoktor do
      Shown(E, 62, 'VD_ERR_REPORT_NOT_READY');
  end;
end;

procedure TryACallThatRemains(Client: TVideoDoktorClient);
var
  Created: TMeetingCreated;
begin
  Created := Client.AddMeeting(Jana(EncodeDate(2090, 12, 2) + EncodeTime(10, 0, 0, 0)));
  Control('POST /_control/faults {"path":"/api_meet_remove/","code":"X005","times":2}');
  try
    Client.RemoveMeeting(Created.MeetId); { see moves.c }
    Missed('a call that remains beside the moved one');
  except
    on E: EVideoDoktor do
      Shown(E, 51, 'VD_ERR_OLD_REMAINS');
  end;
end;

var
  Client: TVideoDoktorClient;

begin
  LoadVideoDoktor(Setting('VIDEODOKTOR_LIBRARY'));
  Control('POST /_control/reset {}');
  TryNamesAndTexts;
  Client := SandboxClient;
  try
    TryAReportThatIsNotThereYet(Client);
    TryACallThatRemains(Client);
  finally
    Client.Free;
  end;
  Finish;
end.
