{ Every call of the Delphi client against the sandbox over HTTPS, every kind of exception, the names of version 1.0, the log, asynchronous calls, eight threads and the watcher. }
program Calls;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cthreads, {$ENDIF} SysUtils, Classes, VideoDoktor, Checks, EveryCall, EveryError, FormerNames, InTheBackground, Watching;

begin
  TryEveryCall;
  TryEveryError;
  TryFormerNames;
  TryInTheBackground;
  TryWatching;
  Finish;
end.
