{ The service called by TFPHTTPClient with OpenSSL and fpjson. Orders and answers as in ../c/main.c; and, for the binding and fpjson in turns, "ours N" and
  "theirs N", which list N times and answer the number of rows, and "same", whether both read the same texts.

  TLS: the chain is verified against the CA file; FPC 3.2.2 itself does not compare the host's name, so neither does this. }
program competitor;

{$mode objfpc}{$H+}

uses
  cthreads, SysUtils, Classes, Unix, Linux, UnixType, fphttpclient, opensslsockets, openssl, sslbase, sslsockets, ssockets, fpjson, jsonparser, httpprotocol,
  VideoDoktor;

const
  FieldNames: array[0..8] of string = ('meet_id', 'meet_url', 'meet_time', 'meet_time_imd', 'meet_active', 'pacient_jmeno', 'pacient_email',
    'pacient_telefon', 'pacient_narozen');

type
  TMeeting = array[0..8] of string;
  TMeetings = array of TMeeting;

  TCompetitor = class
  private
    FClient: TFPHTTPClient;
    procedure Secure(Sender: TObject; const UseSSL: Boolean; out Handler: TSocketHandler);
    function Post(const Path: string; const Form: array of string): TJSONData;
    function Token: string;
  public
    constructor Create;
    destructor Destroy; override;
    function List: TMeetings;
    procedure Add;
  end;

constructor TCompetitor.Create;
begin
  FClient := TFPHTTPClient.Create(nil);
  FClient.KeepConnection := True;
  FClient.ConnectTimeout := 15000;
  FClient.IOTimeout := 30000;
  FClient.OnGetSocketHandler := @Secure;
end;

destructor TCompetitor.Destroy;
begin
  FClient.Free;
  inherited;
end;

procedure TCompetitor.Secure(Sender: TObject; const UseSSL: Boolean; out Handler: TSocketHandler);
begin
  if not UseSSL then raise Exception.Create('not https://');
  Handler := TSSLSocketHandler.GetDefaultHandler;
  (Handler as TSSLSocketHandler).CertificateData.CertCA.FileName := ParamStr(2);
  (Handler as TSSLSocketHandler).VerifyPeerCert := True;
end;

{ Form: names and values by turns. }
function TCompetitor.Post(const Path: string; const Form: array of string): TJSONData;
var
  Text: string;
  At: Integer;
begin
  Text := '';
  At := 0;
  while At < High(Form) do
  begin
    if Text <> '' then Text := Text + '&';
    Text := Text + Form[At] + '=' + EncodeURLElement(Form[At + 1]);
    Inc(At, 2);
  end;
  Result := GetJSON(FClient.FormPost(ParamStr(1) + Path, Text));
end;

function TCompetitor.Token: string;
var
  Reply: TJSONData;
begin
  Reply := Post('/api_verify/', ['api_key', ParamStr(4), 'api_app_key', ParamStr(3)]);
  try
    Result := (Reply as TJSONObject).Strings['token'];
  finally
    Reply.Free;
  end;
end;

function TCompetitor.List: TMeetings;
var
  Reply: TJSONData;
  At, Field: Integer;
begin
  Reply := Post('/api_meet_list/', ['token', Token]);
  try
    SetLength(Result, Reply.Count);
    for At := 0 to Reply.Count - 1 do
      for Field := 0 to High(FieldNames) do
        Result[At][Field] := (Reply.Items[At] as TJSONObject).Find(FieldNames[Field]).AsString;
  finally
    Reply.Free;
  end;
end;

procedure TCompetitor.Add;
var
  Reply: TJSONData;
  Id, Url: string;
begin
  Reply := Post('/api_meet_add/', ['token', Token, 'pacient_jmeno', 'Jana Nováková', 'pacient_email', 'jana@example.cz',
    'pacient_telefon', '777123456', 'pacient_narozen', '1980', 'meet_start', '23.11.2030.10.00']);
  try
    Id := (Reply as TJSONObject).Strings['meet_id'];
    Url := (Reply as TJSONObject).Strings['meet_url'];
    if (Id = '') or (Pos('https://', Url) <> 1) then raise Exception.Create('no address of a call');
  finally
    Reply.Free;
  end;
end;

function Now: Int64;
var
  Time: TTimeSpec;
begin
  clock_gettime(CLOCK_MONOTONIC, @Time);
  Result := Int64(Time.tv_sec) * 1000000000 + Time.tv_nsec;
end;

function Repeated(Competitor: TCompetitor; const Act: string; Times: Integer): string;
var
  N, Count: Integer;
  Began: Int64;
  Took: string;
begin
  Took := '';
  Count := 1;
  for N := 1 to Times do
  begin
    Began := Now;
    if Act = 'list' then Count := Length(Competitor.List) else Competitor.Add;
    if N > 1 then Took := Took + ',';
    Took := Took + IntToStr(Now - Began);
  end;
  Result := Format('{"ns":[%s],"count":%d}', [Took, Count]);
end;

{ The binding's client, made when it is first asked for. }
function Binding: TVideoDoktorClient;
const
  Made: TVideoDoktorClient = nil;
var
  Options: TVideoDoktorOptions;
begin
  if Made = nil then
  begin
    LoadVideoDoktor(GetEnvironmentVariable('VIDEODOKTOR_LIBRARY'));
    Options := DefaultVideoDoktorOptions;
    Options.CaFile := ParamStr(2);
    Options.Proxy := 'none';
    Made := TVideoDoktorClient.Create(ParamStr(1), ParamStr(3), ParamStr(4), Options);
  end;
  Result := Made;
end;

function Listed(Competitor: TCompetitor; const Reader: string; Times: Integer): string;
var
  N, Rows: Integer;
begin
  Rows := 0;
  for N := 1 to Times do
    if Reader = 'ours' then Rows := Length(Binding.ListMeetings) else Rows := Length(Competitor.List);
  Result := Format('{"rows":%d}', [Rows]);
end;

function ReadTheSame(Competitor: TCompetitor): Boolean;
var
  Ours: TVideoDoktorMeetings;
  Theirs: TMeetings;
  At: Integer;
begin
  Ours := Binding.ListMeetings;
  Theirs := Competitor.List;
  Result := Length(Ours) = Length(Theirs);
  for At := 0 to High(Theirs) do
    Result := Result and (Ours[At].MeetId = Theirs[At][0]) and (Ours[At].MeetUrl = Theirs[At][1]) and (Ours[At].MeetTime = Theirs[At][2])
      and (Ours[At].PacientJmeno = Theirs[At][5]) and (Ours[At].PacientEmail = Theirs[At][6]) and (Ours[At].PacientTelefon = Theirs[At][7])
      and (Ours[At].PacientNarozen = Theirs[At][8]);
end;

{ The service's texts hold no sign that JSON would have escaped. }
function Shown(const Meetings: TMeetings): string;
var
  At, Field: Integer;
begin
  Result := '[';
  for At := 0 to High(Meetings) do
  begin
    if At > 0 then Result := Result + ',';
    Result := Result + '["' + Meetings[At][0];
    for Field := 1 to High(FieldNames) do Result := Result + '","' + Meetings[At][Field];
    Result := Result + '"]';
  end;
  Result := Result + ']';
end;

var
  Client: TCompetitor;
  Order, Act, Answer: string;
  Blank, Times: Integer;
begin
  DefaultSystemCodePage := CP_UTF8;
  SetTextCodePage(Output, CP_UTF8);
  Client := TCompetitor.Create;
  try
    while not EOF(Input) do
    begin
      ReadLn(Order);
      Blank := Pos(' ', Order);
      Act := Copy(Order, 1, Blank - 1);
      Times := StrToIntDef(Copy(Order, Blank + 1, MaxInt), 1);
      if Order = 'show' then
        Answer := Shown(Client.List)
      else if Order = 'same' then
        Answer := LowerCase(BoolToStr(ReadTheSame(Client), True))
      else if (Act = 'ours') or (Act = 'theirs') then
        Answer := Listed(Client, Act, Times)
      else
        Answer := Repeated(Client, Act, Times);
      WriteLn(Answer);
      Flush(Output);
    end;
  finally
    Client.Free;
  end;
end.
