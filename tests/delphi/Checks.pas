{ Counts what holds and what does not, one line each, and lets a test turn the sandbox's knobs through whoever started it. }
unit Checks;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

uses
  SysUtils, VideoDoktor;

procedure Check(Holds: Boolean; const Sentence: TVideoDoktorText);
procedure Same(const Got, Wanted, Sentence: TVideoDoktorText); overload;
procedure Same(Got, Wanted: Int64; const Sentence: TVideoDoktorText); overload;
/// <summary>Byte for byte, whatever code pages the strings are marked with.</summary>
function SameBytes(const A, B: TVideoDoktorBytes): Boolean;
/// <summary>That E is of exactly this class and status.</summary>
procedure Kind(E: Exception; Wanted: EVideoDoktorClass; Status: Integer; const Sentence: TVideoDoktorText);
/// <summary>That nothing was raised where something should have been.</summary>
procedure Missed(const Sentence: TVideoDoktorText);
/// <summary>One request to the sandbox's control API: method, address, body; its answer.</summary>
function Control(const Order: TVideoDoktorText): TVideoDoktorText;
function Setting(const Name: AnsiString): TVideoDoktorText;
function FileText(const Name: AnsiString): TVideoDoktorText;
procedure Finish;

implementation

uses
  Classes;

var
  Passed, Failed: Integer;

function Text(const Bytes: RawByteString): TVideoDoktorText;
begin
  {$IFDEF UNICODE}
  Result := UTF8Decode(Bytes);
  {$ELSE}
  Result := Bytes;
  SetCodePage(RawByteString(Result), CP_UTF8, False);
  {$ENDIF}
end;

procedure Say(const Line: TVideoDoktorText);
var
  Bytes: RawByteString;
begin
  {$IFDEF UNICODE}
  Bytes := UTF8Encode(Line) + #10;
  {$ELSE}
  Bytes := Line + #10;
  {$ENDIF}
  FileWrite(StdOutputHandle, Bytes[1], Length(Bytes));
end;

procedure Check(Holds: Boolean; const Sentence: TVideoDoktorText);
begin
  if Holds then
    Inc(Passed)
  else
    Inc(Failed);
  if Holds then
    Say('ok - ' + Sentence)
  else
    Say('not ok - ' + Sentence);
end;

procedure Same(const Got, Wanted, Sentence: TVideoDoktorText);
begin
  if Got = Wanted then
    Check(True, Sentence)
  else
    Check(False, Sentence + ': got <' + Got + '>, wanted <' + Wanted + '>');
end;

procedure Same(Got, Wanted: Int64; const Sentence: TVideoDoktorText);
begin
  Same(TVideoDoktorText(IntToStr(Got)), TVideoDoktorText(IntToStr(Wanted)), Sentence);
end;

function SameBytes(const A, B: TVideoDoktorBytes): Boolean;
begin
  Result := (Length(A) = Length(B)) and ((A = '') or CompareMem(@A[1], @B[1], Length(A)));
end;

procedure Kind(E: Exception; Wanted: EVideoDoktorClass; Status: Integer; const Sentence: TVideoDoktorText);
begin
  if (E.ClassType = Wanted) and ((E as EVideoDoktor).Status = Status) then
    Check(True, Sentence)
  else if E is EVideoDoktor then
    Check(False, Sentence + ': got ' + TVideoDoktorText(E.ClassName) + ' ' + TVideoDoktorText(IntToStr(EVideoDoktor(E).Status)) + ' ' +
      EVideoDoktor(E).Text + ' / ' + EVideoDoktor(E).Detail)
  else
    Check(False, Sentence + ': got ' + TVideoDoktorText(E.ClassName) + ' ' + TVideoDoktorText(E.Message));
end;

procedure Missed(const Sentence: TVideoDoktorText);
begin
  Check(False, Sentence + ': nothing was raised');
end;

function Control(const Order: TVideoDoktorText): TVideoDoktorText;
var
  Bytes: RawByteString;
  Letter: AnsiChar;
begin
  Say('@control ' + Order);
  Bytes := '';
  while (FileRead(StdInputHandle, Letter, 1) = 1) and (Letter <> #10) do
    if Letter <> #13 then
    begin
      SetLength(Bytes, Length(Bytes) + 1); { joining strings would convert them }
      Bytes[Length(Bytes)] := Letter;
    end;
  Result := Text(Bytes);
end;

function Setting(const Name: AnsiString): TVideoDoktorText;
begin
  Result := TVideoDoktorText(GetEnvironmentVariable(Name));
end;

function FileText(const Name: AnsiString): TVideoDoktorText;
var
  Stream: TFileStream;
  Bytes: RawByteString;
begin
  Stream := TFileStream.Create(Name, fmOpenRead or fmShareDenyNone);
  try
    SetLength(Bytes, Stream.Size);
    Stream.ReadBuffer(Bytes[1], Length(Bytes));
  finally
    Stream.Free;
  end;
  Result := Text(Bytes);
end;

procedure Finish;
begin
  Say(TVideoDoktorText(Format('%d passed, %d failed', [Passed, Failed])));
  if Failed > 0 then
    ExitCode := 1;
end;

end.
