{ A form's event handlers as the form designer writes them: of all our units it adds only the component's to the uses clause. }
unit EventHandlers;

{$IFDEF FPC}
  {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF}
{$ENDIF}

interface

uses
  SysUtils, Classes, VideoDoktorComponent;

type
  TForm1 = class(TComponent)
  private
    VideoDoktor1: TVideoDoktor;
    VideoDoktorWatcher1: TVideoDoktorWatcher;
    procedure VideoDoktor1Verified(Sender: TObject);
    procedure VideoDoktor1Invited(Sender: TObject; const Invitation: TVideoDoktorInvitation; const Created: TVideoDoktorMeetingCreated);
    procedure VideoDoktor1Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure VideoDoktor1Detail(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure VideoDoktor1Removed(Sender: TObject; const MeetId: TVideoDoktorText);
    procedure VideoDoktor1Moved(Sender: TObject; const Moved: TVideoDoktorMeetingMoved);
    procedure VideoDoktor1ExportUrl(Sender: TObject; const MeetId, Place: TVideoDoktorText);
    procedure VideoDoktor1ExportSaved(Sender: TObject; const MeetId, Place: TVideoDoktorText);
    procedure VideoDoktor1Diagnosed(Sender: TObject; const Diagnosis: TVideoDoktorDiagnosis);
    procedure VideoDoktor1Error(Sender: TObject; Error: EVideoDoktor);
    procedure VideoDoktor1BusyChanged(Sender: TObject);
    procedure VideoDoktorWatcher1Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure VideoDoktorWatcher1Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure VideoDoktorWatcher1Changed(Sender: TObject; const Change: TVideoDoktorMeetingChange);
    procedure VideoDoktorWatcher1MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
    procedure VideoDoktorWatcher1Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
    procedure VideoDoktorWatcher1Failed(Sender: TObject; Error: EVideoDoktor);
  public
    constructor Create(Owner: TComponent); override;
  end;

implementation

constructor TForm1.Create(Owner: TComponent);
begin
  inherited Create(Owner);
  VideoDoktor1 := TVideoDoktor.Create(Self);
  VideoDoktor1.OnVerified := VideoDoktor1Verified;
  VideoDoktor1.OnInvited := VideoDoktor1Invited;
  VideoDoktor1.OnListed := VideoDoktor1Listed;
  VideoDoktor1.OnDetail := VideoDoktor1Detail;
  VideoDoktor1.OnRemoved := VideoDoktor1Removed;
  VideoDoktor1.OnMoved := VideoDoktor1Moved;
  VideoDoktor1.OnExportUrl := VideoDoktor1ExportUrl;
  VideoDoktor1.OnExportSaved := VideoDoktor1ExportSaved;
  VideoDoktor1.OnDiagnosed := VideoDoktor1Diagnosed;
  VideoDoktor1.OnError := VideoDoktor1Error;
  VideoDoktor1.OnBusyChanged := VideoDoktor1BusyChanged;
  VideoDoktorWatcher1 := TVideoDoktorWatcher.Create(Self);
  VideoDoktorWatcher1.OnAdded := VideoDoktorWatcher1Added;
  VideoDoktorWatcher1.OnRemoved := VideoDoktorWatcher1Removed;
  VideoDoktorWatcher1.OnChanged := VideoDoktorWatcher1Changed;
  VideoDoktorWatcher1.OnMeetingActive := VideoDoktorWatcher1MeetingActive;
  VideoDoktorWatcher1.OnListed := VideoDoktorWatcher1Listed;
  VideoDoktorWatcher1.OnFailed := VideoDoktorWatcher1Failed;
end;

procedure TForm1.VideoDoktor1Verified(Sender: TObject);
begin
end;

procedure TForm1.VideoDoktor1Invited(Sender: TObject; const Invitation: TVideoDoktorInvitation; const Created: TVideoDoktorMeetingCreated);
begin
end;

procedure TForm1.VideoDoktor1Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
end;

procedure TForm1.VideoDoktor1Detail(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
end;

procedure TForm1.VideoDoktor1Removed(Sender: TObject; const MeetId: TVideoDoktorText);
begin
end;

procedure TForm1.VideoDoktor1Moved(Sender: TObject; const Moved: TVideoDoktorMeetingMoved);
begin
end;

procedure TForm1.VideoDoktor1ExportUrl(Sender: TObject; const MeetId, Place: TVideoDoktorText);
begin
end;

procedure TForm1.VideoDoktor1ExportSaved(Sender: TObject; const MeetId, Place: TVideoDoktorText);
begin
end;

procedure TForm1.VideoDoktor1Diagnosed(Sender: TObject; const Diagnosis: TVideoDoktorDiagnosis);
begin
end;

procedure TForm1.VideoDoktor1Error(Sender: TObject; Error: EVideoDoktor);
begin
end;

procedure TForm1.VideoDoktor1BusyChanged(Sender: TObject);
begin
end;

procedure TForm1.VideoDoktorWatcher1Added(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
end;

procedure TForm1.VideoDoktorWatcher1Removed(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
end;

procedure TForm1.VideoDoktorWatcher1Changed(Sender: TObject; const Change: TVideoDoktorMeetingChange);
begin
end;

procedure TForm1.VideoDoktorWatcher1MeetingActive(Sender: TObject; const Meeting: TVideoDoktorMeeting);
begin
end;

procedure TForm1.VideoDoktorWatcher1Listed(Sender: TObject; const Meetings: TVideoDoktorMeetings);
begin
end;

procedure TForm1.VideoDoktorWatcher1Failed(Sender: TObject; Error: EVideoDoktor);
begin
end;

end.
