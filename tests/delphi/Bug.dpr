{ A bug of the library, caught and raised as an exception of its own kind. For a library that was built with its test hooks. }
program Bug;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, VideoDoktor, Checks, EveryCall;

var
  Client: TVideoDoktorClient;
begin
  Client := SandboxClient;
  try
    try
      Client.Call('api_test_panic', '');
      Missed('a bug of the library');
    except
      on E: EVideoDoktor do
      begin
        Kind(E, EVideoDoktorInternal, VD_ERR_INTERNAL, 'a bug of the library');
        Check((Pos('jana@', E.Detail) = 0) and (Pos('805512', E.Detail) = 0) and (Pos('jana@', E.Text) = 0), 'does not repeat what it knew of a patient');
      end;
    end;
    Client.Verify;
    Check(True, 'and the next call works');
  finally
    Client.Free;
  end;
  Finish;
end.
