/// <summary>
///   TVideoDoktor: the client as a component for the palette. Every call runs in the background; its event comes in the main thread.
///   TVideoDoktorWatcher: asks for the list from time to time and tells what has changed.
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
  TVideoDoktorInvitation = VideoDoktor.TVideoDoktorInvitation;
  TVideoDoktorMeetingCreated = VideoDoktor.TVideoDoktorMeetingCreated;
  TVideoDoktorMeetingMoved = VideoDoktor.TVideoDoktorMeetingMoved;
  TVideoDoktorMeeting = VideoDoktor.TVideoDoktorMeeting;
  TVideoDoktorMeetings = VideoDoktor.TVideoDoktorMeetings;
  TVideoDoktorMeetingChange = VideoDoktor.TVideoDoktorMeetingChange;
  TVideoDoktorDiagnosis = VideoDoktor.TVideoDoktorDiagnosis;
  EVideoDoktor = VideoDoktor.EVideoDoktor;

  TVideoDoktorInvitedEvent = procedure(Sender: TObject; const Invitation: TVideoDoktorInvitation;
    const Created: TVideoDoktorMeetingCreated) of object;
  TVideoDoktorMeetingsEvent = procedure(Sender: TObject; const Meetings: TVideoDoktorMeetings) of object;
  TVideoDoktorMeetingEvent = procedure(Sender: TObject; const Meeting: TVideoDoktorMeeting) of object;
  TVideoDoktorRemovedEvent = procedure(Sender: TObject; const MeetId: TVideoDoktorText) of object;
  TVideoDoktorMovedEvent = procedure(Sender: TObject; const Moved: TVideoDoktorMeetingMoved) of object;
  TVideoDoktorReportEvent = procedure(Sender: TObject; const MeetId, Place: TVideoDoktorText) of object;
  TVideoDoktorDiagnosisEvent = procedure(Sender: TObject; const Diagnosis: TVideoDoktorDiagnosis) of object;
  TVideoDoktorErrorEvent = procedure(Sender: TObject; Error: EVideoDoktor) of object;
  TVideoDoktorChangeEvent = procedure(Sender: TObject; const Change: TVideoDoktorMeetingChange) of object;

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
    FWatchers: TList;
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
    function IsComplete: Boolean;
    function NewClient(PrefetchTokens: Integer): TVideoDoktorClient;
    function GetClient: TVideoDoktorClient;
    function GetBusy: Boolean;
    procedure Forget;
    procedure Began;
    procedure Done(Request: TVideoDoktorRequest);
    procedure RaiseEvents(Request: TVideoDoktorRequest);
    procedure TellError(Request: TVideoDoktorRequest);
  public
    constructor Create(Owner: TComponent); override;
    destructor Destroy; override;
    procedure Verify;
    procedure Invite(const Invitation: TVideoDoktorInvitation);
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

const
  /// <summary>Seconds between two lists of a watcher, at least.</summary>
  VIDEODOKTOR_SHORTEST_INTERVAL = 30;
  /// <summary>Seconds to which failures lengthen the interval, at most (unless IntervalS is longer itself).</summary>
  VIDEODOKTOR_LONGEST_PAUSE = 900;

type
  { Of Polled: it is set when an event frees the watcher. }
  TVideoDoktorFreedFlag = ^Boolean;

  /// <summary>Asks for the practice's list every IntervalS seconds, compares it with the one before, and tells what is different, in the main thread.</summary>
  /// <remarks>
  ///   Set Service, then Active to True; with Active set in the inspector it begins once Service has AppUrl, ApiAppKey and ApiKey. The first list is
  ///   what the next one is compared with: only OnListed tells it. If the program has just listed, StartFrom saves the first list.
  ///
  ///   The service is asked at most every 30 seconds, whatever is set, and less often while it fails: each failure, X000 among them, doubles the pause,
  ///   up to a quarter of an hour. Only PollNow asks sooner: call it for a click of a person, never from a timer.
  ///
  ///   It has a client of its own with the settings of Service, and one thread while Active is True. After Active := False, or Free, no event comes any
  ///   more and the thread ends by itself within a tenth of a second, in the middle of a call too; nobody waits for it. Both may be done in an event.
  ///   Events come one after another, and the next list is asked for after the last of them. A console program has to call CheckSynchronize.
  /// </remarks>
  TVideoDoktorWatcher = class(TComponent)
  private
    FService: TVideoDoktor;
    FClient: TVideoDoktorClient;
    FRequest: TVideoDoktorRequest;
    FActive: Boolean;
    FIntervalS: Integer;
    FKnown: TVideoDoktorMeetings;
    FHasKnown: Boolean;
    FFailures: Integer;
    { When the request under way asks, and before when none does. }
    FDue, FNotBefore: TDateTime;
    { Counts the stops, so that events know of one among them. }
    FStops: Integer;
    FGone: TVideoDoktorFreedFlag;
    FOnAdded: TVideoDoktorMeetingEvent;
    FOnRemoved: TVideoDoktorMeetingEvent;
    FOnChanged: TVideoDoktorChangeEvent;
    FOnMeetingActive: TVideoDoktorMeetingEvent;
    FOnListed: TVideoDoktorMeetingsEvent;
    FOnFailed: TVideoDoktorErrorEvent;
    procedure SetService(Value: TVideoDoktor);
    procedure SetActive(Value: Boolean);
    procedure SetIntervalS(Value: Integer);
    function GetNextPollInS: Integer;
    function Pause: Integer;
    procedure Restart;
    procedure Stop;
    procedure Go(DelayS: Integer);
    procedure Polled(Request: TVideoDoktorRequest);
    procedure RaiseEvents(Request: TVideoDoktorRequest; IsFirst: Boolean; var Gone: Boolean);
    procedure TellStep(const Changes: TVideoDoktorMeetingChanges; const Meetings: TVideoDoktorMeetings; Step: Integer);
    procedure TellFailure(Error: EVideoDoktor);
  protected
    procedure Loaded; override;
    procedure Notification(AComponent: TComponent; Operation: TOperation); override;
  public
    constructor Create(Owner: TComponent); override;
    destructor Destroy; override;
    /// <summary>Active becomes True, and the next list, in IntervalS seconds, is compared with this one, which the program has just got.</summary>
    /// <remarks>Called again after the program has listed, it keeps the program's own changes from being told to it.</remarks>
    procedure StartFrom(const Meetings: TVideoDoktorMeetings);
    /// <summary>Asks for the list at once instead of at the end of the pause. Nothing while Active is False or a list is under way.</summary>
    procedure PollNow;
    /// <summary>Seconds until the list is asked for; 0 while it is under way or nothing is watched.</summary>
    property NextPollInS: Integer read GetNextPollInS;
  published
    property Service: TVideoDoktor read FService write SetService;
    property Active: Boolean read FActive write SetActive default False;
    /// <summary>30 to 86,400; what lies outside becomes the nearest of the two.</summary>
    property IntervalS: Integer read FIntervalS write SetIntervalS default 60;
    /// <summary>For each call that the list did not have before.</summary>
    property OnAdded: TVideoDoktorMeetingEvent read FOnAdded write FOnAdded;
    /// <summary>For each call that the list has no more, as it was. The service may leave past calls out: it need not have been cancelled.</summary>
    property OnRemoved: TVideoDoktorMeetingEvent read FOnRemoved write FOnRemoved;
    /// <summary>For each call that differs; Change.Fields names what.</summary>
    property OnChanged: TVideoDoktorChangeEvent read FOnChanged write FOnChanged;
    /// <summary>For each call whose meet_active has become 1, after OnAdded or OnChanged of it: the service says that the call is under way.</summary>
    property OnMeetingActive: TVideoDoktorMeetingEvent read FOnMeetingActive write FOnMeetingActive;
    /// <summary>After each list, and after the events above: all of it.</summary>
    property OnListed: TVideoDoktorMeetingsEvent read FOnListed write FOnListed;
    /// <summary>The list could not be had; NextPollInS tells when it is tried again. Without this event nobody is told: it is tried again all the same.</summary>
    property OnFailed: TVideoDoktorErrorEvent read FOnFailed write FOnFailed;
  end;

implementation

constructor TVideoDoktor.Create(Owner: TComponent);
begin
  inherited Create(Owner);
  FWatchers := TList.Create;
  FOptions := DefaultVideoDoktorOptions;
end;

destructor TVideoDoktor.Destroy;
begin
  FClient.Free;
  FreeAndNil(FWatchers);
  inherited Destroy;
end;

{ Properties. A client has its settings for life, so a change asks for a new one; calls under way on the old one are cancelled. }

procedure TVideoDoktor.Forget;
var
  I: Integer;
begin
  FreeAndNil(FClient);
  for I := FWatchers.Count - 1 downto 0 do
    TVideoDoktorWatcher(FWatchers[I]).Restart;
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
    Result := VideoDoktorTextFromCp1250(Bytes);
  end;
end;
{$ENDIF}

function TVideoDoktor.IsComplete: Boolean;
begin
  Result := (FAppUrl <> '') and (FApiAppKey <> '') and (FApiKey <> '');
end;

function TVideoDoktor.NewClient(PrefetchTokens: Integer): TVideoDoktorClient;
var
  Options: TVideoDoktorOptions;
begin
  Options := FOptions;
  Options.PrefetchTokens := PrefetchTokens;
  Options.Lang := Typed(Options.Lang);
  Options.Proxy := Typed(Options.Proxy);
  Options.ProxyAuth := Typed(Options.ProxyAuth);
  Options.TlsRoots := Typed(Options.TlsRoots);
  Options.CaFile := Typed(Options.CaFile);
  Options.UserAgent := Typed(Options.UserAgent);
  Options.MoreJson := Typed(Options.MoreJson);
  Result := TVideoDoktorClient.Create(Typed(FAppUrl), Typed(FApiAppKey), Typed(FApiKey), Options);
end;

function TVideoDoktor.GetClient: TVideoDoktorClient;
begin
  if FClient = nil then
    FClient := NewClient(FOptions.PrefetchTokens);
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

procedure TVideoDoktor.Invite(const Invitation: TVideoDoktorInvitation);
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
    RaiseEvents(Request);
end;

procedure TVideoDoktor.TellError(Request: TVideoDoktorRequest);
begin
  if Assigned(FOnError) then
    FOnError(Self, Request.Error)
  else
    Request.Check;
end;

procedure TVideoDoktor.RaiseEvents(Request: TVideoDoktorRequest);
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

{ TVideoDoktorWatcher }

const
  SECOND = 1 / 86400;

constructor TVideoDoktorWatcher.Create(Owner: TComponent);
begin
  inherited Create(Owner);
  FIntervalS := 60;
end;

destructor TVideoDoktorWatcher.Destroy;
begin
  if FGone <> nil then
    FGone^ := True; { freed by one of its own events }
  FActive := False;
  Stop;
  SetService(nil);
  inherited Destroy;
end;

procedure TVideoDoktorWatcher.Loaded;
begin
  inherited Loaded;
  Restart;
end;

procedure TVideoDoktorWatcher.Notification(AComponent: TComponent; Operation: TOperation);
begin
  inherited Notification(AComponent, Operation);
  if (Operation = opRemove) and (AComponent = FService) then
  begin
    FService := nil; { it is being destroyed, and its list of watchers is gone }
    Restart;
  end;
end;

procedure TVideoDoktorWatcher.SetService(Value: TVideoDoktor);
begin
  if Value = FService then
    Exit;
  if FService <> nil then
  begin
    FService.FWatchers.Remove(Self);
    FService.RemoveFreeNotification(Self);
  end;
  FService := Value;
  if FService <> nil then
  begin
    FService.FWatchers.Add(Self);
    FService.FreeNotification(Self);
  end;
  Restart;
end;

procedure TVideoDoktorWatcher.SetActive(Value: Boolean);
begin
  if Value <> FActive then
  begin
    FActive := Value;
    Restart;
  end;
end;

procedure TVideoDoktorWatcher.SetIntervalS(Value: Integer);
begin
  if Value < VIDEODOKTOR_SHORTEST_INTERVAL then
    Value := VIDEODOKTOR_SHORTEST_INTERVAL;
  if Value > 86400 then
    Value := 86400;
  FIntervalS := Value;
end;

{ Seconds from one instant to another, in between 0 and Most: the clock may be set meanwhile. }
function SecondsTo(Time: TDateTime; Most: Integer): Integer;
begin
  if Time <= Now then
    Result := 0
  else if Time >= Now + Most * SECOND then
    Result := Most
  else
    Result := Round((Time - Now) / SECOND);
end;

function TVideoDoktorWatcher.GetNextPollInS: Integer;
begin
  Result := 0;
  if FActive then
    Result := SecondsTo(FDue, MaxInt div 1000);
end;

function TVideoDoktorWatcher.Pause: Integer;
var
  I: Integer;
begin
  Result := FIntervalS;
  for I := 1 to FFailures do
    if Result < VIDEODOKTOR_LONGEST_PAUSE then
    begin
      Result := Result * 2;
      if Result > VIDEODOKTOR_LONGEST_PAUSE then
        Result := VIDEODOKTOR_LONGEST_PAUSE;
    end;
end;

{ Whatever has changed: switched on or off, another service, other keys. Not even then is the service asked sooner than 30 seconds after the last list. }
procedure TVideoDoktorWatcher.Restart;
begin
  Stop;
  FFailures := 0;
  Go(SecondsTo(FNotBefore, VIDEODOKTOR_SHORTEST_INTERVAL));
end;

{ The request is forgotten, and its thread ends: the client that it works for is gone. }
procedure TVideoDoktorWatcher.Stop;
begin
  if (FRequest <> nil) and (Now >= FDue) then
    FNotBefore := Now + VIDEODOKTOR_SHORTEST_INTERVAL * SECOND;
  Inc(FStops);
  FRequest := nil;
  FDue := 0;
  FreeAndNil(FClient);
  FKnown := nil;
  FHasKnown := False;
end;

procedure TVideoDoktorWatcher.Go(DelayS: Integer);
begin
  if not FActive or (FService = nil) or not FService.IsComplete or ([csDesigning, csLoading, csDestroying] * ComponentState <> []) then
    Exit;
  try
    if FClient = nil then
      FClient := FService.NewClient(0); { a token would be stale by the next list }
    FDue := Now + DelayS * SECOND;
    FRequest := FClient.ListChangesAsync(FKnown, DelayS * 1000, Polled);
  except
    on E: EVideoDoktor do
      TellFailure(E); { no library, or settings that cannot be right: it goes on when they change }
  end;
end;

procedure TVideoDoktorWatcher.StartFrom(const Meetings: TVideoDoktorMeetings);
begin
  Stop;
  FActive := True;
  FKnown := Meetings;
  FHasKnown := True;
  Go(Pause);
end;

procedure TVideoDoktorWatcher.PollNow;
begin
  if FRequest = nil then
    Exit;
  if FDue > Now then
    FDue := Now;
  FRequest.Wake;
end;

procedure TVideoDoktorWatcher.Polled(Request: TVideoDoktorRequest);
var
  Gone, IsFirst: Boolean;
  Outer: TVideoDoktorFreedFlag;
  Stops: Integer;
begin
  FRequest := nil;
  FNotBefore := Now + VIDEODOKTOR_SHORTEST_INTERVAL * SECOND;
  IsFirst := not FHasKnown;
  if Request.Failed then
    Inc(FFailures)
  else
  begin
    FFailures := 0;
    FKnown := Request.Meetings;
    FHasKnown := True;
  end;
  Stops := FStops;
  Gone := False;
  Outer := FGone; { an event that shows a dialog lets others come }
  FGone := @Gone;
  FDue := Now + Pause * SECOND;
  RaiseEvents(Request, IsFirst, Gone);
  if not Gone then
  begin
    FGone := Outer;
    if Stops = FStops then
      Go(Pause);
  end
  else if Outer <> nil then
    Outer^ := True;
end;

{ What an event raises goes to the program's own handler, and keeps the others from nothing. A stop among them ends them. }
procedure TVideoDoktorWatcher.RaiseEvents(Request: TVideoDoktorRequest; IsFirst: Boolean; var Gone: Boolean);
var
  Changes: TVideoDoktorMeetingChanges;
  Step, Steps, Stops: Integer;
begin
  Stops := FStops;
  Changes := Request.Changes;
  if IsFirst then
  begin
    Changes.Added := nil;
    Changes.Removed := nil;
    Changes.Changed := nil;
  end;
  Steps := 2 * Length(Changes.Added) + Length(Changes.Removed) + 2 * Length(Changes.Changed) + 1;
  if Request.Failed then
    Steps := 1;
  Step := 0;
  while (Step < Steps) and not Gone and (Stops = FStops) do
  begin
    try
      if Request.Failed then
        TellFailure(Request.Error)
      else
        TellStep(Changes, Request.Meetings, Step);
    except
      if Assigned(ApplicationHandleException) then
        ApplicationHandleException(nil)
      else
        ShowException(ExceptObject, ExceptAddr);
    end;
    Inc(Step);
  end;
end;

procedure TVideoDoktorWatcher.TellFailure(Error: EVideoDoktor);
begin
  if Assigned(FOnFailed) then
    FOnFailed(Self, Error);
end;

{ One event, at most. }
procedure TVideoDoktorWatcher.TellStep(const Changes: TVideoDoktorMeetingChanges; const Meetings: TVideoDoktorMeetings; Step: Integer);
var
  IsSecond: Boolean;
begin
  IsSecond := Odd(Step);
  if Step < 2 * Length(Changes.Added) then
  begin
    if IsSecond and Changes.Added[Step div 2].MeetActive and Assigned(FOnMeetingActive) then
      FOnMeetingActive(Self, Changes.Added[Step div 2])
    else if not IsSecond and Assigned(FOnAdded) then
      FOnAdded(Self, Changes.Added[Step div 2]);
    Exit;
  end;
  Step := Step - 2 * Length(Changes.Added);
  if Step < Length(Changes.Removed) then
  begin
    if Assigned(FOnRemoved) then
      FOnRemoved(Self, Changes.Removed[Step]);
    Exit;
  end;
  Step := Step - Length(Changes.Removed);
  IsSecond := Odd(Step);
  if Step < 2 * Length(Changes.Changed) then
  begin
    if not IsSecond and Assigned(FOnChanged) then
      FOnChanged(Self, Changes.Changed[Step div 2])
    else if IsSecond and Changes.Changed[Step div 2].After.MeetActive and not Changes.Changed[Step div 2].Before.MeetActive and
      Assigned(FOnMeetingActive) then
      FOnMeetingActive(Self, Changes.Changed[Step div 2].After);
  end
  else if Assigned(FOnListed) then
    FOnListed(Self, Meetings);
end;

end.
