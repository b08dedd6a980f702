{ A form for VCL and LCL alike: lists, invites and removes without ever freezing. Compile it in Delphi, in Lazarus (VideoDoktorForm.lpi) or with FPC. }
program VideoDoktorForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}

uses
  {$IFDEF FPC} {$IFDEF UNIX} cthreads, {$ENDIF} Interfaces, {$ENDIF}
  Forms,
  VideoDoktor in '..\..\VideoDoktor.pas',
  VideoDoktorComponent in '..\..\VideoDoktorComponent.pas',
  MainForm in 'MainForm.pas';

begin
  Application.Initialize;
  Application.CreateForm(TVideoCalls, VideoCalls);
  Application.Run;
end.
