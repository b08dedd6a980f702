{ A plug-in DLL of somebody's program, which knows nothing of Pascal: its calls run in the background, and a timer of its own would pump. }
library Plugin;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

uses
  SysUtils, Classes, VideoDoktor, EveryCall;

type
  TPlugin = class
  private
    FDone: Integer;
    FStatus: Integer;
  public
    procedure Done(Request: TVideoDoktorRequest);
    procedure Log(Level: Integer; const Message: TVideoDoktorText);
  end;

var
  Own: TPlugin;
  Client: TVideoDoktorClient;
  Lines: Integer;

procedure TPlugin.Done(Request: TVideoDoktorRequest);
begin
  Inc(FDone);
  FStatus := VD_OK;
  if Request.Failed then
    FStatus := Request.Error.Status;
end;

procedure TPlugin.Log(Level: Integer; const Message: TVideoDoktorText);
begin
  InterlockedIncrement(Lines);
end;

{ The file of the library that the plug-in has found. }
function PluginLibrary: PWideChar; stdcall;
const
  Name: WideString = '';
begin
  Name := VideoDoktorWideFromText(VideoDoktorFileName);
  Result := PWideChar(Name);
end;

procedure PluginStart; stdcall;
begin
  if Own = nil then
  begin
    Own := TPlugin.Create;
    Client := SandboxClient;
    SetVideoDoktorLog(Own.Log, 4);
  end;
  Client.ListMeetingsAsync(Own.Done);
end;

{ What the OnTimer of a TTimer does; how many calls have ended. }
function PluginTimer: Integer; stdcall;
begin
  CheckSynchronize(10);
  Result := Own.FDone;
end;

{ How many calls have ended, without a timer. }
function PluginDone: Integer; stdcall;
begin
  Result := Own.FDone;
end;

{ Before the program unloads the plug-in. }
function PluginEnd: Integer; stdcall;
begin
  Result := Ord(EndVideoDoktorRequests);
  FreeAndNil(Client);
  SetVideoDoktorLog(nil);
  FreeAndNil(Own);
end;

exports
  PluginLibrary, PluginStart, PluginTimer, PluginDone, PluginEnd;

end.
