{ The six ways in which loading fails, each with a text that says what to do; then it works, and the floating-point state is as it was. }
program Loading;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, Math, VideoDoktor, Checks;

function Beside(const Name: TVideoDoktorText): TVideoDoktorText;
begin
  Result := TVideoDoktorText(ExtractFilePath(ParamStr(0))) + Name;
end;

procedure Fails(const Name: TVideoDoktorText; const Says: array of TVideoDoktorText; const Sentence: TVideoDoktorText);
var
  I: Integer;
begin
  try
    LoadVideoDoktor(Beside(Name));
    Missed(Sentence);
  except
    on E: EVideoDoktorLoad do
    begin
      for I := 0 to High(Says) do
        if Pos(Says[I], E.Text) = 0 then
        begin
          Check(False, Sentence + ': <' + Says[I] + '> is not in: ' + E.Text);
          Exit;
        end;
      Check((Pos(Beside(Name), E.Text) > 0) and (Pos(TVideoDoktorText(IntToStr(SizeOf(Pointer) * 8)) + '-bit', E.Text) > 0) and not VideoDoktorLoaded, Sentence);
    end;
  end;
end;

{$IFDEF WINDOWS}
{ A relative name is one of the current folder, and nothing beside the program or on PATH answers for it. }
procedure TryRelativeNames;
var
  Folder: AnsiString;
begin
  Folder := GetCurrentDir;
  ForceDirectories('elsewhere');
  ChDir('elsewhere');
  try
    LoadVideoDoktor(VIDEODOKTOR_LIBRARY);
    Missed('a relative name is not looked for beside the program');
  except
    on E: EVideoDoktorLoad do
      Check(Pos(Beside('elsewhere\' + VIDEODOKTOR_LIBRARY) + ': not there', E.Text) > 0, 'a relative name is not looked for beside the program');
  end;
  LoadVideoDoktor('..\' + VIDEODOKTOR_LIBRARY);
  ChDir(Folder);
  Same(VideoDoktorFileName, Setting('VD_LOADED_FROM'), 'but in the current folder, and its full path is known');
  LoadVideoDoktor(VIDEODOKTOR_LIBRARY);
  LoadVideoDoktor(TVideoDoktorText(UpperCase(AnsiString(Beside(VIDEODOKTOR_LIBRARY)))));
  Check(True, 'the same file may be named in another way');
end;
{$ENDIF}

const
  OtherBits: array[Boolean] of TVideoDoktorText = ('64-bit', '32-bit');
  Own = VIDEODOKTOR_LIBRARY;

var
  Mask: TFPUExceptionMask;
begin
  Mask := GetExceptionMask;
  Fails('missing-' + Own, ['not there', 'Knihovnu VideoDoktor'], 'a library that is not there is named with its path');
  Fails('otherbits-' + Own, ['the library is ' + OtherBits[SizeOf(Pointer) = 8]], 'a library of the other bitness says which it is and which is needed');
  Fails('text-' + Own, ['the file is not a library'], 'a file that is no library is called that');
  Fails('older-' + Own, ['too old', 'version 0.9.0', 'ABI 0', 'ABI 1'], 'an older library tells its version and both ABI numbers');
  Fails('newer-' + Own, ['too new', 'version 7.0.0', 'ABI 2', 'knows ABI 1'], 'a newer library tells its version and both ABI numbers');
  Fails('release10-' + Own, ['library is version 1.0.0', 'made for version 1.1.0', 'lacks vd_client_prepare, vd_meet_move, vd_meet_changes, vd_meet_ics, vd_qr'],
    'the library of 1.0 tells both versions and what it lacks');
  Fails('foreign-' + Own, ['a foreign library', 'vd_abi_version'], 'a library of somebody else is called foreign');

  {$IFDEF WINDOWS}
  if Setting('VD_SCENE') = 'relative' then
    TryRelativeNames;
  {$ENDIF}
  LoadVideoDoktor;
  Check(VideoDoktorLoaded, 'the library beside the program is found without being named');
  Same(VideoDoktorFileName, Setting('VD_LOADED_FROM'), 'the file that was loaded is known');
  Same(VideoDoktorVersion, '1.1.0', 'the version is known');
  Check(Mask = GetExceptionMask, 'loading leaves the floating-point exceptions as they were');
  LoadVideoDoktor;
  try
    LoadVideoDoktor(Beside('missing-' + Own));
    Missed('another file is refused once the library is loaded');
  except
    on E: EVideoDoktorLoad do
      Check(Pos('loaded already, from', E.Text) > 0, 'another file is refused once the library is loaded');
  end;
  Same(VideoDoktorStatusName(VD_X011_EMAIL), 'VD_X011_EMAIL', 'a status has its name');
  Same(VideoDoktorStatusName(1099), 'VD_X099', 'a code that nobody documented has a name, too');
  Check(Pos('mail', VideoDoktorStatusText(VD_X011_EMAIL, 'en')) > 0, 'a status has its text');
  Finish;
end.
