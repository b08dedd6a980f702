{ The names of version 1.0 that are aliases today: a program that was written with them compiles, and they mean the same. }
unit FormerNames;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}
{ every use below is warned of otherwise; tests/windows/test_delphi.py takes this line out and reads the warnings }
{$WARN SYMBOL_DEPRECATED OFF}

interface

uses
  SysUtils, VideoDoktor, Checks;

procedure TryFormerNames;

implementation

{ A variable parameter takes a variable of its own type only, so that each call below compiles because both names are one type. }

procedure TakeInvitation(var Invitation: TVideoDoktorInvitation);
begin
  Invitation := VideoDoktorInvitation('Jan', 'not an address', '', 80, EncodeDate(2090, 11, 23));
end;

procedure TakeMeeting(var Meeting: TVideoDoktorMeeting; var Meetings: TVideoDoktorMeetings; var Created: TVideoDoktorMeetingCreated);
begin
  Meeting.MeetId := 'abc';
  SetLength(Meetings, 1);
  Meetings[0] := Meeting;
  Created.MeetId := 'def';
end;

procedure TakeProblem(var Problem: TVideoDoktorInvitationProblem; var Problems: TVideoDoktorInvitationProblems);
begin
  Problem := Problems[0];
end;

procedure TakeDiagnosis(var Diagnosis: TVideoDoktorDiagnosis; var Step: TVideoDoktorDiagnosisStep);
begin
  Step.Name := 'dns';
  SetLength(Diagnosis.Steps, 1);
  Diagnosis.Steps[0] := Step;
end;

procedure TryTypes;
var
  Invitation: TInvitation;
  Created: TMeetingCreated;
  Meeting: TVideoMeeting;
  Meetings: TVideoMeetings;
  Problem: TInvitationProblem;
  Problems: TInvitationProblems;
  Step: TDiagnosisStep;
  Diagnosis: TDiagnosis;
  Fields: TVideoDoktorText;
begin
  TakeInvitation(Invitation);
  TakeMeeting(Meeting, Meetings, Created);
  Same(Meetings[0].MeetId + Created.MeetId, 'abcdef', 'a meeting by its former name');
  Problems := CheckInvitation(Invitation);
  Same(Length(Problems), Length(VideoDoktorCheckInvitation(Invitation)), 'an invitation is checked by the former name');
  TakeProblem(Problem, Problems);
  Check((Problem.Status = Problems[0].Status) and (Problem.Field = 'pacient_jmeno'), 'and its problems have their former names');
  Same(Length(CheckInvitation('Jana Novakova', 'jana@example.cz', '', '1980', '2090-11-23 10:00', Fields)), 0, 'a typed invitation is checked, too');
  Same(VideoDoktorJsonText(Fields, '/pacient_narozen'), '1980', 'and its fields are told');
  TakeDiagnosis(Diagnosis, Step);
  Same(Diagnosis.Steps[0].Name, 'dns', 'a diagnosis by its former name');
end;

procedure TryRoutines;
const
  InCp1250: array[1..2] of Byte = ($F8, Ord('x')); { r with hacek }
var
  Json, Value: TVideoDoktorText;
  Bytes: TVideoDoktorBytes;
  Wide: WideString;
begin
  Same(BirthYear('805305/0016'), 1980, 'a year of birth by the former name');
  Json := JsonObject(['a', 'b', 'c', 'd']);
  Same(Json, VideoDoktorJsonObject(['a', 'b', 'c', 'd']), 'an object by the former name');
  Same(JsonText(Json, '/c'), 'd', 'a text of it');
  Same(JsonLength(Json, ''), 2, 'its length');
  Check(TryJsonText(Json, '/a', Value) and (Value = 'b') and not TryJsonText(Json, '/e', Value), 'a text that may be missing');
  Wide := WideString(WideChar($159)) + 'x';
  Check(WideFromText(TextFromWide(Wide)) = Wide, 'Unicode there and back by the former names');
  SetString(Bytes, PAnsiChar(@InCp1250), Length(InCp1250));
  Check(TextFromCp1250(Bytes) = TextFromWide(Wide), 'CP1250 by the former name');
  Check(SameBytes(Cp1250FromText(TextFromWide(Wide)), Bytes), 'and back');
end;

procedure TryFormerNames;
begin
  TryTypes;
  TryRoutines;
end;

end.
