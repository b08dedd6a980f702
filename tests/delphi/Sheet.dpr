{ The demo's invitation, painted by its one routine on a bitmap and on the canvas of a PostScript printer: Sheet ADDRESS BITMAP.png PRINTED.ps }
program Sheet;

{$MODE DELPHI}{$H+}

uses
  cthreads, Interfaces, SysUtils, Classes, Forms, Graphics, PostScriptCanvas, VideoDoktor, InvitationSheet;

const
  SCREEN_DOTS = 96;
  PRINTER_DOTS = 600;

function Jana(const Address: string): TVideoDoktorMeeting;
begin
  Result.MeetUrl := Address;
  Result.PacientJmeno := 'Jana Nov' + UTF8Encode(WideString(#$00E1)) + 'kov' + UTF8Encode(WideString(#$00E1));
  Result.MeetStart := EncodeDate(2030, 11, 23) + EncodeTime(10, 0, 0, 0);
end;

procedure PaintBitmap(Sheet: TInvitationSheet; const FileName: string);
var
  Picture: TPortableNetworkGraphic;
begin
  Picture := TPortableNetworkGraphic.Create;
  try
    Picture.SetSize(Round(SHEET_WIDTH * SCREEN_DOTS / 25.4), Round(SHEET_HEIGHT * SCREEN_DOTS / 25.4));
    Sheet.Paint(Picture.Canvas, SCREEN_DOTS);
    Picture.SaveToFile(FileName);
  finally
    Picture.Free;
  end;
end;

procedure Print(Sheet: TInvitationSheet; const FileName: string);
var
  Printer: TPostScriptCanvas;
begin
  Printer := TPostScriptCanvas.Create;
  try
    Printer.XDPI := PRINTER_DOTS;
    Printer.YDPI := PRINTER_DOTS;
    Printer.PaperWidth := Round(210 * PRINTER_DOTS / 25.4);
    Printer.PaperHeight := Round(297 * PRINTER_DOTS / 25.4);
    Printer.BeginDoc;
    Sheet.Paint(Printer, PRINTER_DOTS);
    Printer.EndDoc;
    Printer.SaveToFile(FileName);
  finally
    Printer.Free;
  end;
end;

var
  Sheet: TInvitationSheet;
begin
  Application.Initialize;
  Sheet := TInvitationSheet.Create(Jana(ParamStr(1)));
  try
    PaintBitmap(Sheet, ParamStr(2));
    Print(Sheet, ParamStr(3));
  finally
    Sheet.Free;
  end;
end.
