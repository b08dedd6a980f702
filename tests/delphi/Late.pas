{ What a program frees at its very end, as forms are: a unit that is initialized before VideoDoktor is finalized after it. }
unit Late;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

var
  { Freed in this order. }
  Survivors: array[0..1] of TObject;
  { Called before. }
  AtTheEnd: procedure;

implementation

initialization

finalization
  if Assigned(AtTheEnd) then
    AtTheEnd;
  Survivors[0].Free;
  Survivors[1].Free;
end.
