{ The window. Its controls are made in code, so that one source serves every Delphi and Lazarus without form files. }
unit MainForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, Controls, Forms, StdCtrls, ComCtrls, ExtCtrls, Dialogs, VideoDoktor, VideoDoktorComponent;

type
  TVideoCalls = class(TForm)
  private
    FService: TVideoDoktor;
    FMeetings: TVideoMeetings;
    FList: TListView;
    FName, FEmail, FPhone, FBirthNumber, FStart: TEdit;
    FInvite, FRemove, FRefresh: TButton;
    FStatus: TStatusBar;
    function NewField(Parent: TWinControl; Row: Integer; const Title, Value: string): TEdit;
    function NewButton(Parent: TWinControl; Left, Top: Integer; const Title: string; OnClick: TNotifyEvent): TButton;
    procedure NewList;
    procedure Say(const Text: string);
    procedure InviteClick(Sender: TObject);
    procedure RemoveClick(Sender: TObject);
    procedure RefreshClick(Sender: TObject);
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

{ A caption whose letters do not depend on the encoding of this source. }
function Czech(const Text: WideString): string;
begin
  Result := ToControl(TextFromWide(Text));
end;

constructor TVideoCalls.Create(Owner: TComponent);
var
  Panel: TPanel;
begin
  inherited CreateNew(Owner);
  Caption := 'VideoDoktor';
  Width := 860;
  Height := 460;
  Position := poScreenCenter;

  FService := TVideoDoktor.Create(Self);
  FService.AppUrl := FromControl(GetEnvironmentVariable('VIDEODOKTOR_URL'));
  FService.ApiAppKey := FromControl(GetEnvironmentVariable('VIDEODOKTOR_APP_KEY'));
  FService.ApiKey := FromControl(GetEnvironmentVariable('VIDEODOKTOR_API_KEY'));
  FService.CaFile := FromControl(GetEnvironmentVariable('VIDEODOKTOR_CA_FILE'));
  FService.UserAgent := 'VideoDoktorForm/1.1';
  FService.OnListed := Listed;
  FService.OnInvited := Invited;
  FService.OnRemoved := Removed;
  FService.OnError := Failed;
  FService.OnBusyChanged := BusyChanged;

  FStatus := TStatusBar.Create(Self);
  FStatus.Parent := Self;
  FStatus.SimplePanel := True;
  Panel := TPanel.Create(Self);
  Panel.Parent := Self;
  Panel.Align := alLeft;
  Panel.Width := 260;
  FName := NewField(Panel, 0, 'Pacient', Czech('Jana Nov'#$00E1'kov'#$00E1));
  FEmail := NewField(Panel, 1, 'E-mail', 'jana@example.cz');
  FPhone := NewField(Panel, 2, 'Telefon', '777 123 456');
  FBirthNumber := NewField(Panel, 3, Czech('Rodn'#$00E9' '#$010D#$00ED'slo'), '805305/0016');
  FStart := NewField(Panel, 4, Czech('Za'#$010D#$00E1'tek'), FormatDateTime('d.m.yyyy', Date + 1) + ' 10:00');
  FInvite := NewButton(Panel, 12, 300, 'Pozvat', InviteClick);
  FRemove := NewButton(Panel, 92, 300, Czech('Zru'#$0161'it'), RemoveClick);
  FRefresh := NewButton(Panel, 172, 300, 'Obnovit', RefreshClick);
  NewList;
  RefreshClick(nil);
end;

function TVideoCalls.NewField(Parent: TWinControl; Row: Integer; const Title, Value: string): TEdit;
var
  Title_: TLabel;
begin
  Title_ := TLabel.Create(Self);
  Title_.Parent := Parent;
  Title_.SetBounds(12, 12 + Row * 54, 230, 18);
  Title_.Caption := Title;
  Result := TEdit.Create(Self);
  Result.Parent := Parent;
  Result.SetBounds(12, 32 + Row * 54, 236, 26);
  Result.Text := Value;
end;

function TVideoCalls.NewButton(Parent: TWinControl; Left, Top: Integer; const Title: string; OnClick: TNotifyEvent): TButton;
begin
  Result := TButton.Create(Self);
  Result.Parent := Parent;
  Result.SetBounds(Left, Top, 76, 30);
  Result.Caption := Title;
  Result.OnClick := OnClick;
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
      Caption := Czech(Titles[I]);
      Width := Widths[I];
    end;
end;

procedure TVideoCalls.Say(const Text: string);
begin
  FStatus.SimpleText := Text;
end;

procedure TVideoCalls.InviteClick(Sender: TObject);
var
  Fields: TVideoDoktorText;
  Problems: TInvitationProblems;
  Year, Start: TVideoDoktorText;
begin
  try
    Year := FromControl(IntToStr(BirthYear(FromControl(FBirthNumber.Text))));
  except
    on E: EVideoDoktor do
    begin
      Say(E.Message);
      Exit;
    end;
  end;
  { what the person typed is checked, and the start read, before anything is sent }
  Problems := CheckInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), Year, FromControl(FStart.Text), Fields);
  if Length(Problems) > 0 then
  begin
    Say(ToControl(Problems[0].Message));
    Exit;
  end;
  Start := JsonText(Fields, '/meet_start'); { 23.11.2030.10.00 }
  FService.Invite(VideoDoktorInvitation(FromControl(FName.Text), FromControl(FEmail.Text), FromControl(FPhone.Text), StrToInt(ToControl(Year)),
    EncodeDate(StrToInt(ToControl(Copy(Start, 7, 4))), StrToInt(ToControl(Copy(Start, 4, 2))), StrToInt(ToControl(Copy(Start, 1, 2)))) +
    EncodeTime(StrToInt(ToControl(Copy(Start, 12, 2))), StrToInt(ToControl(Copy(Start, 15, 2))), 0, 0)));
end;

procedure TVideoCalls.RemoveClick(Sender: TObject);
begin
  if FList.Selected = nil then
    Say('Vyberte hovor v seznamu.')
  else
    FService.RemoveMeeting(FMeetings[FList.Selected.Index].MeetId);
end;

procedure TVideoCalls.RefreshClick(Sender: TObject);
begin
  try
    FService.ListMeetings;
  except
    on E: EVideoDoktor do
      Say(E.Message); { no library, no settings: the window stays }
  end;
end;

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
      Caption := FormatDateTime('d.m.yyyy h:nn', Meetings[I].MeetStart);
      SubItems.Add(ToControl(Meetings[I].PacientJmeno));
      SubItems.Add(ToControl(Meetings[I].PacientEmail));
    end;
  FList.Items.EndUpdate;
  Say(Czech('Hovor'#$016F': ') + IntToStr(Length(Meetings)));
end;

procedure TVideoCalls.Invited(Sender: TObject; const Invitation: TInvitation; const Created: TMeetingCreated);
begin
  FService.ListMeetings;
end;

procedure TVideoCalls.Removed(Sender: TObject; const MeetId: TVideoDoktorText);
begin
  FService.ListMeetings;
end;

procedure TVideoCalls.Failed(Sender: TObject; Error: EVideoDoktor);
begin
  Say(Error.Message);
  { the patient may have been invited: the list tells, a second invitation would not }
  if Error.MayHaveActed and (MessageDlg(Error.Message + #13#10 + Czech('Otev'#$0159#$00ED't seznam videohovor'#$016F'?'), mtWarning, [mbYes, mbNo], 0) = mrYes) then
    RefreshClick(nil);
end;

procedure TVideoCalls.BusyChanged(Sender: TObject);
begin
  FInvite.Enabled := not FService.Busy;
  FRemove.Enabled := not FService.Busy;
  FRefresh.Enabled := not FService.Busy;
end;

end.
