{ Between the form's controls and the service. Lazarus and Delphi from 2009 on need no conversion; before, the controls speak CP1250. }
unit ControlText;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, VideoDoktor;

function FromControl(const Text: string): TVideoDoktorText;
function ToControl(const Text: TVideoDoktorText): string;
/// <summary>Text whose letters do not depend on the encoding of the source.</summary>
function Czech(const Text: WideString): TVideoDoktorText;
/// <summary>As a Czech reader writes it: 23.11.2030 10:00</summary>
function ShownTime(Time: TDateTime): string;

implementation

function FromControl(const Text: string): TVideoDoktorText;
begin
  {$IFDEF FPC}
  Result := Text;
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := VideoDoktorTextFromCp1250(Text);
  {$ENDIF} {$ENDIF}
end;

function ToControl(const Text: TVideoDoktorText): string;
begin
  {$IFDEF FPC}
  Result := Text;
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := VideoDoktorCp1250FromText(Text);
  {$ENDIF} {$ENDIF}
end;

function Czech(const Text: WideString): TVideoDoktorText;
begin
  Result := VideoDoktorTextFromWide(Text);
end;

function ShownTime(Time: TDateTime): string;
begin
  Result := FormatDateTime('d.m.yyyy h:nn', Time);
end;

end.
