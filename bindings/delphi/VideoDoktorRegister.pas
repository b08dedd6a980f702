/// <summary>Puts TVideoDoktor and TVideoDoktorWatcher on the palette; for the design-time packages only.</summary>
unit VideoDoktorRegister;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

procedure Register;

implementation

uses
  Classes, VideoDoktorComponent;

procedure Register;
begin
  RegisterComponents('VideoDoktor', [TVideoDoktor, TVideoDoktorWatcher]);
end;

end.
