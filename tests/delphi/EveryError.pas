{ Each kind of exception, raised by what raises it in a practice. }
unit EveryError;

{$IFDEF FPC} {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF} {$ENDIF}
{$H+}

interface

uses
  SysUtils, Classes, VideoDoktor, Checks, EveryCall;

procedure TryEveryError;

implementation

procedure VerifyFails(const Url, ApiKey: TVideoDoktorText; const Options: TVideoDoktorOptions; Wanted: EVideoDoktorClass; Status: Integer;
  const Sentence: TVideoDoktorText);
var
  Client: TVideoDoktorClient;
begin
  try
    Client := TVideoDoktorClient.Create(Url, 'sandbox-app-key', ApiKey, Options);
    try
      Client.Verify;
    finally
      Client.Free;
    end;
    Missed(Sentence);
  except
    on E: Exception do
      Kind(E, Wanted, Status, Sentence);
  end;
end;

procedure TryUsage;
var
  Options: TVideoDoktorOptions;
  {$IFNDEF UNICODE}
  Raw: UTF8String;
  {$ENDIF}
begin
  Options := SandboxOptions;
  VerifyFails(Setting('VD_HTTPS'), '', Options, EVideoDoktorUsage, VD_ERR_INVALID_ARGUMENT, 'an empty key');
  VerifyFails('ftp://example.cz', 'sandbox-practice-1', Options, EVideoDoktorUsage, VD_ERR_INVALID_ARGUMENT, 'an address that is none');
  VerifyFails('de' + #0 + 'mo', 'sandbox-practice-1', Options, EVideoDoktorUsage, VD_ERR_INVALID_ARGUMENT, 'a text with a NUL inside');
  Options.MoreJson := '"no_such_option":1';
  VerifyFails(Setting('VD_HTTPS'), 'sandbox-practice-1', Options, EVideoDoktorUsage, VD_ERR_INVALID_ARGUMENT, 'an option that does not exist');
  {$IFNDEF UNICODE}
  SetString(Raw, PAnsiChar('Ji' + #$F8 + #$ED), 4);
  try
    VideoDoktorBirthYear(Raw);
    Missed('CP1250 in the place of UTF-8');
  except
    on E: Exception do
      Kind(E, EVideoDoktorUsage, VD_ERR_INVALID_UTF8, 'CP1250 in the place of UTF-8');
  end;
  {$ENDIF}
  try
    VideoDoktorJsonText('{"a":1}', '/b');
    Missed('a value that is not there');
  except
    on E: Exception do
      Kind(E, EVideoDoktorUsage, VD_ERR_NOT_FOUND, 'a value that is not there');
  end;
end;

procedure TryNetwork;
var
  Untrusted: Integer;
  Options: TVideoDoktorOptions;
begin
  Options := SandboxOptions;
  Options.Retries := 0;
  VerifyFails('https://127.0.0.1:1', 'k', Options, EVideoDoktorNetwork, VD_ERR_CONNECT, 'nobody listens');
  VerifyFails('https://no-such-host.invalid', 'k', Options, EVideoDoktorNetwork, VD_ERR_DNS, 'a host that does not exist');
  Options.Proxy := 'http://127.0.0.1:1';
  VerifyFails(Setting('VD_HTTPS'), 'k', Options, EVideoDoktorNetwork, VD_ERR_PROXY, 'a proxy that is not there');
  Options := SandboxOptions;
  Options.CaFile := '';
  Options.TlsRoots := 'bundled';
  VerifyFails(Setting('VD_HTTPS'), 'k', Options, EVideoDoktorTls, VD_ERR_TLS_UNTRUSTED, 'an authority that nobody trusts, by Mozilla''s roots');
  Options.TlsRoots := 'system';
  Untrusted := VD_ERR_TLS_UNTRUSTED;
  {$IFDEF WINDOWS}
  Untrusted := VD_ERR_TLS; { Wine stumbles over the missing revocation data before it looks for the authority }
  {$ENDIF}
  VerifyFails(Setting('VD_HTTPS'), 'k', Options, EVideoDoktorTls, Untrusted, 'an authority that nobody trusts, by the system''s roots');
  Options := SandboxOptions;
  Options.TimeoutMs := 500;
  Options.Retries := 0;
  Control('POST /_control/faults {"path":"/api_verify/","delay_ms":3000}');
  VerifyFails(Setting('VD_HTTPS'), 'sandbox-practice-1', Options, EVideoDoktorNetwork, VD_ERR_TIMEOUT, 'a service that does not answer in time');
  Control('DELETE /_control/faults');
end;

procedure ListFails(const Fault: TVideoDoktorText; Wanted: EVideoDoktorClass; Status: Integer; const Sentence: TVideoDoktorText);
var
  Client: TVideoDoktorClient;
  Options: TVideoDoktorOptions;
begin
  Control('POST /_control/faults ' + Fault);
  Options := SandboxOptions;
  Options.Retries := 0;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', Options);
  try
    try
      Client.ListMeetings;
      Missed(Sentence);
    except
      on E: Exception do
        Kind(E, Wanted, Status, Sentence);
    end;
  finally
    Client.Free;
    Control('DELETE /_control/faults');
  end;
end;

procedure TryReplies;
begin
  ListFails('{"path":"/api_meet_list/","status":502,"times":9}', EVideoDoktorReply, VD_ERR_HTTP, 'an error page');
  ListFails('{"path":"/api_meet_list/","status":200,"body":{"text":"<html>Login</html>"},"times":9}', EVideoDoktorReply, VD_ERR_BAD_REPLY, 'a login page');
  ListFails('{"path":"/api_meet_list/","redirect":"https://example.cz/","times":9}', EVideoDoktorReply, VD_ERR_REDIRECT, 'a redirect');
  ListFails('{"path":"/api_meet_list/","body":{"huge":33554433},"times":9}', EVideoDoktorReply, VD_ERR_TOO_LARGE, 'a reply past the limit');
  ListFails('{"path":"/api_meet_list/","cut_before_acting":true,"times":9}', EVideoDoktorNetwork, VD_ERR_NETWORK, 'a connection that breaks');
end;

procedure FieldIsRefused(Client: TVideoDoktorClient; const Invitation: TVideoDoktorInvitation; Status: Integer;
  const Code, Field, Sentence: TVideoDoktorText);
begin
  try
    Client.AddMeeting(Invitation);
    Missed(Sentence);
  except
    on E: EVideoDoktor do
    begin
      Kind(E, EVideoDoktorRejected, Status, Sentence);
      Check((E.Source = 'client') and (E.Field = Field) and (E.Code = Code), 'is refused by its field before anything is sent');
    end;
  end;
end;

procedure TryRejections;
var
  Client: TVideoDoktorClient;
  Created: TVideoDoktorMeetingCreated;
  Invitation: TVideoDoktorInvitation;
begin
  VerifyFails(Setting('VD_HTTPS'), 'nobodys-key', SandboxOptions, EVideoDoktorRejected, VD_X002_API_KEY, 'a key that the service does not know');
  Client := SandboxClient;
  try
    Invitation := Jana(EncodeDate(2030, 12, 6) + EncodeTime(8, 30, 0, 0));
    Created := Client.AddMeeting(Invitation);
    try
      Client.AddMeeting(Invitation);
      Missed('a start that is taken');
    except
      on E: EVideoDoktor do
      begin
        Kind(E, EVideoDoktorRejected, VD_X024_START_TAKEN, 'a start that is taken');
        Check((E.ExistingMeetId = Created.MeetId) and E.ExistingIsSamePatient, 'with the invitation that holds it');
        Check(Pos(Created.MeetId, TVideoDoktorText(E.Message) + E.Text + E.Detail) = 0, 'which opens a call and so stands in no text that may be logged');
        Check((E.Message <> '') and (E.Source = 'server') and (E.StatusName = 'VD_X024_START_TAKEN') and not E.Retryable, 'and all that a program may want to know');
      end;
    end;
    Invitation.PacientEmail := 'x023@sandbox.example';
    Invitation.MeetStart := Invitation.MeetStart + 1;
    try
      Client.AddMeeting(Invitation);
      Missed('a start that is overloaded');
    except
      on E: Exception do
        Kind(E, EVideoDoktorRejected, VD_X023_START_OVERLOADED, 'a start that is overloaded');
    end;
    Invitation.PacientEmail := 'nobody';
    FieldIsRefused(Client, Invitation, VD_X011_EMAIL, 'X011', 'pacient_email', 'an address that is none');
    Invitation.PacientJmeno := '';
    FieldIsRefused(Client, Invitation, VD_X010_NAME, 'X010', 'pacient_jmeno', 'a name that was not filled in');
  finally
    Client.Free;
  end;
end;

procedure TryUnknownOutcome;
var
  Client: TVideoDoktorClient;
  Options: TVideoDoktorOptions;
begin
  Options := SandboxOptions;
  Options.TimeoutMs := 2500;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', Options);
  try
    Control('POST /_control/faults {"path":"/api_meet_add/","cut_reply_after":0}');
    Control('POST /_control/faults {"path":"/api_meet_list/","status":502,"times":100}');
    try
      Client.AddMeeting(Jana(EncodeDate(2030, 12, 8) + EncodeTime(8, 30, 0, 0)));
      Missed('nobody can tell whether the patient was invited');
    except
      on E: Exception do
      begin
        Kind(E, EVideoDoktorOutcomeUnknown, VD_ERR_OUTCOME_UNKNOWN, 'nobody can tell whether the patient was invited');
        Check((E as EVideoDoktor).MayHaveActed, 'so it may have been');
      end;
    end;
  finally
    Control('DELETE /_control/faults');
    Client.Free;
  end;
end;

type
  { Interrupts once the call has reached the sandbox. }
  TInterrupter = class(TThread)
  private
    FClient: TVideoDoktorClient;
    FPath: TVideoDoktorText;
    FFrees: Boolean;
  protected
    procedure Execute; override;
  public
    constructor Create(Client: TVideoDoktorClient; const Path: TVideoDoktorText; Frees: Boolean);
  end;

constructor TInterrupter.Create(Client: TVideoDoktorClient; const Path: TVideoDoktorText; Frees: Boolean);
begin
  FPath := Path;
  FClient := Client;
  FFrees := Frees;
  inherited Create(False);
end;

procedure TInterrupter.Execute;
begin
  Control('WAIT ' + FPath);
  if FFrees then
    FClient.Free
  else
    FClient.Interrupt;
end;

procedure TryCancelling(Frees: Boolean; const Sentence: TVideoDoktorText);
var
  Client: TVideoDoktorClient;
  Interrupter: TInterrupter;
  Began: TDateTime;
begin
  Client := SandboxClient;
  Control('POST /_control/faults {"path":"/api_meet_list/","delay_ms":8000,"times":5}');
  Began := Now;
  Interrupter := TInterrupter.Create(Client, '/api_meet_list/', Frees);
  try
    try
      Client.ListMeetings;
      Missed(Sentence);
    except
      on E: Exception do
        Kind(E, EVideoDoktorCancelled, VD_ERR_CANCELLED, Sentence);
    end;
    Check((Now - Began) * 86400 < 5, Sentence + ', long before its answer would have come');
    Interrupter.WaitFor;
  finally
    Interrupter.Free;
    Control('DELETE /_control/faults');
    if not Frees then
    begin
      Check(Length(Client.ListMeetings) >= 0, 'and later calls work');
      Client.Free;
    end;
  end;
end;

{ A change that runs out of time: with its request on the way, or before that. Each on a day of its own: an invitation whose
  outcome is unknown keeps it unknown for the same one. }
procedure TryTimeOut(const Path: TVideoDoktorText; Day: Word; MayHaveActed: Boolean; const Sentence: TVideoDoktorText);
var
  Client: TVideoDoktorClient;
  Options: TVideoDoktorOptions;
begin
  Options := SandboxOptions;
  Options.TimeoutMs := 1500;
  Options.Retries := 0;
  Options.PrefetchTokens := 0;
  Client := TVideoDoktorClient.Create(Setting('VD_HTTPS'), 'sandbox-app-key', 'sandbox-practice-1', Options);
  try
    Control('POST /_control/faults {"path":"' + Path + '","delay_ms":5000,"carried_out":false,"times":9}');
    try
      Client.AddMeeting(Jana(EncodeDate(2030, 12, Day) + EncodeTime(8, 30, 0, 0)));
      Missed(Sentence);
    except
      on E: EVideoDoktor do
        if MayHaveActed then
          Check(E.MayHaveActed and (E.Status in [VD_ERR_TIMEOUT, VD_ERR_OUTCOME_UNKNOWN]), Sentence)
        else
          Check(not E.MayHaveActed and (E.Status = VD_ERR_TIMEOUT), Sentence);
    end;
  finally
    Control('DELETE /_control/faults');
    Client.Free;
  end;
end;

{ A change that is interrupted while its request is on the way. }
procedure TryInterruptedChange;
var
  Client: TVideoDoktorClient;
  Interrupter: TInterrupter;
begin
  Client := SandboxClient;
  Control('POST /_control/faults {"path":"/api_meet_remove/","delay_ms":8000,"carried_out":false}');
  Interrupter := TInterrupter.Create(Client, '/api_meet_remove/', False);
  try
    try
      Client.RemoveMeeting('another-call');
      Missed('a removal that is interrupted');
    except
      on E: EVideoDoktor do
      begin
        Kind(E, EVideoDoktorCancelled, VD_ERR_CANCELLED, 'a removal that is interrupted');
        Check(E.MayHaveActed, 'may have been carried out');
      end;
    end;
    Interrupter.WaitFor;
  finally
    Interrupter.Free;
    Control('DELETE /_control/faults');
    Client.Free;
  end;
end;

procedure TryEveryError;
begin
  TryUsage;
  TryNetwork;
  TryReplies;
  TryRejections;
  TryUnknownOutcome;
  TryTimeOut('/api_meet_add/', 19, True, 'an invitation without an answer may have been carried out');
  TryTimeOut('/api_verify/', 20, False, 'one that waited for its token was not');
  TryInterruptedChange;
  TryCancelling(False, 'a call that is interrupted');
  TryCancelling(True, 'a call whose client is freed');
end;

end.
