{ An invitation on paper: who, when, and the address of the call, as a QR code too. One routine paints it, for the printer and for the screen. }
unit InvitationSheet;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, Types, Graphics, VideoDoktor, ControlText;

const
  { Of the sheet, in millimetres; it stands in the upper left corner of any paper from A5 on. }
  SHEET_WIDTH = 148;
  SHEET_HEIGHT = 175;

type
  TInvitationSheet = class
  private
    FMeeting: TVideoDoktorMeeting;
    { The dark parts of the code, in parts of its width. }
    FBars: array of TRect;
    procedure LoadCode(const FileName: string);
    procedure AddBars(const Row: array of Byte; Y: Integer);
  public
    /// <summary>Draws the code of Meeting.MeetUrl. Raises EVideoDoktor if it cannot be drawn.</summary>
    constructor Create(const Meeting: TVideoDoktorMeeting);
    /// <summary>Paints the sheet on a printer's page (Printer.Canvas) or on a bitmap of DotsPerInch.</summary>
    procedure Paint(Canvas: TCanvas; DotsPerInch: Integer);
  end;

implementation

{$IFNDEF FPC}
uses
  Windows;
{$ENDIF}

const
  { Pixels of the picture of a code: enough for the longest text. A printer draws bars, and not these pixels. }
  CODE_PIXELS = 256;
  MARGIN = 15;
  CODE_WIDTH = 70;

{ A name that no other file has. }
function TemporaryPicture: string;
var
  Id: TGUID;
  {$IFNDEF FPC}
  Folder: array[0..MAX_PATH] of Char;
  {$ENDIF}
begin
  CreateGUID(Id);
  {$IFDEF FPC}
  Result := GetTempDir(False);
  {$ELSE}
  GetTempPath(MAX_PATH, Folder);
  Result := Folder;
  {$ENDIF}
  Result := Result + GUIDToString(Id) + '.bmp';
end;

constructor TInvitationSheet.Create(const Meeting: TVideoDoktorMeeting);
var
  FileName: string;
begin
  inherited Create;
  FMeeting := Meeting;
  FileName := TemporaryPicture;
  try
    VideoDoktorSaveQrCode(Meeting.MeetUrl, FromControl(FileName), CODE_PIXELS);
    LoadCode(FileName);
  finally
    SysUtils.DeleteFile(FileName); { whoever has it can open the call }
  end;
end;

{ The library's BMP has one bit a pixel, 0 for black, from the last row to the first. A printer's driver may draw bitmaps badly, but never rectangles. }
procedure TInvitationSheet.LoadCode(const FileName: string);
const
  PLACE_OF_PIXELS = 10; { in the file's header }
var
  Picture: TFileStream;
  Row: array[0..CODE_PIXELS div 8 - 1] of Byte;
  Pixels: LongWord;
  Y: Integer;
begin
  Picture := TFileStream.Create(FileName, fmOpenRead or fmShareDenyNone);
  try
    Picture.Position := PLACE_OF_PIXELS;
    Picture.ReadBuffer(Pixels, SizeOf(Pixels));
    for Y := 0 to CODE_PIXELS - 1 do
    begin
      Picture.Position := Integer(Pixels) + (CODE_PIXELS - 1 - Y) * SizeOf(Row);
      Picture.ReadBuffer(Row, SizeOf(Row));
      AddBars(Row, Y);
    end;
  finally
    Picture.Free;
  end;
end;

procedure TInvitationSheet.AddBars(const Row: array of Byte; Y: Integer);
var
  X, First: Integer;

  function IsDark(X: Integer): Boolean;
  begin
    Result := (X < CODE_PIXELS) and (Row[X div 8] and ($80 shr (X mod 8)) = 0);
  end;

begin
  X := 0;
  while X < CODE_PIXELS do
  begin
    First := X;
    while IsDark(X) do
      Inc(X);
    if X > First then
    begin
      SetLength(FBars, Length(FBars) + 1);
      FBars[High(FBars)] := Rect(First, Y, X, Y + 1);
    end
    else
      Inc(X);
  end;
end;

procedure TInvitationSheet.Paint(Canvas: TCanvas; DotsPerInch: Integer);
var
  Top: Integer;

  function Dots(Millimetres: Double): Integer;
  begin
    Result := Round(Millimetres * DotsPerInch / 25.4);
  end;

  { A paragraph, broken at blanks, or anywhere where there is none: an address is one long word. }
  procedure Write(const Text: TVideoDoktorText; Points: Integer; Style: TFontStyles);
  var
    Rest, Line: string;
    Fits, Blank: Integer;
  begin
    Canvas.Font.PixelsPerInch := DotsPerInch;
    Canvas.Font.Size := Points;
    Canvas.Font.Style := Style;
    Rest := ToControl(Text);
    while Rest <> '' do
    begin
      Fits := Length(Rest);
      while (Fits > 1) and (Canvas.TextWidth(Copy(Rest, 1, Fits)) > Dots(SHEET_WIDTH - 2 * MARGIN)) do
      begin
        Blank := LastDelimiter(' ', Copy(Rest, 1, Fits - 1));
        if Blank > 1 then
          Fits := Blank - 1
        else
          Dec(Fits);
      end;
      Line := Copy(Rest, 1, Fits);
      Canvas.TextOut(Dots(MARGIN), Top, Line);
      Rest := TrimLeft(Copy(Rest, Fits + 1, MaxInt));
      Inc(Top, Dots(Points * 0.45));
    end;
    Inc(Top, Dots(3));
  end;

  procedure DrawCode(Left: Integer);
  var
    I, Size: Integer;
  begin
    Size := Dots(CODE_WIDTH);
    Canvas.Brush.Color := clBlack;
    for I := 0 to High(FBars) do
      Canvas.FillRect(Rect(Left + FBars[I].Left * Size div CODE_PIXELS, Top + FBars[I].Top * Size div CODE_PIXELS,
        Left + FBars[I].Right * Size div CODE_PIXELS, Top + FBars[I].Bottom * Size div CODE_PIXELS));
    Inc(Top, Size);
  end;

begin
  Top := Dots(MARGIN);
  Canvas.Brush.Style := bsSolid;
  Canvas.Brush.Color := clWhite;
  Canvas.FillRect(Rect(0, 0, Dots(SHEET_WIDTH), Dots(SHEET_HEIGHT)));
  Canvas.Font.Name := 'Arial';
  {$IFNDEF FPC}
  Canvas.Font.Charset := EASTEUROPE_CHARSET;
  {$ENDIF}
  Canvas.Font.Color := clBlack;
  Write(Czech('Pozv'#$00E1'nka na videohovor'), 22, [fsBold]);
  Write(FMeeting.PacientJmeno, 14, []);
  Write(FromControl(ShownTime(FMeeting.MeetStart)), 14, [fsBold]);
  DrawCode((Dots(SHEET_WIDTH) - Dots(CODE_WIDTH)) div 2);
  Canvas.Brush.Style := bsClear;
  Write(Czech('Nami'#$0159'te na k'#$00F3'd fotoapar'#$00E1't telefonu a otev'#$0159'ete odkaz.'), 11, []);
  Write(Czech('Na po'#$010D#$00ED'ta'#$010D'i opi'#$0161'te do prohl'#$00ED#$017E'e'#$010D'e tuto adresu:'), 11, []);
  Write(FMeeting.MeetUrl, 9, []);
  Write(Czech('Odkaz nikomu ned'#$00E1'vejte: kdo ho m'#$00E1', m'#$016F#$017E'e do hovoru vstoupit.'), 11, []);
end;

end.
