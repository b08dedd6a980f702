{ Calls that leave the form alive, eight threads on one client, and the log. The main thread plays the form: it only pumps. }
unit InTheBackground;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

uses
  SysUtils, Classes, VideoDoktor, VideoDoktorComponent, Checks, EveryCall;

procedure TryInTheBackground;

implementation

type
  { What a form would be. }
  TForm = class
  private
    FDone: Integer;
    FInMainThread: Boolean;
    FCreated: TVideoDoktorMeetingCreated;
    FMeetings: TVideoDoktorMeetings;
    FStatus: Integer;
    FHandled: TVideoDoktorText;
    FLines: TStringList;
  public
    constructor Create;
    destructor Destroy; override;
    procedure Invited(Request: TVideoDoktorRequest);
    procedure Listed(Request: TVideoDoktorRequest);
    procedure Ended(Request: TVideoDoktorRequest);
    procedure Stumbled(Request: TVideoDoktorRequest);
    procedure Stumbles(Request: TVideoDoktorRequest);
    procedure Handle(Sender: TObject);
    procedure Log(Level: Integer; const Message: TVideoDoktorText);
    procedure Pump(Calls: Integer);
  end;

constructor TForm.Create;
begin
  FLines := TStringList.Create;
  FInMainThread := True;
end;

destructor TForm.Destroy;
begin
  FLines.Free;
  inherited Destroy;
end;

procedure TForm.Ended(Request: TVideoDoktorRequest);
begin
  Inc(FDone);
  FInMainThread := FInMainThread and (GetCurrentThreadId = MainThreadID);
  FStatus := VD_OK;
  if Request.Failed then
    FStatus := Request.Error.Status;
end;

procedure TForm.Invited(Request: TVideoDoktorRequest);
begin
  FCreated := Request.Created;
  Ended(Request);
end;

procedure TForm.Listed(Request: TVideoDoktorRequest);
begin
  FMeetings := Request.Meetings;
  Ended(Request);
end;

procedure TForm.Stumbled(Request: TVideoDoktorRequest);
begin
  Ended(Request);
  if Request.Failed then
    FHandled := Request.Error.Text;
end;

procedure TForm.Stumbles(Request: TVideoDoktorRequest);
begin
  Inc(FDone);
  Request.Check;
end;

procedure TForm.Handle(Sender: TObject);
begin
  FHandled := TVideoDoktorText((ExceptObject as Exception).ClassName);
end;

procedure TForm.Log(Level: Integer; const Message: TVideoDoktorText);
begin
  FLines.Add(AnsiString(Message));
end;

procedure TForm.Pump(Calls: Integer);
var
  Began: TDateTime;
begin
  Began := Now;
  while (FDone < Calls) and ((Now - Began) * 86400 < 20) do
    CheckSynchronize(20);
  Same(FDone, Calls, 'asynchronous calls that have ended');
  FDone := 0;
end;

procedure TryAsynchronous;
var
  Form: TForm;
  Client, Wrong: TVideoDoktorClient;
  Began: TDateTime;
begin
  Form := TForm.Create;
  Client := SandboxClient;
  Wrong := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'nobodys-key', SandboxOptions);
  try
    Client.AddMeetingAsync(Jana(EncodeDate(2031, 1, 7) + EncodeTime(11, 0, 0, 0)), Form.Invited);
    Form.Pump(1);
    Check((Form.FCreated.MeetId <> '') and (Form.FStatus = VD_OK), 'an invitation in the background');
    Client.ListMeetingsAsync(Form.Listed);
    Client.VerifyAsync(Form.Ended);
    Form.Pump(2);
    Check(Length(Form.FMeetings) > 0, 'a list in the background');
    Client.GetMeetingAsync(Form.FCreated.MeetId, Form.Ended);
    Client.DiagnoseAsync(Form.Ended);
    Form.Pump(2);
    Same(Form.FStatus, VD_OK, 'a detail and a diagnosis in the background');
    Wrong.ListMeetingsAsync(Form.Ended);
    Form.Pump(1);
    Same(Form.FStatus, VD_X002_API_KEY, 'an error is handed over, not raised');
    Classes.ApplicationHandleException := Form.Handle;
    Wrong.VerifyAsync(Form.Stumbles);
    Form.Pump(1);
    Classes.ApplicationHandleException := nil;
    Same(Form.FHandled, 'EVideoDoktorRejected', 'what the event raises goes to the program''s own handler');
    Client.RemoveMeetingAsync(Form.FCreated.MeetId, Form.Ended);
    Form.Pump(1);
    Check((Form.FStatus = VD_OK) and Form.FInMainThread, 'every event came in the main thread');

    Control('POST /_control/faults {"path":"/api_meet_list/","delay_ms":5000,"times":5}');
    Client.ListMeetingsAsync(Form.Ended);
    Control('WAIT /api_meet_list/');
    Began := Now;
    FreeAndNil(Client);
    Check((Now - Began) * 86400 < 1, 'a form that closes during a call does not wait for it');
    while (Now - Began) * 86400 < 1 do
      CheckSynchronize(20);
    Same(Form.FDone, 0, 'and hears of it no more');
  finally
    Control('DELETE /_control/faults');
    Client.Free;
    Wrong.Free;
    Form.Free;
  end;
end;

function Tokens: Integer;
begin
  Result := StrToIntDef(String(VideoDoktorJsonText(Control('GET /_control/counters'), '/requests/~1api_verify~1')), 0);
end;

{ A call that was announced asks for no token of its own: of the client, and of the component, which is announced one when it gets its key. }
procedure TryPreparing;
var
  Client: TVideoDoktorClient;
  Component: TVideoDoktor;
  Options: TVideoDoktorOptions;
  Before: Integer;
begin
  Options := SandboxOptions;
  Options.PrefetchTokens := 0;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', Options);
  Component := TVideoDoktor.Create(nil);
  try
    Before := Tokens;
    Client.Prepare;
    while Tokens = Before do
      ;
    Client.ListMeetings;
    Same(Tokens, Before + 1, 'an announced call asks for no token of its own');

    Component.Prepare; { without settings it does nothing }
    Component.PrefetchTokens := 0;
    Component.Proxy := Options.Proxy;
    Component.TlsRoots := Options.TlsRoots;
    Component.CaFile := Options.CaFile;
    Component.AppUrl := Setting('VD_HTTPS');
    Component.ApiAppKey := 'sandbox-app-key';
    Component.ApiKey := 'sandbox-practice-1';
    while Tokens = Before + 1 do
      ;
    Component.Client.ListMeetings;
    Same(Tokens, Before + 2, 'nor does one of a component that has its key');
    Component.AppUrl := 'http://';
    Component.Prepare;
    Check(True, 'what is wrong with the settings, the call tells');
  finally
    Component.Free;
    Client.Free;
  end;
end;

type
  TPractice = class(TThread)
  private
    FClient: TVideoDoktorClient;
    FNumber: Integer;
    FWrong: TVideoDoktorText;
  protected
    procedure Execute; override;
  public
    constructor Create(Client: TVideoDoktorClient; Number: Integer);
  end;

constructor TPractice.Create(Client: TVideoDoktorClient; Number: Integer);
begin
  FClient := Client;
  FNumber := Number;
  inherited Create(False);
end;

procedure TPractice.Execute;
var
  Created: TVideoDoktorMeetingCreated;
  I: Integer;
begin
  try
    for I := 1 to 5 do
    begin
      Created := FClient.AddMeeting(Jana(EncodeDate(2032, 1, FNumber) + EncodeTime(8 + I, 0, 0, 0)));
      if FClient.GetMeeting(Created.MeetId).PacientJmeno <> Jana(0).PacientJmeno then
        FWrong := 'another name';
      if Length(FClient.ListMeetings) = 0 then
        FWrong := 'an empty list';
      FClient.RemoveMeeting(Created.MeetId);
    end;
  except
    on E: Exception do
      FWrong := TVideoDoktorText(E.ClassName) + ' ' + TVideoDoktorText(E.Message);
  end;
end;

procedure TryEightThreads;
var
  Client: TVideoDoktorClient;
  Practices: array[1..8] of TPractice;
  Wrong: TVideoDoktorText;
  I: Integer;
begin
  Client := SandboxClient;
  Wrong := '';
  try
    for I := 1 to 8 do
      Practices[I] := TPractice.Create(Client, I);
    for I := 1 to 8 do
    begin
      Practices[I].WaitFor;
      if Practices[I].FWrong <> '' then
        Wrong := Practices[I].FWrong;
      Practices[I].Free;
    end;
    Same(Wrong, '', 'eight threads share a client');
  finally
    Client.Free;
  end;
end;

procedure TryLog;
var
  Form: TForm;
  Client: TVideoDoktorClient;
  Lines: Integer;
begin
  Form := TForm.Create;
  Client := SandboxClient;
  try
    SetVideoDoktorLog(Form.Log, 4);
    Client.RemoveMeeting(Client.AddMeeting(Jana(EncodeDate(2031, 2, 7) + EncodeTime(11, 0, 0, 0))).MeetId);
    SetVideoDoktorLog(nil);
    Lines := Form.FLines.Count;
    Check(Lines > 0, 'the log event hears of calls');
    Check((Pos(AnsiString('jana@'), Form.FLines.Text) = 0) and (Pos(AnsiString('sandbox-practice'), Form.FLines.Text) = 0) and
      (Pos(AnsiString('777'), Form.FLines.Text) = 0), 'but never of a patient or a key');
    Client.Verify;
    Same(Form.FLines.Count, Lines, 'switched off, it hears nothing more');
  finally
    SetVideoDoktorLog(nil);
    Client.Free;
    Form.Free;
  end;
end;

var
  Usual: TMemoryManager;

{ There is no memory for something large in another thread. }
function ScarceMemory(Size: PtrUInt): Pointer;
begin
  if (Size > 100000) and (GetCurrentThreadId <> MainThreadID) then
    raise EInOutError.Create('no memory left');
  Result := Usual.GetMem(Size);
end;

{ An exception that is none of the library's reaches the event, too. }
procedure TryForeignError;
var
  Form: TForm;
  Client: TVideoDoktorClient;
  Scarce: TMemoryManager;
begin
  Form := TForm.Create;
  Client := SandboxClient;
  GetMemoryManager(Usual);
  Scarce := Usual;
  Scarce.GetMem := ScarceMemory;
  try
    Control('POST /_control/faults {"path":"/api_meet_detail/","body":{"text":"{\"meet_id\":\"a\",\"pacient_jmeno\":\"Jana\",\"note\":\"' +
      TVideoDoktorText(StringOfChar('x', 200000)) + '\"}"},"times":9}');
    SetMemoryManager(Scarce);
    try
      Client.GetMeetingAsync('a', Form.Stumbled);
      Form.Pump(1);
    finally
      SetMemoryManager(Usual);
    end;
    Same(Form.FStatus, VD_ERR_INTERNAL, 'an exception that is not the library''s has a status');
    Same(Form.FHandled, 'no memory left', 'and its own text');
  finally
    Control('DELETE /_control/faults');
    Client.Free;
    Form.Free;
  end;
end;

{$IFNDEF UNICODE}
{ What the inspector of Delphi 7 to 2007 writes into a property: bytes in CP1250. }
procedure TryInspector;
const
  Typed: array[0..22] of Byte = ($43, $65, $72, $74, $69, $66, $69, $6B, $E1, $74, $79, $20, $E8, $2E, $20, $31, $2F, $63, $61, $2E, $70, $65, $6D);
var
  Component: TVideoDoktor;
  Raw: UTF8String;
  Options: TVideoDoktorOptions;
begin
  Options := SandboxOptions;
  Component := TVideoDoktor.Create(nil);
  try
    Component.AppUrl := Setting('VD_HTTPS');
    Component.ApiAppKey := 'sandbox-app-key';
    Component.ApiKey := 'sandbox-practice-1';
    Component.Proxy := Options.Proxy;
    Component.TlsRoots := Options.TlsRoots;
    SetString(Raw, PAnsiChar(@Typed), SizeOf(Typed));
    Component.CaFile := Raw;
    Component.Client.Verify;
    Check(True, 'a path with diacritics that was typed into the inspector');
    Check(SameBytes(Component.CaFile, Raw), 'is shown there as it was typed');
    Component.CaFile := Options.CaFile;
    Component.Client.Verify;
    Check(True, 'and the program may set it in UTF-8');
  finally
    Component.Free;
  end;
end;
{$ENDIF}

procedure TryInTheBackground;
begin
  Control('POST /_control/reset {}');
  TryAsynchronous;
  TryPreparing;
  TryEightThreads;
  TryLog;
  TryForeignError;
  {$IFNDEF UNICODE}
  TryInspector;
  {$ENDIF}
end;

end.
