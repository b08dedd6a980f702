{ The window: lists, invites, moves, removes, saves a call for a calendar, prints an invitation, and watches the list. Its controls are made in code, so that one source serves every Delphi and Lazarus without form files.

  Settings come from the environment: VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_CA_FILE. What is not set is the
  sandbox's, so that the program runs as it is opened; a practice's program has no such defaults. }
unit MainForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, Graphics, Controls, Forms, StdCtrls, ComCtrls, ExtCtrls, Dialogs, VideoDoktor, VideoDoktorComponent,
  ControlText, PreviewForm;

type
  TVideoCalls = class(TForm)
  private
    FService: TVideoDoktor;
    FWatcher: TVideoDoktorWatcher;
    FMeetings: TVideoDoktorMeetings;
    FList: TListView;
    FFields, FActions: TPanel;
    FName, FEmail, FPhone, FBirthNumber, FStart: TEdit;
    FCancel: TButton;
    FMessage: TMemo;
    FWatched: TLabel;
    { What the person is told once the list is refreshed; empty if the list itself was asked for. }
    FNews: TVideoDoktorText;
    procedure NewService;
    procedure NewWatcher;
    procedure NewHeading;
    procedure NewMessage;
    procedure NewWatched;
    procedure NewFields;
    procedure NewList;
    function NewField(const Title, Value: string): TEdit;
    procedure NewAction(const Title: string; OnClick: TNotifyEvent);
    procedure Say(const Text: TVideoDoktorText; IsError: Boolean = False);
    procedure Reload(const News: TVideoDoktorText);
    function IsInvitationGood(out Invitation: TVideoDoktorInvitation): Boolean;
    function IsStartGood(out Start: TDateTime): Boolean;
    function IsSelected(const What: WideString): Boolean;
    function Selected: TVideoDoktorMeeting;
    procedure ShowList(const Meetings: TVideoDoktorMeetings);
    procedure ShowWatched(const Text: TVideoDoktorText);
    procedure FieldLeft(Sender: TObject);
    procedure InviteClick(Sender: TObject);
    procedure MoveClick(Sender: TObject);
    procedure RemoveClick(Sender: TObject);
    procedure RefreshClick(Sender: TObject);
    procedure CalendarClick(Sender: TObject);
    procedure PrintClick(Sender: TObject);
    procedure CancelClick(Sender: TObject);
    procedure Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure Invited(Sender: TObject; const Invitation: TVideoDoktorInvitation; const Created: TVideoDoktorMeetingCreated);
    procedure Moved(Sender: TObject; const Moved: TVideoDoktorMeetingMoved);
    procedure Removed(Sender: TObject; const MeetId: TVideoDoktorText);
    procedure Failed(Sender: TObject; Error: EVideoDoktor);
    procedure BusyChanged(Sender: TObject);
    procedure WatchedActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure WatchedAdded(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure WatchedRemoved(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure WatchedList(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure WatchFailed(Sender: TObject; Error: EVideoDoktor);
  public
    constructor Create(Owner: TComponent); override;
  end;

var
  VideoCalls: TVideoCalls;

implementation

const
  { The sandbox's own defaults: videodoktor-sandbox.exe without arguments. }
  SANDBOX_URL = 'http://127.0.0.1:43210';
  SANDBOX_APP_KEY = 'sandbox-app-key';
  SANDBOX_API_KEY = 'sandbox-practice-1';
  LINE_END = #13#10;
  ACTIONS_IN_ROW = 2;

function Setting(const Name, Default: string): TVideoDoktorText;
var
  Value: string;
begin
  Value := GetEnvironmentVariable('VIDEODOKTOR_' + Name);
  if Value = '' then
    Value := Default;
  Result := FromControl(Value);
end;

function IsSandbox: Boolean;
begin
  Result := GetEnvironmentVariable('VIDEODOKTOR_URL') = '';
end;

{ 23.11.2030.10.00, as the library would send it. }
function TimeOf(const MeetStart: TVideoDoktorText): TDateTime;

  function Part(First, Count: Integer): Word;
  begin
    Result := StrToInt(ToControl(Copy(MeetStart, First, Count)));
  end;

begin
  Result := EncodeDate(Part(7, 4), Part(4, 2), Part(1, 2)) + EncodeTime(Part(12, 2), Part(15, 2), 0, 0);
end;

{ The window }

constructor TVideoCalls.Create(Owner: TComponent);
begin
  inherited CreateNew(Owner);
  Caption := 'VideoDoktor';
  Width := 900;
  Height := 600;
  Position := poScreenCenter;
  NewService;
  NewWatcher;
  NewHeading;
  NewMessage;
  NewWatched;
  NewFields;
  NewList;
  Reload('');
end;

procedure TVideoCalls.NewService;
begin
  FService := TVideoDoktor.Create(Self);
  FService.AppUrl := Setting('URL', SANDBOX_URL);
  FService.ApiAppKey := Setting('APP_KEY', SANDBOX_APP_KEY);
  FService.ApiKey := Setting('API_KEY', SANDBOX_API_KEY);
  FService.CaFile := Setting('CA_FILE', '');
  FService.UserAgent := 'VideoDoktorForm/1.1';
  FService.OnListed := Listed;
  FService.OnInvited := Invited;
  FService.OnMoved := Moved;
  FService.OnRemoved := Removed;
  FService.OnError := Failed;
  FService.OnBusyChanged := BusyChanged;
end;

{ What others change, and when a call gets under way, without a click: every minute. It begins with the first list (Listed). }
procedure TVideoCalls.NewWatcher;
begin
  FWatcher := TVideoDoktorWatcher.Create(Self);
  FWatcher.Service := FService;
  FWatcher.OnMeetingActive := WatchedActive;
  FWatcher.OnAdded := WatchedAdded;
  FWatcher.OnRemoved := WatchedRemoved;
  FWatcher.OnListed := WatchedList;
  FWatcher.OnFailed := WatchFailed;
end;

{ Which service it is, above all else: nobody must take the sandbox for the service, or the other way round. }
procedure TVideoCalls.NewHeading;
var
  Heading: TPanel;
begin
  Heading := TPanel.Create(Self);
  Heading.Parent := Self;
  Heading.Align := alTop;
  Heading.Height := 32;
  Heading.BevelOuter := bvNone;
  if IsSandbox then
    Heading.Caption := ToControl('Sandbox na adrese ' + FService.AppUrl + Czech(' (bez nastaven'#$00ED'): pacientovi nic neodejde.'))
  else
    Heading.Caption := ToControl(Czech('Slu'#$017E'ba: ') + FService.AppUrl);
end;

{ Several lines: what the library says of an error ends with what to do, and must be seen to its end. It can be copied for the support desk. }
procedure TVideoCalls.NewMessage;
begin
  FMessage := TMemo.Create(Self);
  FMessage.Parent := Self;
  FMessage.Align := alBottom;
  FMessage.Height := 120;
  FMessage.ReadOnly := True;
  FMessage.WordWrap := True;
  FMessage.ScrollBars := ssVertical;
end;

{ A line of its own: what the watcher sees must not take a message off the screen that somebody reads. }
procedure TVideoCalls.NewWatched;
begin
  FWatched := TLabel.Create(Self);
  FWatched.Parent := Self;
  FWatched.AutoSize := False;
  FWatched.Align := alBottom;
  FWatched.Height := 24;
  FWatched.Layout := tlCenter;
end;

procedure TVideoCalls.NewFields;
begin
  FFields := TPanel.Create(Self);
  FFields.Parent := Self;
  FFields.Align := alLeft;
  FFields.Width := 276;
  FActions := TPanel.Create(Self);
  FActions.Parent := FFields;
  FActions.Align := alBottom;
  FActions.BevelOuter := bvNone;
  FName := NewField('Pacient', ToControl(Czech('Jana Nov'#$00E1'kov'#$00E1)));
  FEmail := NewField('E-mail', 'jana@example.cz');
  FPhone := NewField('Telefon', '777 123 456');
  FBirthNumber := NewField(ToControl(Czech('Rodn'#$00E9' '#$010D#$00ED'slo')), '805305/0016');
  FStart := NewField(ToControl(Czech('Za'#$010D#$00E1'tek')), FormatDateTime('d.m.yyyy', Date + 1) + ' 10:00');
  NewAction('Pozvat', InviteClick);
  NewAction(ToControl(Czech('P'#$0159'esunout')), MoveClick);
  NewAction(ToControl(Czech('Zru'#$0161'it hovor')), RemoveClick);
  NewAction('Obnovit seznam', RefreshClick);
  NewAction(ToControl(Czech('Do kalend'#$00E1#$0159'e')), CalendarClick);
  NewAction(ToControl(Czech('Pozv'#$00E1'nka')), PrintClick);
  NewAction(ToControl(Czech('P'#$0159'eru'#$0161'it '#$010D'ek'#$00E1'n'#$00ED)), CancelClick);
  FCancel := FActions.Controls[FActions.ControlCount - 1] as TButton;
  BusyChanged(nil);
end;

{ A field below those that are there already. }
function TVideoCalls.NewField(const Title, Value: string): TEdit;
var
  Above: TLabel;
  Top: Integer;
begin
  Top := 8 + (FFields.ControlCount - 1) div 2 * 50;
  Above := TLabel.Create(Self);
  Above.Parent := FFields;
  Above.SetBounds(12, Top, 250, 18);
  Above.Caption := Title;
  Result := TEdit.Create(Self);
  Result.Parent := FFields;
  Result.SetBounds(12, Top + 18, 250, 26);
  Result.Text := Value;
  Result.OnExit := FieldLeft;
end;

{ The next click is near: it will not have to wait for a connection. }
procedure TVideoCalls.FieldLeft(Sender: TObject);
begin
  FService.Prepare;
end;

{ A button after those that are there already: they stand in rows. }
procedure TVideoCalls.NewAction(const Title: string; OnClick: TNotifyEvent);
var
  Button: TButton;
  Index: Integer;
begin
  Index := FActions.ControlCount;
  Button := TButton.Create(Self);
  Button.Parent := FActions;
  Button.SetBounds(12 + Index mod ACTIONS_IN_ROW * 127, Index div ACTIONS_IN_ROW * 36, 123, 30);
  Button.Caption := Title;
  Button.OnClick := OnClick;
  FActions.Height := (Index div ACTIONS_IN_ROW + 1) * 36 + 6;
end;

procedure TVideoCalls.NewList;
const
  Titles: array[0..2] of WideString = ('Za'#$010D#$00E1'tek', 'Pacient', 'E-mail');
  Widths: array[0..2] of Integer = (140, 200, 220);
var
  I: Integer;
begin
  FList := TListView.Create(Self);
  FList.Parent := Self;
  FList.Align := alClient;
  FList.ViewStyle := vsReport;
  FList.RowSelect := True;
  FList.ReadOnly := True;
  for I := 0 to 2 do
    with FList.Columns.Add do
    begin
      Caption := ToControl(Czech(Titles[I]));
      Width := Widths[I];
    end;
end;

procedure TVideoCalls.Say(const Text: TVideoDoktorText; IsError: Boolean);
begin
  if IsError then
    FMessage.Font.Color := clRed
  else
    FMessage.Font.Color := clWindowText;
  FMessage.Text := ToControl(Text);
end;

{ Actions }

{ The list, and then the news: a refreshed list shows what has become of it. }
procedure TVideoCalls.Reload(const News: TVideoDoktorText);
begin
  FNews := News;
  try
    FService.ListMeetings;
  except
    on E: EVideoDoktor do
      Failed(FService, E); { no library, or settings that cannot be right: the window stays }
  end;
end;

{ What the person typed is checked, and the start read, before anything is sent. All that is wrong is told at once. }
function TVideoCalls.IsInvitationGood(out Invitation: TVideoDoktorInvitation): Boolean;
var
  Fields, Text: TVideoDoktorText;
  Problems: TVideoDoktorInvitationProblems;
  Year, I: Integer;
begin
  Year := VideoDoktorBirthYear(FromControl(FBirthNumber.Text));
  Problems := VideoDoktorCheckInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), FromControl(IntToStr(Year)),
    FromControl(FStart.Text), Fields);
  Result := Length(Problems) = 0;
  if Result then
    Invitation := VideoDoktorInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), Year,
      TimeOf(VideoDoktorJsonText(Fields, '/meet_start')))
  else
  begin
    Text := Problems[0].Message;
    for I := 1 to High(Problems) do
      Text := Text + LINE_END + Problems[I].Message;
    Say(Text, True);
  end;
end;

procedure TVideoCalls.InviteClick(Sender: TObject);
var
  Invitation: TVideoDoktorInvitation;
begin
  try
    if IsInvitationGood(Invitation) then
      FService.Invite(Invitation);
  except
    on E: EVideoDoktor do
      Failed(FService, E);
  end;
end;

{ The library reads what was typed, as it reads a whole invitation; so the other fields are given here. }
function TVideoCalls.IsStartGood(out Start: TDateTime): Boolean;
var
  Fields: TVideoDoktorText;
  Problems: TVideoDoktorInvitationProblems;
begin
  Problems := VideoDoktorCheckInvitation('Jana Novakova', 'jana@example.cz', '', '1980', FromControl(FStart.Text), Fields);
  Result := Length(Problems) = 0;
  if Result then
    Start := TimeOf(VideoDoktorJsonText(Fields, '/meet_start'))
  else
    Say(Problems[0].Message, True);
end;

function TVideoCalls.IsSelected(const What: WideString): Boolean;
begin
  Result := FList.Selected <> nil;
  if not Result then
    Say(Czech('Vyberte v seznamu videohovor, ' + What + '.'));
end;

function TVideoCalls.Selected: TVideoDoktorMeeting;
begin
  Result := FMeetings[FList.Selected.Index];
end;

procedure TVideoCalls.MoveClick(Sender: TObject);
var
  Start: TDateTime;
begin
  try
    if IsSelected('kter'#$00FD' se m'#$00E1' p'#$0159'esunout na '#$010D'as v poli Za'#$010D#$00E1'tek') and IsStartGood(Start) then
      FService.MoveMeeting(Selected.MeetId, Start);
  except
    on E: EVideoDoktor do
      Failed(FService, E);
  end;
end;

procedure TVideoCalls.RemoveClick(Sender: TObject);
begin
  if IsSelected('kter'#$00FD' se m'#$00E1' zru'#$0161'it') then
    FService.RemoveMeeting(Selected.MeetId);
end;

{ Calendar programs read UTF-8. }
procedure SaveText(const FileName: string; const Text: TVideoDoktorText);
var
  Bytes: UTF8String;
  Stream: TFileStream;
begin
  {$IFDEF UNICODE}
  Bytes := UTF8Encode(Text);
  {$ELSE}
  Bytes := Text;
  {$ENDIF}
  Stream := TFileStream.Create(FileName, fmCreate);
  try
    Stream.WriteBuffer(Bytes[1], Length(Bytes));
  finally
    Stream.Free;
  end;
end;

procedure TVideoCalls.CalendarClick(Sender: TObject);
var
  Dialog: TSaveDialog;
begin
  if not IsSelected('kter'#$00FD' se m'#$00E1' ulo'#$017E'it do kalend'#$00E1#$0159'e') then
    Exit;
  Dialog := TSaveDialog.Create(nil);
  try
    Dialog.FileName := 'videohovor.ics';
    Dialog.DefaultExt := 'ics';
    Dialog.Filter := ToControl(Czech('Kalend'#$00E1#$0159' (*.ics)')) + '|*.ics';
    Dialog.Options := Dialog.Options + [ofOverwritePrompt];
    if Dialog.Execute then
      try
        SaveText(Dialog.FileName, VideoDoktorMeetingCalendar(Selected.Json));
        Say(Czech('Ulo'#$017E'eno: ') + FromControl(Dialog.FileName) + LINE_END +
          Czech('Otev'#$0159'ete soubor, a videohovor se p'#$0159'id'#$00E1' do kalend'#$00E1#$0159'e. Obsahuje odkaz: ned'#$00E1'vejte ho nikomu jin'#$00E9'mu.'));
      except
        on E: EVideoDoktor do
          Failed(FService, E);
        on E: EStreamError do { such as a folder that may not be written to }
          Say(FromControl(E.Message), True);
      end;
  finally
    Dialog.Free;
  end;
end;

procedure TVideoCalls.PrintClick(Sender: TObject);
var
  Preview: TInvitationPreview;
begin
  if not IsSelected('pro kter'#$00FD' se m'#$00E1' vytisknout pozv'#$00E1'nka') then
    Exit;
  try
    Preview := TInvitationPreview.CreateFor(Selected);
    try
      Preview.ShowModal;
    finally
      Preview.Free;
    end;
  except
    on E: EVideoDoktor do
      Failed(FService, E);
  end;
end;

procedure TVideoCalls.RefreshClick(Sender: TObject);
begin
  Reload('');
end;

procedure TVideoCalls.CancelClick(Sender: TObject);
begin
  FService.Cancel;
end;

{ What came of them }

procedure TVideoCalls.Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
  ShowList(Meetings);
  FWatcher.StartFrom(Meetings); { what this window has done itself is no news }
  if FWatched.Caption = '' then
    ShowWatched(Czech('Seznam se sleduje ka'#$017E'dou minutu.'));
  if FNews = '' then
    Say(Czech('Videohovor'#$016F' v seznamu: ') + FromControl(IntToStr(Length(Meetings))));
  FNews := '';
end;

{ The row that was selected stays selected, wherever it has come to stand. }
procedure TVideoCalls.ShowList(const Meetings: TVideoDoktorMeetings);
var
  I: Integer;
  Kept: TVideoDoktorText;
begin
  Kept := '';
  if FList.Selected <> nil then
    Kept := Selected.MeetId;
  FMeetings := Meetings;
  FList.Items.BeginUpdate;
  FList.Items.Clear;
  for I := 0 to High(Meetings) do
    with FList.Items.Add do
    begin
      Caption := ShownTime(Meetings[I].MeetStart);
      SubItems.Add(ToControl(Meetings[I].PacientJmeno));
      SubItems.Add(ToControl(Meetings[I].PacientEmail));
    end;
  FList.Items.EndUpdate;
  for I := 0 to High(Meetings) do
    if (Kept <> '') and (Meetings[I].MeetId = Kept) then
      FList.Selected := FList.Items[I];
end;

procedure TVideoCalls.Invited(Sender: TObject; const Invitation: TVideoDoktorInvitation; const Created: TVideoDoktorMeetingCreated);
var
  News: TVideoDoktorText;
begin
  News := Czech('Pacient je pozv'#$00E1'n: ') + Invitation.PacientJmeno + ', ' + FromControl(ShownTime(Invitation.MeetStart)) + '.';
  if Length(Created.Duplicates) > 0 then
    News := News + LINE_END + Czech('Na tento '#$010D'as m'#$00E1' pacient pozv'#$00E1'nek v'#$00ED'ce: p'#$0159'ebyte'#$010D'n'#$00E9' zru'#$0161'te.');
  News := News + LINE_END + Czech('Odkaz pro l'#$00E9'ka'#$0159'e: ') + Created.MeetUrl;
  Say(News);
  Reload(News);
end;

procedure TVideoCalls.Moved(Sender: TObject; const Moved: TVideoDoktorMeetingMoved);
var
  News: TVideoDoktorText;
begin
  if not Moved.Moved then
  begin
    Say(Czech('Videohovor za'#$010D#$00ED'n'#$00E1' v tomto '#$010D'ase u'#$017E' te'#$010F': nic se neodeslalo.'));
    Exit;
  end;
  News := Czech('Videohovor je p'#$0159'esunut. Pacient dostane novou pozv'#$00E1'nku a zru'#$0161'en'#$00ED' p'#$016F'vodn'#$00ED'.');
  if Moved.OldWasGone then
    News := News + LINE_END + Czech('P'#$016F'vodn'#$00ED' videohovor mezit'#$00ED'm zru'#$0161'il nebo p'#$0159'esunul n'#$011B'kdo jin'#$00FD': zkontrolujte seznam.');
  if Length(Moved.Duplicates) > 0 then
    News := News + LINE_END + Czech('Na tento '#$010D'as m'#$00E1' pacient pozv'#$00E1'nek v'#$00ED'ce: p'#$0159'ebyte'#$010D'n'#$00E9' zru'#$0161'te.');
  News := News + LINE_END + Czech('Odkaz pro l'#$00E9'ka'#$0159'e: ') + Moved.MeetUrl;
  Say(News);
  Reload(News);
end;

procedure TVideoCalls.Removed(Sender: TObject; const MeetId: TVideoDoktorText);
var
  News: TVideoDoktorText;
begin
  News := Czech('Videohovor je zru'#$0161'en.');
  Say(News);
  Reload(News);
end;

{ The message ends with what to do now, so all of it is shown. The news before it stays: the patient is invited, though the list could not be had. }
procedure TVideoCalls.Failed(Sender: TObject; Error: EVideoDoktor);
var
  Text: TVideoDoktorText;
begin
  Text := Error.Text;
  if Error.MayHaveActed and not (Error is EVideoDoktorOutcomeUnknown) then { whose message says so }
    Text := Text + Czech(' Slu'#$017E'ba mohla po'#$017E'adavek p'#$0159'esto prov'#$00E9'st: pod'#$00ED'vejte se do seznamu.');
  if Error.MovedMeetUrl <> '' then { of a move whose old call may still be there }
    Text := Text + LINE_END + Czech('Odkaz pro l'#$00E9'ka'#$0159'e k nov'#$00E9'mu videohovoru: ') + Error.MovedMeetUrl;
  if FNews <> '' then
    Text := FNews + LINE_END + Text;
  if IsSandbox and (Error is EVideoDoktorNetwork) then
    Text := Text + LINE_END + Czech('Na adrese ') + FService.AppUrl + Czech(' m'#$00E1' b'#$011B#$017E'et sandbox: spus'#$0165'te videodoktor-sandbox,'
      + ' nebo nastavte prom'#$011B'nnou VIDEODOKTOR_URL.');
  FNews := '';
  Say(Text, True);
  { The patient may have been invited: the list tells, a second invitation would not. }
  if Error.MayHaveActed then
    Reload(Text);
end;

procedure TVideoCalls.BusyChanged(Sender: TObject);
var
  I: Integer;
begin
  for I := 0 to FActions.ControlCount - 1 do
    FActions.Controls[I].Enabled := not FService.Busy;
  FCancel.Enabled := FService.Busy;
  if FService.Busy and (FNews = '') then
    Say(Czech(#$010C'ek'#$00E1'm na slu'#$017E'bu'#$2026));
end;

{ What the watcher sees }

procedure TVideoCalls.ShowWatched(const Text: TVideoDoktorText);
begin
  FWatched.Caption := '  ' + ToControl(Text);
end;

procedure TVideoCalls.WatchedActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  ShowWatched(Czech('Videohovor prob'#$00ED'h'#$00E1': ') + Meeting.PacientJmeno);
end;

procedure TVideoCalls.WatchedAdded(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  ShowWatched(Czech('Nov'#$011B' v seznamu: ') + Meeting.PacientJmeno + ', ' + FromControl(ShownTime(Meeting.MeetStart)));
end;

procedure TVideoCalls.WatchedRemoved(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
  ShowWatched(Czech('U'#$017E' nen'#$00ED' v seznamu: ') + Meeting.PacientJmeno + ', ' + FromControl(ShownTime(Meeting.MeetStart)));
end;

procedure TVideoCalls.WatchedList(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
  ShowList(Meetings);
end;

{ Said in short: whoever refreshes the list gets the whole message. }
procedure TVideoCalls.WatchFailed(Sender: TObject; Error: EVideoDoktor);
begin
  ShowWatched(Czech('Seznam se nepoda'#$0159'ilo na'#$010D#$00ED'st. Dal'#$0161#$00ED' pokus za ') + FromControl(IntToStr(FWatcher.NextPollInS)) + ' s.');
end;

end.
