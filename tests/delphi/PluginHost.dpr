{ A program that loads a plug-in DLL from a folder of its own, lets it work, and unloads it in the middle of a call. For Windows. }
program PluginHost;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  Windows, SysUtils, VideoDoktor, Checks;

type
  TText = function: PWideChar; stdcall;
  TAction = procedure; stdcall;
  TNumber = function: Integer; stdcall;

var
  Module: HMODULE;

function Entry(const Name: AnsiString): Pointer;
begin
  Result := GetProcAddress(Module, PAnsiChar(Name));
  if Result = nil then
    Missed('the plug-in exports ' + TVideoDoktorText(Name));
end;

var
  Began: TDateTime;
begin
  Control('POST /_control/reset {}');
  Module := LoadLibraryW('plugins\Plugin.dll');
  Check(Module <> 0, 'the plug-in is loaded');
  Same(VideoDoktorTextFromWide(TText(Entry('PluginLibrary'))()), Setting('VD_LOADED_FROM'),
    'it finds the library beside the program, where none is beside the plug-in');

  TAction(Entry('PluginStart'))();
  Began := Now;
  while (TNumber(Entry('PluginTimer'))() = 0) and ((Now - Began) * 86400 < 20) do
    ;
  Same(TNumber(Entry('PluginDone'))(), 1, 'with a timer that pumps its event comes');

  Control('POST /_control/faults {"path":"/api_meet_list/","delay_ms":60000}');
  TAction(Entry('PluginStart'))();
  Control('WAIT /api_meet_list/');
  Same(TNumber(Entry('PluginEnd'))(), 1, 'a call under way is ended before the plug-in goes');
  Check(FreeLibrary(Module), 'the plug-in is unloaded');
  Check(GetModuleHandleW('plugin.dll') = 0, 'and gone');
  Check(GetModuleHandleW('videodoktor.dll') <> 0, 'the library stays');
  Finish;
end.
