{ TVideoDoktorWatcher against the sandbox. The main thread plays the form: it only pumps. }
unit Watching;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

uses
  SysUtils, Classes, VideoDoktor, VideoDoktorComponent, Checks, EveryCall;

procedure TryWatching;

implementation

type
  { What a form would be. }
  TForm = class
  private
    FService: TVideoDoktor;
    FWatcher: TVideoDoktorWatcher;
    { One letter for each event: a added, r removed, c changed, m active, l listed, f failed. }
    FNews: TVideoDoktorText;
    FMeetId, FFields: TVideoDoktorText;
    FStatus, FListed: Integer;
    FInMainThread: Boolean;
    { What an event does besides. }
    FStopsIn, FFreesIn, FRaisesIn: AnsiChar;
    FHandled: Integer;
    procedure Note(Event: AnsiChar; const MeetId: TVideoDoktorText = '');
  public
    constructor Create;
    destructor Destroy; override;
    procedure Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure Changed(Sender: TObject; const Change: TVideoDoktorMeetingChange);
    procedure MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure Failed(Sender: TObject; Error: EVideoDoktor);
    procedure Handle(Sender: TObject);
    procedure NewWatcher;
    { Pumps until the last event of a list, or its failure, has come. }
    procedure Pump;
    function NewsOfPoll: TVideoDoktorText;
  end;

constructor TForm.Create;
var
  Options: TVideoDoktorOptions;
begin
  Options := SandboxOptions;
  FInMainThread := True;
  FService := TVideoDoktor.Create(nil);
  FService.AppUrl := Setting('VD_HTTPS');
  FService.ApiAppKey := 'sandbox-app-key';
  FService.ApiKey := 'sandbox-practice-1';
  FService.Proxy := Options.Proxy;
  FService.TlsRoots := Options.TlsRoots;
  FService.CaFile := Options.CaFile;
  FService.Retries := 0;
  NewWatcher;
end;

destructor TForm.Destroy;
begin
  FWatcher.Free;
  FService.Free;
  inherited Destroy;
end;

procedure TForm.NewWatcher;
begin
  FWatcher := TVideoDoktorWatcher.Create(nil);
  FWatcher.Service := FService;
  FWatcher.OnAdded := Added;
  FWatcher.OnRemoved := Removed;
  FWatcher.OnChanged := Changed;
  FWatcher.OnMeetingActive := MeetingActive;
  FWatcher.OnListed := Listed;
  FWatcher.OnFailed := Failed;
end;

procedure TForm.Note(Event: AnsiChar; const MeetId: TVideoDoktorText);
begin
  FNews := FNews + TVideoDoktorText(Event);
  if MeetId <> '' then
    FMeetId := MeetId;
  FInMainThread := FInMainThread and (GetCurrentThreadId = MainThreadID);
  if FStopsIn = Event then
    FWatcher.Active := False;
  if FFreesIn = Event then
    FreeAndNil(FWatcher);
  if FRaisesIn = Event then
    raise EInOutError.Create('an event has failed');
end;

procedure TForm.Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Note('a', Meeting.MeetId);
end;

procedure TForm.Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Note('r', Meeting.MeetId);
end;

procedure TForm.Changed(Sender: TObject; const Change: TVideoDoktorMeetingChange);
begin
  FFields := Change.Fields[0];
  Note('c', Change.After.MeetId);
end;

procedure TForm.MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  Note('m', Meeting.MeetId);
end;

procedure TForm.Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
  FListed := Length(Meetings);
  Note('l');
end;

procedure TForm.Failed(Sender: TObject; Error: EVideoDoktor);
begin
  FStatus := Error.Status;
  Note('f');
end;

procedure TForm.Handle(Sender: TObject);
begin
  Inc(FHandled);
end;

procedure TForm.Pump;
var
  Began: TDateTime;
begin
  Began := Now;
  while (Pos(TVideoDoktorText('l'), FNews) = 0) and (Pos(TVideoDoktorText('f'), FNews) = 0) and ((Now - Began) * 86400 < 40) do
    CheckSynchronize(20);
end;

function TForm.NewsOfPoll: TVideoDoktorText;
begin
  FNews := '';
  FMeetId := '';
  FWatcher.PollNow;
  Pump;
  Result := FNews;
end;

function RequestsOf(const Path: TVideoDoktorText): Integer;
var
  Count: TVideoDoktorText;
begin
  Result := 0;
  if VideoDoktorTryJsonText(Control('GET /_control/counters'), '/requests/' + Path, Count) then
    Result := StrToInt(AnsiString(Count));
end;

function Lists: Integer;
begin
  Result := RequestsOf('~1api_meet_list~1');
end;

procedure TryNews(Form: TForm; Practice: TVideoDoktorClient);
var
  First, Second: TVideoDoktorText;
begin
  First := Practice.AddMeeting(Jana(EncodeDate(2031, 5, 5) + EncodeTime(10, 0, 0, 0))).MeetId;
  Form.FWatcher.Active := True;
  Form.Pump;
  Same(Form.FNews, 'l', 'the first list is news of nothing');
  Same(Form.FListed, 1, 'but is handed over');
  Check(Form.FWatcher.NextPollInS in [58..60], 'the next one comes after the interval');
  Same(Form.NewsOfPoll, 'l', 'where nothing has changed there is no news');
  Second := Practice.AddMeeting(Jana(EncodeDate(2031, 5, 5) + EncodeTime(14, 0, 0, 0))).MeetId;
  Same(Form.NewsOfPoll, 'al', 'a call that was added is told');
  Same(Form.FMeetId, Second, 'which one it is');
  Control('PUT /_control/clock {"set":"2031-05-05 09:50"}');
  Same(Form.NewsOfPoll, 'cml', 'a call that gets under way is told, and has an event of its own');
  Check((Form.FMeetId = First) and (Form.FFields = 'meet_active'), 'which one it is, and what has changed');
  Control('PUT /_control/clock {"set":"2031-05-05 12:00"}');
  Same(Form.NewsOfPoll, 'cl', 'one that is over has changed only');
  Practice.RemoveMeeting(Second);
  Same(Form.NewsOfPoll, 'rl', 'a call that was removed is told');
  Check((Form.FMeetId = Second) and (Form.FListed = 1), 'which one it was');
  Control('PUT /_control/clock {"set":"2031-05-05 13:59"}');
  First := Practice.AddMeeting(Jana(EncodeDate(2031, 5, 5) + EncodeTime(14, 5, 0, 0))).MeetId;
  Same(Form.NewsOfPoll, 'aml', 'a call that is under way when it is seen first is told as both');
  Check(Form.FInMainThread, 'every event of a watcher came in the main thread');

  Form.FRaisesIn := 'a';
  Classes.ApplicationHandleException := Form.Handle;
  Practice.AddMeeting(Jana(EncodeDate(2031, 5, 6) + EncodeTime(14, 0, 0, 0)));
  Same(Form.NewsOfPoll, 'al', 'what one event raises keeps the others from nothing');
  Classes.ApplicationHandleException := nil;
  Form.FRaisesIn := #0;
  Same(Form.FHandled, 1, 'and goes to the program''s own handler');
  Same(Form.NewsOfPoll, 'l', 'nor does it end the watching');
end;

procedure TryPauses(Form: TForm);
const
  Wanted: array[1..6] of Integer = (120, 240, 480, 900, 900, 900);
var
  I, Asked: Integer;
  Grows: Boolean;
begin
  Control('POST /_control/faults {"path":"/api_meet_list/","code":"X000","times":6}');
  Grows := True;
  for I := 1 to 6 do
  begin
    if Form.NewsOfPoll <> 'f' then
      Grows := False;
    Grows := Grows and (Abs(Form.FWatcher.NextPollInS - Wanted[I]) < 3);
  end;
  Same(Form.FStatus, VD_X000_RATE_LIMIT, 'a list that was refused is told');
  Check(Grows, 'and each refusal doubles the pause, up to a quarter of an hour');
  Same(Form.NewsOfPoll, 'l', 'the list after it is compared with the last one that came');
  Check(Abs(Form.FWatcher.NextPollInS - 60) < 3, 'and the pause is the interval again');
  Form.FWatcher.IntervalS := 5;
  Same(Form.FWatcher.IntervalS, VIDEODOKTOR_SHORTEST_INTERVAL, 'an interval under 30 seconds is 30 seconds');
  Asked := Lists;
  Form.FWatcher.Active := False;
  Same(Form.FWatcher.NextPollInS, 0, 'switched off, there is no next list');
  Form.FWatcher.PollNow;
  Form.FWatcher.Active := True;
  Check(Form.FWatcher.NextPollInS in [28..30], 'switched on again, it does not ask sooner than 30 seconds after the last list');
  Same(Lists, Asked, 'nor has it asked meanwhile');
end;

{ A list at the service already, which does not answer; then what the form does. }
procedure TryEnds(Form: TForm; Practice: TVideoDoktorClient);
var
  Began: TDateTime;

  procedure Await;
  begin
    Control('POST /_control/faults {"path":"/api_meet_list/","delay_ms":20000}');
    Form.FNews := '';
    Form.FWatcher.PollNow;
    Control('WAIT /api_meet_list/');
    Began := Now;
  end;

  procedure IsOver(const Sentence: TVideoDoktorText);
  begin
    Check((Now - Began) * 86400 < 1, Sentence + ' in the middle of a list does not wait for it');
    Check(EndVideoDoktorRequests, 'and leaves no thread');
    Same(Form.FNews, '', 'and no event');
    Control('DELETE /_control/faults');
  end;

begin
  Form.FWatcher.Active := True;
  Await;
  Form.FWatcher.Active := False;
  IsOver('switching it off');
  Form.FWatcher.StartFrom(nil);
  Check(EndVideoDoktorRequests, 'a wait ends as promptly');
  Form.FWatcher.StartFrom(nil);
  Await;
  FreeAndNil(Form.FWatcher);
  IsOver('freeing a watcher');

  Form.NewWatcher;
  Form.FWatcher.StartFrom(nil);
  Form.FStopsIn := 'a';
  Same(Form.NewsOfPoll, 'a', 'switched off by one event, the others come no more');
  Form.FStopsIn := #0;
  Form.FWatcher.StartFrom(nil);
  Form.FFreesIn := 'a';
  Same(Form.NewsOfPoll, 'a', 'nor if the event frees it');
  Form.FFreesIn := #0;
  Check(Form.FWatcher = nil, 'which it may');
  Check(EndVideoDoktorRequests, 'and no thread is left');

  Form.NewWatcher;
  Form.FWatcher.StartFrom(Practice.ListMeetings);
  Same(Form.NewsOfPoll, 'l', 'a list that the program has got itself is the one to compare with');
  FreeAndNil(Form.FService);
  Check((Form.FWatcher.Service = nil) and EndVideoDoktorRequests, 'without its service it asks no more');
end;

{ What the inspector has set is there before the key. }
procedure TryLateKey;
var
  Form: TForm;
begin
  Form := TForm.Create;
  try
    Form.FService.ApiKey := '';
    Form.FWatcher.Active := True;
    Same(Form.FWatcher.NextPollInS, 0, 'without a key nobody is asked');
    Form.FService.ApiKey := 'sandbox-practice-1';
    Form.Pump;
    Same(Form.FNews, 'l', 'and the watcher begins when there is one');
    Form.FNews := '';
    Form.FService.MoreJson := '"no_such_option":1';
    Same(Form.FNews, 'f', 'settings that cannot be right are told');
    Same(Form.FStatus, VD_ERR_INVALID_ARGUMENT, 'by their status');
  finally
    Form.Free;
  end;
end;

{$IFDEF UNIX} {$IFNDEF UNICODE}
{ Half a minute long, so once is enough. }
procedure TryInterval;
var
  Form: TForm;
  Began: TDateTime;
  Asked: Integer;
begin
  Form := TForm.Create;
  try
    Asked := Lists;
    Form.FWatcher.IntervalS := 30;
    Form.FWatcher.Active := True;
    Form.Pump;
    Began := Now;
    Form.FNews := '';
    Form.Pump;
    Same(Form.FNews, 'l', 'the next list comes by itself');
    Check((Now - Began) * 86400 > 29.5, 'after half a minute');
    Same(Lists, Asked + 2, 'and no other before');
  finally
    Form.Free;
  end;
end;
{$ENDIF} {$ENDIF}

procedure TryWatching;
var
  Form: TForm;
  Practice: TVideoDoktorClient;
begin
  Control('POST /_control/reset {}');
  Control('PUT /_control/clock {"set":"2031-05-05 07:00"}');
  Form := TForm.Create;
  Practice := SandboxClient;
  try
    TryNews(Form, Practice);
    TryPauses(Form);
    TryEnds(Form, Practice);
    TryLateKey;
    {$IFDEF UNIX} {$IFNDEF UNICODE}
    TryInterval;
    {$ENDIF} {$ENDIF}
  finally
    Control('PUT /_control/clock {"real":true}');
    Practice.Free;
    Form.Free;
  end;
end;

end.
