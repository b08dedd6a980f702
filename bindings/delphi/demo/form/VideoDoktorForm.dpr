{ A form for VCL and LCL alike: what a practice does with video calls, without ever freezing. Compile it in Delphi, in Lazarus (VideoDoktorForm.lpi) or with FPC. }
program VideoDoktorForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}

uses
  {$IFDEF FPC} {$IFDEF UNIX} cthreads, {$ENDIF} Interfaces, {$ENDIF}
  Forms,
  VideoDoktor in '..\..\VideoDoktor.pas',
  VideoDoktorComponent in '..\..\VideoDoktorComponent.pas',
  ControlText in 'ControlText.pas',
  InvitationSheet in 'InvitationSheet.pas',
  PreviewForm in 'PreviewForm.pas',
  MainForm in 'MainForm.pas';

begin
  Application.Initialize;
  Application.CreateForm(TVideoCalls, VideoCalls);
  Application.Run;
end.
