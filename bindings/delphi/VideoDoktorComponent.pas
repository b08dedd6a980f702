/// <summary>
///   TVideoDoktor: the client as a component for the palette. Every call runs in the background; its event comes in the main thread.
/// </summary>
unit VideoDoktorComponent;

{$IFDEF FPC}
  {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF}
{$ENDIF}
{ as the source is written, whatever the project's options are }
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, VideoDoktor;

type
  { The types of the events' parameters. The form designer adds this unit to the form's uses clause, and no other, when it writes an event handler. }
  TVideoDoktorText = VideoDoktor.TVideoDoktorText;
  TInvitation = VideoDoktor.TInvitation;
  TMeetingCreated = VideoDoktor.TMeetingCreated;
  TMeetingMoved = VideoDoktor.TMeetingMoved;
  TVideoMeeting = VideoDoktor.TVideoMeeting;
  TVideoMeetings = VideoDoktor.TVideoMeetings;
  TDiagnosis = VideoDoktor.TDiagnosis;
  EVideoDoktor = VideoDoktor.EVideoDoktor;

  TVideoDoktorInvitedEvent = procedure(Sender: TObject; const Invitation: TInvitation; const Created: TMeetingCreated) of object;
  TVideoDoktorMeetingsEvent = procedure(Sender: TObject; const Meetings: TVideoMeetings) of object;
  TVideoDoktorMeetingEvent = procedure(Sender: TObject; const Meeting: TVideoMeeting) of object;
  TVideoDoktorRemovedEvent = procedure(Sender: TObject; const MeetId: TVideoDoktorText) of object;
  TVideoDoktorMovedEvent = procedure(Sender: TObject; const Moved: TMeetingMoved) of object;
  TVideoDoktorReportEvent = procedure(Sender: TObject; const MeetId, Place: TVideoDoktorText) of object;
  TVideoDoktorDiagnosisEvent = procedure(Sender: TObject; const Diagnosis: TDiagnosis) of object;
  TVideoDoktorErrorEvent = procedure(Sender: TObject; Error: EVideoDoktor) of object;

  /// <summary>Set AppUrl and ApiAppKey in the inspector, ApiKey (the practice's) when the program runs, and call.</summary>
  /// <remarks>Up to Delphi 2007 the inspector writes Windows-1250 into the properties, while a program may set them in UTF-8: either is understood.</remarks>
  TVideoDoktor = class(TComponent)
  private
    FClient: TVideoDoktorClient;
    FAppUrl: TVideoDoktorText;
    FApiAppKey: TVideoDoktorText;
    FApiKey: TVideoDoktorText;
    FOptions: TVideoDoktorOptions;
    FPending: Integer;
    FOnVerified: TNotifyEvent;
    FOnInvited: TVideoDoktorInvitedEvent;
    FOnListed: TVideoDoktorMeetingsEvent;
    FOnDetail: TVideoDoktorMeetingEvent;
    FOnRemoved: TVideoDoktorRemovedEvent;
    FOnMoved: TVideoDoktorMovedEvent;
    FOnExportUrl: TVideoDoktorReportEvent;
    FOnExportSaved: TVideoDoktorReportEvent;
    FOnDiagnosed: TVideoDoktorDiagnosisEvent;
    FOnError: TVideoDoktorErrorEvent;
    FOnBusyChanged: TNotifyEvent;
    FContentType: TVideoDoktorText;
    procedure SetText(var Place: TVideoDoktorText; const Value: TVideoDoktorText);
    procedure SetNumber(var Place: Integer; Value: Integer);
    procedure SetAppUrl(const Value: TVideoDoktorText);
    procedure SetApiAppKey(const Value: TVideoDoktorText);
    procedure SetApiKey(const Value: TVideoDoktorText);
    procedure SetLang(const Value: TVideoDoktorText);
    procedure SetProxy(const Value: TVideoDoktorText);
    procedure SetProxyAuth(const Value: TVideoDoktorText);
    procedure SetTlsRoots(const Value: TVideoDoktorText);
    procedure SetCaFile(const Value: TVideoDoktorText);
    procedure SetUserAgent(const Value: TVideoDoktorText);
    procedure SetMoreJson(const Value: TVideoDoktorText);
    procedure SetTimeoutMs(Value: Integer);
    procedure SetConnectTimeoutMs(Value: Integer);
    procedure SetRetries(Value: Integer);
    procedure SetPrefetchTokens(Value: Integer);
    function GetClient: TVideoDoktorClient;
    function GetBusy: Boolean;
    procedure Forget;
    procedure Began;
    procedure Done(Request: TVideoDoktorRequest);
    procedure Tell(Request: TVideoDoktorRequest);
    procedure TellError(Request: TVideoDoktorRequest);
  public
    constructor Create(Owner: TComponent); override;
    destructor Destroy; override;
    procedure Verify;
    procedure Invite(const Invitation: TInvitation);
    procedure ListMeetings;
    procedure GetMeeting(const MeetId: TVideoDoktorText);
    procedure RemoveMeeting(const MeetId: TVideoDoktorText);
    procedure MoveMeeting(const MeetId: TVideoDoktorText; MeetStart: TDateTime);
    procedure GetExportUrl(const MeetId: TVideoDoktorText);
    procedure SaveExport(const MeetId, Path: TVideoDoktorText);
    procedure Diagnose;
    /// <summary>Ends every call under way; each tells OnError an EVideoDoktorCancelled.</summary>
    procedure Cancel;
    /// <summary>A call will follow soon: in the form's OnShow, and when a field is left (OnExit). Gets ready what the call needs, so that it takes one
    ///   round trip, and never raises: what is wrong with the settings, the call tells. Setting ApiKey does it by itself.</summary>
    procedure Prepare;
    /// <summary>The practice's key. Not published: it belongs into the practice's settings, not into the program's form.</summary>
    property ApiKey: TVideoDoktorText read FApiKey write SetApiKey;
    /// <summary>A call is under way.</summary>
    property Busy: Boolean read GetBusy;
    /// <summary>While OnExportSaved runs: what the service called the report's content, such as application/pdf; text/html is a page and no report.</summary>
    property ContentType: TVideoDoktorText read FContentType;
    /// <summary>The client behind the component, for calls that wait. It is made when it is first needed, and anew after a property has changed.</summary>
    property Client: TVideoDoktorClient read GetClient;
  published
    property AppUrl: TVideoDoktorText read FAppUrl write SetAppUrl;
    property ApiAppKey: TVideoDoktorText read FApiAppKey write SetApiAppKey;
    property TimeoutMs: Integer read FOptions.TimeoutMs write SetTimeoutMs default 30000;
    property ConnectTimeoutMs: Integer read FOptions.ConnectTimeoutMs write SetConnectTimeoutMs default 15000;
    property Retries: Integer read FOptions.Retries write SetRetries default 2;
    property PrefetchTokens: Integer read FOptions.PrefetchTokens write SetPrefetchTokens default 1;
    property Lang: TVideoDoktorText read FOptions.Lang write SetLang;
    property Proxy: TVideoDoktorText read FOptions.Proxy write SetProxy;
    property ProxyAuth: TVideoDoktorText read FOptions.ProxyAuth write SetProxyAuth;
    property TlsRoots: TVideoDoktorText read FOptions.TlsRoots write SetTlsRoots;
    property CaFile: TVideoDoktorText read FOptions.CaFile write SetCaFile;
    property UserAgent: TVideoDoktorText read FOptions.UserAgent write SetUserAgent;
    property MoreJson: TVideoDoktorText read FOptions.MoreJson write SetMoreJson;
    property OnVerified: TNotifyEvent read FOnVerified write FOnVerified;
    property OnInvited: TVideoDoktorInvitedEvent read FOnInvited write FOnInvited;
    property OnListed: TVideoDoktorMeetingsEvent read FOnListed write FOnListed;
    property OnDetail: TVideoDoktorMeetingEvent read FOnDetail write FOnDetail;
    property OnRemoved: TVideoDoktorRemovedEvent read FOnRemoved write FOnRemoved;
    property OnMoved: TVideoDoktorMovedEvent read FOnMoved write FOnMoved;
    property OnExportUrl: TVideoDoktorReportEvent read FOnExportUrl write FOnExportUrl;
    property OnExportSaved: TVideoDoktorReportEvent read FOnExportSaved write FOnExportSaved;
    property OnDiagnosed: TVideoDoktorDiagnosisEvent read FOnDiagnosed write FOnDiagnosed;
    /// <summary>Without this event, an error goes to the program's own handler of exceptions, as any other.</summary>
    property OnError: TVideoDoktorErrorEvent read FOnError write FOnError;
    /// <summary>Busy has changed: switch buttons off and on.</summary>
    property OnBusyChanged: TNotifyEvent read FOnBusyChanged write FOnBusyChanged;
  end;

implementation

constructor TVideoDoktor.Create(Owner: TComponent);
begin
  inherited Create(Owner);
  FOptions := DefaultVideoDoktorOptions;
end;

destructor TVideoDoktor.Destroy;
begin
  FClient.Free;
  inherited Destroy;
end;

{ Properties. A client has its settings for life, so a change asks for a new one; calls under way on the old one are cancelled. }

procedure TVideoDoktor.Forget;
begin
  FreeAndNil(FClient);
  if FPending > 0 then
  begin
    FPending := 0; { their events come no more }
    if Assigned(FOnBusyChanged) then
      FOnBusyChanged(Self);
  end;
end;

procedure TVideoDoktor.SetText(var Place: TVideoDoktorText; const Value: TVideoDoktorText);
begin
  if Place <> Value then
  begin
    Place := Value;
    Forget;
  end;
end;

procedure TVideoDoktor.SetNumber(var Place: Integer; Value: Integer);
begin
  if Place <> Value then
  begin
    Place := Value;
    Forget;
  end;
end;

procedure TVideoDoktor.SetAppUrl(const Value: TVideoDoktorText);
begin
  SetText(FAppUrl, Value);
end;

procedure TVideoDoktor.SetApiAppKey(const Value: TVideoDoktorText);
begin
  SetText(FApiAppKey, Value);
end;

procedure TVideoDoktor.SetApiKey(const Value: TVideoDoktorText);
begin
  SetText(FApiKey, Value);
  Prepare;
end;

procedure TVideoDoktor.SetLang(const Value: TVideoDoktorText);
begin
  SetText(FOptions.Lang, Value);
end;

procedure TVideoDoktor.SetProxy(const Value: TVideoDoktorText);
begin
  SetText(FOptions.Proxy, Value);
end;

procedure TVideoDoktor.SetProxyAuth(const Value: TVideoDoktorText);
begin
  SetText(FOptions.ProxyAuth, Value);
end;

procedure TVideoDoktor.SetTlsRoots(const Value: TVideoDoktorText);
begin
  SetText(FOptions.TlsRoots, Value);
end;

procedure TVideoDoktor.SetCaFile(const Value: TVideoDoktorText);
begin
  SetText(FOptions.CaFile, Value);
end;

procedure TVideoDoktor.SetUserAgent(const Value: TVideoDoktorText);
begin
  SetText(FOptions.UserAgent, Value);
end;

procedure TVideoDoktor.SetMoreJson(const Value: TVideoDoktorText);
begin
  SetText(FOptions.MoreJson, Value);
end;

procedure TVideoDoktor.SetTimeoutMs(Value: Integer);
begin
  SetNumber(FOptions.TimeoutMs, Value);
end;

procedure TVideoDoktor.SetConnectTimeoutMs(Value: Integer);
begin
  SetNumber(FOptions.ConnectTimeoutMs, Value);
end;

procedure TVideoDoktor.SetRetries(Value: Integer);
begin
  SetNumber(FOptions.Retries, Value);
end;

procedure TVideoDoktor.SetPrefetchTokens(Value: Integer);
begin
  SetNumber(FOptions.PrefetchTokens, Value);
end;

{$IFNDEF UNICODE}
{ Whether the bytes are UTF-8. Czech text in Windows-1250 is not: its letters with diacritics have their top bit set, and what follows one
  is hardly ever a sequence of UTF-8. }
function IsUtf8(const Text: TVideoDoktorText): Boolean;
var
  I, More: Integer;
begin
  Result := False;
  More := 0;
  for I := 1 to Length(Text) do
    case Ord(Text[I]) of
      $80..$BF:
        begin
          if More = 0 then
            Exit;
          Dec(More);
        end;
    else
      if More > 0 then
        Exit;
      case Ord(Text[I]) of
        $00..$7F: More := 0;
        $C2..$DF: More := 1;
        $E0..$EF: More := 2;
        $F0..$F4: More := 3;
      else
        Exit;
      end;
    end;
  Result := More = 0;
end;
{$ENDIF}

{ The text of a property, whoever has written it. }
function Typed(const Text: TVideoDoktorText): TVideoDoktorText;
{$IFDEF UNICODE}
begin
  Result := Text;
end;
{$ELSE}
var
  Bytes: TVideoDoktorBytes;
begin
  Result := Text;
  if not IsUtf8(Text) then
  begin
    SetString(Bytes, PAnsiChar(Text), Length(Text));
    Result := TextFromCp1250(Bytes);
  end;
end;
{$ENDIF}

function TVideoDoktor.GetClient: TVideoDoktorClient;
var
  Options: TVideoDoktorOptions;
begin
  if FClient = nil then
  begin
    Options := FOptions;
    Options.Lang := Typed(Options.Lang);
    Options.Proxy := Typed(Options.Proxy);
    Options.ProxyAuth := Typed(Options.ProxyAuth);
    Options.TlsRoots := Typed(Options.TlsRoots);
    Options.CaFile := Typed(Options.CaFile);
    Options.UserAgent := Typed(Options.UserAgent);
    Options.MoreJson := Typed(Options.MoreJson);
    FClient := TVideoDoktorClient.Create(Typed(FAppUrl), Typed(FApiAppKey), Typed(FApiKey), Options);
  end;
  Result := FClient;
end;

function TVideoDoktor.GetBusy: Boolean;
begin
  Result := FPending > 0;
end;

{ Calls }

procedure TVideoDoktor.Began;
begin
  Inc(FPending);
  if (FPending = 1) and Assigned(FOnBusyChanged) then
    FOnBusyChanged(Self);
end;

procedure TVideoDoktor.Verify;
begin
  Client.VerifyAsync(Done);
  Began;
end;

procedure TVideoDoktor.Invite(const Invitation: TInvitation);
begin
  Client.AddMeetingAsync(Invitation, Done);
  Began;
end;

procedure TVideoDoktor.ListMeetings;
begin
  Client.ListMeetingsAsync(Done);
  Began;
end;

procedure TVideoDoktor.GetMeeting(const MeetId: TVideoDoktorText);
begin
  Client.GetMeetingAsync(MeetId, Done);
  Began;
end;

procedure TVideoDoktor.RemoveMeeting(const MeetId: TVideoDoktorText);
begin
  Client.RemoveMeetingAsync(MeetId, Done);
  Began;
end;

procedure TVideoDoktor.MoveMeeting(const MeetId: TVideoDoktorText; MeetStart: TDateTime);
begin
  Client.MoveMeetingAsync(MeetId, MeetStart, Done);
  Began;
end;

procedure TVideoDoktor.GetExportUrl(const MeetId: TVideoDoktorText);
begin
  Client.ExportUrlAsync(MeetId, Done);
  Began;
end;

procedure TVideoDoktor.SaveExport(const MeetId, Path: TVideoDoktorText);
begin
  Client.SaveExportAsync(MeetId, Path, Done);
  Began;
end;

procedure TVideoDoktor.Diagnose;
begin
  Client.DiagnoseAsync(Done);
  Began;
end;

procedure TVideoDoktor.Cancel;
begin
  if FClient <> nil then
    FClient.Interrupt;
end;

procedure TVideoDoktor.Prepare;
begin
  if (csDesigning in ComponentState) or (FAppUrl = '') or (FApiAppKey = '') or (FApiKey = '') then
    Exit;
  try
    Client.Prepare;
  except
    on EVideoDoktor do
      ; { the call itself will tell }
  end;
end;

procedure TVideoDoktor.Done(Request: TVideoDoktorRequest);
begin
  Dec(FPending);
  if (FPending = 0) and Assigned(FOnBusyChanged) then
    FOnBusyChanged(Self);
  { last: an event may free this component }
  if Request.Failed then
    TellError(Request)
  else
    Tell(Request);
end;

procedure TVideoDoktor.TellError(Request: TVideoDoktorRequest);
begin
  if Assigned(FOnError) then
    FOnError(Self, Request.Error)
  else
    Request.Check;
end;

procedure TVideoDoktor.Tell(Request: TVideoDoktorRequest);
begin
  case Request.Kind of
    rkVerify: if Assigned(FOnVerified) then FOnVerified(Self);
    rkAdd: if Assigned(FOnInvited) then FOnInvited(Self, Request.Invitation, Request.Created);
    rkList: if Assigned(FOnListed) then FOnListed(Self, Request.Meetings);
    rkDetail: if Assigned(FOnDetail) then FOnDetail(Self, Request.Meeting);
    rkRemove: if Assigned(FOnRemoved) then FOnRemoved(Self, Request.MeetId);
    rkExport: if Assigned(FOnExportUrl) then FOnExportUrl(Self, Request.MeetId, Request.ExportUrl);
    rkExportSave:
      if Assigned(FOnExportSaved) then
      begin
        FContentType := Request.ContentType;
        FOnExportSaved(Self, Request.MeetId, Request.Path); { nothing of this object behind it: it may have been freed }
      end;
    rkMove: if Assigned(FOnMoved) then FOnMoved(Self, Request.Moved);
    rkDiagnose: if Assigned(FOnDiagnosed) then FOnDiagnosed(Self, Request.Diagnosis);
  end;
end;

end.
