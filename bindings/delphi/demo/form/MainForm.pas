{ The window: lists, invites and removes. Its controls are made in code, so that one source serves every Delphi and Lazarus without form files.

  Settings come from the environment: VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_CA_FILE. What is not set is the
  sandbox's, so that the program runs as it is opened; a practice's program has no such defaults. }
unit MainForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, Graphics, Controls, Forms, StdCtrls, ComCtrls, ExtCtrls, VideoDoktor, VideoDoktorComponent;

type
  TVideoCalls = class(TForm)
  private
    FService: TVideoDoktor;
    FMeetings: TVideoMeetings;
    FList: TListView;
    FFields, FActions: TPanel;
    FName, FEmail, FPhone, FBirthNumber, FStart: TEdit;
    FCancel: TButton;
    FMessage: TMemo;
    { What the person is told once the list is refreshed; empty if the list itself was asked for. }
    FNews: TVideoDoktorText;
    procedure NewService;
    procedure NewHeading;
    procedure NewMessage;
    procedure NewFields;
    procedure NewList;
    function NewField(const Title, Value: string): TEdit;
    procedure NewAction(const Title: string; OnClick: TNotifyEvent);
    procedure Say(const Text: TVideoDoktorText; IsError: Boolean = False);
    procedure Reload(const News: TVideoDoktorText);
    function IsInvitationGood(out Invitation: TInvitation): Boolean;
    procedure InviteClick(Sender: TObject);
    procedure RemoveClick(Sender: TObject);
    procedure RefreshClick(Sender: TObject);
    procedure CancelClick(Sender: TObject);
    procedure Listed(Sender: TObject; const Meetings: TVideoMeetings);
    procedure Invited(Sender: TObject; const Invitation: TInvitation; const Created: TMeetingCreated);
    procedure Removed(Sender: TObject; const MeetId: TVideoDoktorText);
    procedure Failed(Sender: TObject; Error: EVideoDoktor);
    procedure BusyChanged(Sender: TObject);
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

{ Between the controls and the service. Lazarus and Delphi from 2009 on need no conversion; before, the controls speak CP1250. }

function FromControl(const Text: string): TVideoDoktorText;
begin
  {$IFDEF FPC}
  Result := Text;
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := TextFromCp1250(Text);
  {$ENDIF} {$ENDIF}
end;

function ToControl(const Text: TVideoDoktorText): string;
begin
  {$IFDEF FPC}
  Result := Text;
  {$ELSE} {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := Cp1250FromText(Text);
  {$ENDIF} {$ENDIF}
end;

{ Text whose letters do not depend on the encoding of this source. }
function Czech(const Text: WideString): TVideoDoktorText;
begin
  Result := TextFromWide(Text);
end;

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

function ShownTime(Time: TDateTime): string;
begin
  Result := FormatDateTime('d.m.yyyy h:nn', Time);
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
  NewHeading;
  NewMessage;
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
  FService.OnRemoved := Removed;
  FService.OnError := Failed;
  FService.OnBusyChanged := BusyChanged;
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
  NewAction(ToControl(Czech('Zru'#$0161'it hovor')), RemoveClick);
  NewAction('Obnovit seznam', RefreshClick);
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
function TVideoCalls.IsInvitationGood(out Invitation: TInvitation): Boolean;
var
  Fields, Text: TVideoDoktorText;
  Problems: TInvitationProblems;
  Year, I: Integer;
begin
  Year := BirthYear(FromControl(FBirthNumber.Text));
  Problems := CheckInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), FromControl(IntToStr(Year)),
    FromControl(FStart.Text), Fields);
  Result := Length(Problems) = 0;
  if Result then
    Invitation := VideoDoktorInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), Year,
      TimeOf(JsonText(Fields, '/meet_start')))
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
  Invitation: TInvitation;
begin
  try
    if IsInvitationGood(Invitation) then
      FService.Invite(Invitation);
  except
    on E: EVideoDoktor do
      Failed(FService, E);
  end;
end;

procedure TVideoCalls.RemoveClick(Sender: TObject);
begin
  if FList.Selected = nil then
    Say(Czech('Vyberte v seznamu videohovor, kter'#$00FD' se m'#$00E1' zru'#$0161'it.'))
  else
    FService.RemoveMeeting(FMeetings[FList.Selected.Index].MeetId);
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

procedure TVideoCalls.Listed(Sender: TObject; const Meetings: TVideoMeetings);
var
  I: Integer;
begin
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
  if FNews = '' then
    Say(Czech('Videohovor'#$016F' v seznamu: ') + FromControl(IntToStr(Length(Meetings))));
  FNews := '';
end;

procedure TVideoCalls.Invited(Sender: TObject; const Invitation: TInvitation; const Created: TMeetingCreated);
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

end.
