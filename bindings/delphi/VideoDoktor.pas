/// <summary>
///   Invites patients to video calls on VideoDoktor.cz: the Delphi side of videodoktor.dll.
/// </summary>
/// <remarks>
///   One plain unit, for Delphi 7 to 12 and Free Pascal, Win32, Win64 and Linux; no package is needed. The library is loaded when it is first
///   used, never by the program's start, so a program without the DLL starts and can say what is missing.
///
///   Text is TVideoDoktorText. From Delphi 2009 on that is an ordinary string. Before, it is a UTF8String, and a string of the form is turned
///   into it by name: VideoDoktorTextFromCp1250(Edit1.Text). Nothing passes through the system's code page silently: text that is not UTF-8 is
///   refused.
///
///   Every global name holds VideoDoktor or begins with VD_, so that it meets no other unit's; the values of TVideoDoktorRequestKind begin with
///   rk. Names of version 1.0 that held neither (TInvitation, BirthYear, JsonText) are deprecated aliases, at the end of the interface.
///
///   Any thread may call any method of a client at any time. Dates and times are Czech wall-clock time, whatever zone the PC is set to.
/// </remarks>
unit VideoDoktor;

{$IFDEF FPC}
  {$IFDEF UNICODE} {$MODE DELPHIUNICODE} {$ELSE} {$MODE DELPHI} {$ENDIF}
  {$IFDEF CPUX86_64} {$ASMMODE INTEL} {$ENDIF}
  {$IFDEF CPUI386} {$ASMMODE INTEL} {$ENDIF}
{$ENDIF}
{ as the source is written, whatever the project's options are }
{$B-}{$X+}{$T-}{$H+}{$ALIGN 8}{$MINENUMSIZE 4}

{$IFDEF MSWINDOWS} {$DEFINE VIDEODOKTOR_WINDOWS} {$ENDIF}
{$IFDEF WINDOWS}   {$DEFINE VIDEODOKTOR_WINDOWS} {$ENDIF}

{$IFDEF FPC}
  {$DEFINE VIDEODOKTOR_RAWBYTES}
  {$DEFINE VIDEODOKTOR_HINT_TEXTS}
  {$WARN 3018 OFF} { a constructor that is not public: the one for requests is nobody else's }
  {$IFDEF CPUI386}   {$DEFINE VIDEODOKTOR_X87} {$ENDIF}
  {$IFDEF CPUX86_64} {$DEFINE VIDEODOKTOR_SSE} {$ENDIF}
{$ELSE}
  {$IFDEF UNICODE} {$DEFINE VIDEODOKTOR_RAWBYTES} {$DEFINE VIDEODOKTOR_HINT_TEXTS} {$ENDIF}
  { its own assembler; Delphi for Linux is of LLVM and has none (E1025) }
  {$IFDEF MSWINDOWS}
    {$IFDEF CPUX64} {$DEFINE VIDEODOKTOR_SSE} {$ENDIF}
    {$IFDEF CPU386} {$DEFINE VIDEODOKTOR_X87} {$ENDIF}
  {$ENDIF}
{$ENDIF}

interface

uses
  SysUtils, Classes, SyncObjs;

{ C++Builder: the header that it generates from this unit takes the statuses from the C header, where they are macros. }
{$HPPEMIT '#include "videodoktor.h"'}

const
  VIDEODOKTOR_ABI = 1;
  {$IFDEF VIDEODOKTOR_WINDOWS}
  VIDEODOKTOR_LIBRARY = 'videodoktor.dll';
  {$ELSE}
  VIDEODOKTOR_LIBRARY = 'libvideodoktor.so';
  {$ENDIF}

  { Statuses: 0 is success, 1000 + n the service's code X0nn. A number never changes its meaning. }
  {$EXTERNALSYM VD_OK}
  VD_OK = 0;
  {$EXTERNALSYM VD_ERR_NULL_POINTER}
  VD_ERR_NULL_POINTER = 1;
  {$EXTERNALSYM VD_ERR_INVALID_UTF8}
  VD_ERR_INVALID_UTF8 = 2;
  {$EXTERNALSYM VD_ERR_INVALID_HANDLE}
  VD_ERR_INVALID_HANDLE = 3;
  {$EXTERNALSYM VD_ERR_INVALID_ARGUMENT}
  VD_ERR_INVALID_ARGUMENT = 4;
  {$EXTERNALSYM VD_ERR_CANCELLED}
  VD_ERR_CANCELLED = 5;
  {$EXTERNALSYM VD_ERR_DNS}
  VD_ERR_DNS = 20;
  {$EXTERNALSYM VD_ERR_CONNECT}
  VD_ERR_CONNECT = 21;
  {$EXTERNALSYM VD_ERR_TLS}
  VD_ERR_TLS = 22;
  {$EXTERNALSYM VD_ERR_PROXY}
  VD_ERR_PROXY = 23;
  {$EXTERNALSYM VD_ERR_TIMEOUT}
  VD_ERR_TIMEOUT = 24;
  {$EXTERNALSYM VD_ERR_NETWORK}
  VD_ERR_NETWORK = 25;
  {$EXTERNALSYM VD_ERR_TLS_UNTRUSTED}
  VD_ERR_TLS_UNTRUSTED = 26;
  {$EXTERNALSYM VD_ERR_PROXY_AUTH}
  VD_ERR_PROXY_AUTH = 27;
  {$EXTERNALSYM VD_ERR_HTTP}
  VD_ERR_HTTP = 40;
  {$EXTERNALSYM VD_ERR_BAD_REPLY}
  VD_ERR_BAD_REPLY = 41;
  {$EXTERNALSYM VD_ERR_REDIRECT}
  VD_ERR_REDIRECT = 42;
  {$EXTERNALSYM VD_ERR_TOO_LARGE}
  VD_ERR_TOO_LARGE = 43;
  {$EXTERNALSYM VD_ERR_OUTCOME_UNKNOWN}
  VD_ERR_OUTCOME_UNKNOWN = 50;
  {$EXTERNALSYM VD_ERR_OLD_REMAINS}
  VD_ERR_OLD_REMAINS = 51;
  {$EXTERNALSYM VD_ERR_FILE}
  VD_ERR_FILE = 60;
  {$EXTERNALSYM VD_ERR_NOT_FOUND}
  VD_ERR_NOT_FOUND = 61;
  {$EXTERNALSYM VD_ERR_REPORT_NOT_READY}
  VD_ERR_REPORT_NOT_READY = 62;
  {$EXTERNALSYM VD_ERR_INTERNAL}
  VD_ERR_INTERNAL = 99;
  {$EXTERNALSYM VD_X000_RATE_LIMIT}
  VD_X000_RATE_LIMIT = 1000;
  {$EXTERNALSYM VD_X001_APP_KEY}
  VD_X001_APP_KEY = 1001;
  {$EXTERNALSYM VD_X002_API_KEY}
  VD_X002_API_KEY = 1002;
  {$EXTERNALSYM VD_X003_TOKEN}
  VD_X003_TOKEN = 1003;
  {$EXTERNALSYM VD_X004_MEET_ID}
  VD_X004_MEET_ID = 1004;
  {$EXTERNALSYM VD_X005_SYSTEM}
  VD_X005_SYSTEM = 1005;
  {$EXTERNALSYM VD_X010_NAME}
  VD_X010_NAME = 1010;
  {$EXTERNALSYM VD_X011_EMAIL}
  VD_X011_EMAIL = 1011;
  {$EXTERNALSYM VD_X012_PHONE}
  VD_X012_PHONE = 1012;
  {$EXTERNALSYM VD_X013_CONTACT}
  VD_X013_CONTACT = 1013;
  {$EXTERNALSYM VD_X014_BIRTH_YEAR}
  VD_X014_BIRTH_YEAR = 1014;
  {$EXTERNALSYM VD_X020_START}
  VD_X020_START = 1020;
  {$EXTERNALSYM VD_X021_START_PAST}
  VD_X021_START_PAST = 1021;
  {$EXTERNALSYM VD_X022_START_OUTAGE}
  VD_X022_START_OUTAGE = 1022;
  {$EXTERNALSYM VD_X023_START_OVERLOADED}
  VD_X023_START_OVERLOADED = 1023;
  {$EXTERNALSYM VD_X024_START_TAKEN}
  VD_X024_START_TAKEN = 1024;

type
  {$IFDEF UNICODE}
  TVideoDoktorText = string;
  {$ELSE}
  /// <summary>UTF-8. Before Delphi 2009 the compiler does not check this: convert with VideoDoktorTextFromCp1250, VideoDoktorTextFromWide.</summary>
  TVideoDoktorText = UTF8String;
  {$ENDIF}
  {$IFDEF VIDEODOKTOR_RAWBYTES}
  TVideoDoktorBytes = RawByteString;
  {$ELSE}
  TVideoDoktorBytes = AnsiString;
  {$ENDIF}

  TVideoDoktorTexts = array of TVideoDoktorText;

  /// <summary>Whom to invite, and when.</summary>
  TVideoDoktorInvitation = record
    /// <summary>6 to 64 characters.</summary>
    PacientJmeno: TVideoDoktorText;
    /// <summary>An address, a Czech mobile number, or both: one of the two is required.</summary>
    PacientEmail: TVideoDoktorText;
    PacientTelefon: TVideoDoktorText;
    /// <summary>Year of birth, four digits; VideoDoktorBirthYear reads it from a birth number.</summary>
    PacientNarozen: Integer;
    /// <summary>Czech wall-clock time, rounded to the second; what is left of the minute is dropped.</summary>
    MeetStart: TDateTime;
  end;

  /// <summary>What the service answered to an invitation.</summary>
  TVideoDoktorMeetingCreated = record
    MeetId: TVideoDoktorText;
    MeetUrl: TVideoDoktorText;
    /// <summary>The answer was lost on the way and the invitation was then found in the list.</summary>
    Reconciled: Boolean;
    /// <summary>Reconciled, and the list held several invitations of this patient at this start: the MeetId of each; MeetId is the first. Else empty.</summary>
    Duplicates: TVideoDoktorTexts;
  end;

  /// <summary>One video call in the practice's list.</summary>
  TVideoDoktorMeeting = record
    MeetId: TVideoDoktorText;
    MeetUrl: TVideoDoktorText;
    /// <summary>Czech wall-clock time; 0 if the service sent none that can be read (MeetTime holds what it sent).</summary>
    MeetStart: TDateTime;
    MeetTime: TVideoDoktorText;
    MeetActive: Boolean;
    PacientJmeno: TVideoDoktorText;
    PacientEmail: TVideoDoktorText;
    PacientTelefon: TVideoDoktorText;
    PacientNarozen: TVideoDoktorText;
    /// <summary>The whole meeting as JSON, with any field that the service adds for your program: read it with VideoDoktorJsonText.</summary>
    Json: TVideoDoktorText;
  end;
  TVideoDoktorMeetings = array of TVideoDoktorMeeting;

  /// <summary>What came of a move.</summary>
  TVideoDoktorMeetingMoved = record
    /// <summary>Of the new call: note both in the place of the old ones.</summary>
    MeetId: TVideoDoktorText;
    MeetUrl: TVideoDoktorText;
    OldMeetId: TVideoDoktorText;
    /// <summary>False: the call starts then already, and nothing was sent.</summary>
    Moved: Boolean;
    /// <summary>Somebody else has cancelled or moved the old call meanwhile: look into the list.</summary>
    OldWasGone: Boolean;
    /// <summary>The new call was found in the list: after a lost answer, or of an earlier move that broke off.</summary>
    Reconciled: Boolean;
    /// <summary>As those of TVideoDoktorMeetingCreated.</summary>
    Duplicates: TVideoDoktorTexts;
  end;

  /// <summary>A video call that differs between two lists.</summary>
  TVideoDoktorMeetingChange = record
    Before: TVideoDoktorMeeting;
    After: TVideoDoktorMeeting;
    /// <summary>Names of the fields that differ, such as meet_active.</summary>
    Fields: TVideoDoktorTexts;
  end;

  /// <summary>What is different between two lists.</summary>
  TVideoDoktorMeetingChanges = record
    Added: TVideoDoktorMeetings;
    Removed: TVideoDoktorMeetings;
    Changed: array of TVideoDoktorMeetingChange;
    /// <summary>Calls that are the same in both lists, and rows without a meet_id.</summary>
    Unchanged: Integer;
    Skipped: Integer;
  end;

  /// <summary>One thing that is wrong with an invitation.</summary>
  TVideoDoktorInvitationProblem = record
    Status: Integer;
    /// <summary>Which field, by the service's name: pacient_email.</summary>
    Field: TVideoDoktorText;
    /// <summary>For the person at the screen, in Czech.</summary>
    Message: TVideoDoktorText;
  end;
  TVideoDoktorInvitationProblems = array of TVideoDoktorInvitationProblem;

  /// <summary>One step on the way to the service.</summary>
  TVideoDoktorDiagnosisStep = record
    Name: TVideoDoktorText;
    Ok: Boolean;
    Milliseconds: Integer;
    Detail: TVideoDoktorText;
  end;

  /// <summary>What a support desk asks for. The first step that failed is the last one.</summary>
  TVideoDoktorDiagnosis = record
    Status: Integer;
    Ok: Boolean;
    Steps: array of TVideoDoktorDiagnosisStep;
    Json: TVideoDoktorText;
  end;

  /// <summary>Settings of a client. Begin with DefaultVideoDoktorOptions, then change what differs.</summary>
  TVideoDoktorOptions = record
    TimeoutMs: Integer;
    ConnectTimeoutMs: Integer;
    Retries: Integer;
    PrefetchTokens: Integer;
    /// <summary>Language of messages: cs or en.</summary>
    Lang: TVideoDoktorText;
    /// <summary>system, none, http://user:password@host:port or socks5://...</summary>
    Proxy: TVideoDoktorText;
    /// <summary>How to log in to a proxy that asks for it: auto, basic, negotiate, ntlm (Windows) or none.</summary>
    ProxyAuth: TVideoDoktorText;
    /// <summary>system, or bundled where a third party's module breaks the system's store.</summary>
    TlsRoots: TVideoDoktorText;
    /// <summary>A PEM file with further trusted roots, such as that of an antivirus that inspects TLS.</summary>
    CaFile: TVideoDoktorText;
    /// <summary>Name and version of your program.</summary>
    UserAgent: TVideoDoktorText;
    /// <summary>Further members of the options object, as JSON without the braces: "validate":"server"</summary>
    MoreJson: TVideoDoktorText;
  end;

  /// <summary>Any error that the library reported. The classes below tell the kinds apart.</summary>
  EVideoDoktor = class(Exception)
  private
    FStatus: Integer;
    FStatusName: TVideoDoktorText;
    FCode: TVideoDoktorText;
    FField: TVideoDoktorText;
    FSource: TVideoDoktorText;
    FText: TVideoDoktorText;
    FDetail: TVideoDoktorText;
    FRetryable: Boolean;
    FHttpStatus: Integer;
    FAttempts: Integer;
    FExistingMeetId: TVideoDoktorText;
    FExistingIsSamePatient: Boolean;
    FMayHaveActed: Boolean;
    FMovedMeetId: TVideoDoktorText;
    FMovedMeetUrl: TVideoDoktorText;
    function Copied: EVideoDoktor;
  public
    /// <summary>One of the VD_ constants.</summary>
    property Status: Integer read FStatus;
    property StatusName: TVideoDoktorText read FStatusName;
    /// <summary>The service's code, X011; empty if the error is not the service's.</summary>
    property Code: TVideoDoktorText read FCode;
    /// <summary>The field that is wrong, by the service's name; empty if none is.</summary>
    property Field: TVideoDoktorText read FField;
    /// <summary>client (nothing was sent), server or network.</summary>
    property Source: TVideoDoktorText read FSource;
    /// <summary>What Message says, in full Unicode: what happened and what to do, for the person at the screen.</summary>
    property Text: TVideoDoktorText read FText;
    /// <summary>For your log, in English. Holds no patient's data.</summary>
    property Detail: TVideoDoktorText read FDetail;
    /// <summary>The same call may succeed a little later.</summary>
    property Retryable: Boolean read FRetryable;
    /// <summary>0 if there was no HTTP answer.</summary>
    property HttpStatus: Integer read FHttpStatus;
    property Attempts: Integer read FAttempts;
    /// <summary>VD_X024_START_TAKEN and VD_ERR_OUTCOME_UNKNOWN: the invitation that holds the start; empty if none was found.</summary>
    /// <remarks>A meet_id opens the patient's call, so it is here and in no text: keep it out of logs.</remarks>
    property ExistingMeetId: TVideoDoktorText read FExistingMeetId;
    /// <summary>It is this very patient's: most often your program invited before and did not note it down.</summary>
    property ExistingIsSamePatient: Boolean read FExistingIsSamePatient;
    /// <summary>The service may have carried out the invitation or removal though the call failed: look into the list before you try again.</summary>
    /// <remarks>True for VD_ERR_OUTCOME_UNKNOWN and VD_ERR_OLD_REMAINS; for VD_ERR_CANCELLED and VD_ERR_TIMEOUT if the request had left this machine.</remarks>
    property MayHaveActed: Boolean read FMayHaveActed;
    /// <summary>VD_ERR_OLD_REMAINS: the new call, which is made. Note it, and keep both out of logs: they open the patient's call.</summary>
    property MovedMeetId: TVideoDoktorText read FMovedMeetId;
    property MovedMeetUrl: TVideoDoktorText read FMovedMeetUrl;
  end;
  EVideoDoktorClass = class of EVideoDoktor;

  /// <summary>The library cannot be used: not found, of the wrong bitness, too old or too new. Message lists what was tried.</summary>
  EVideoDoktorLoad = class(EVideoDoktor);
  /// <summary>The program passed something that it should not have: NULL, text that is not UTF-8, a bad key or option. Detail names it.</summary>
  EVideoDoktorUsage = class(EVideoDoktor);
  /// <summary>Interrupted, or the client was freed meanwhile.</summary>
  EVideoDoktorCancelled = class(EVideoDoktor);
  /// <summary>The way to the service failed: name, connection, proxy, time-out.</summary>
  EVideoDoktorNetwork = class(EVideoDoktor);
  /// <summary>TLS failed or the certificate is not trusted; most often an antivirus or a company's proxy inspects the connection.</summary>
  EVideoDoktorTls = class(EVideoDoktorNetwork);
  /// <summary>The service answered what makes no sense.</summary>
  EVideoDoktorReply = class(EVideoDoktor);
  /// <summary>The patient may have been invited (or the call removed) and nobody can tell. Look into the list before you try again.</summary>
  EVideoDoktorOutcomeUnknown = class(EVideoDoktor);
  /// <summary>A move has made the new call (MovedMeetId), and the old one may still be there. The same move may be made again.</summary>
  EVideoDoktorOldRemains = class(EVideoDoktorOutcomeUnknown);
  /// <summary>The report, or the picture of a QR code, cannot be written.</summary>
  EVideoDoktorFile = class(EVideoDoktor);
  /// <summary>A bug of the library, caught.</summary>
  EVideoDoktorInternal = class(EVideoDoktor);
  /// <summary>The service refuses, or would refuse: see Code and Field.</summary>
  EVideoDoktorRejected = class(EVideoDoktor);
  /// <summary>The report is not there yet: it comes on the day after the call at the earliest. Do not try again today.</summary>
  EVideoDoktorReportNotReady = class(EVideoDoktorRejected);

  TVideoDoktorClient = class;
  TVideoDoktorRequest = class;

  /// <summary>Called in the main thread when an asynchronous call has ended.</summary>
  TVideoDoktorDone = procedure(Request: TVideoDoktorRequest) of object;
  /// <summary>Level: 1 error, 2 warning, 3 information, 4 debugging. Called in the thread that makes the call, in several at once.</summary>
  /// <remarks>To show a message, send it to the form with PostMessage or TThread.Queue. Never Synchronize: it waits for the main thread, which may be
  ///   waiting for this event, as SetVideoDoktorLog and the program's end do.</remarks>
  TVideoDoktorLogEvent = procedure(Level: Integer; const Message: TVideoDoktorText) of object;

  TVideoDoktorRequestKind = (rkVerify, rkAdd, rkList, rkDetail, rkRemove, rkExport, rkExportSave, rkDiagnose, rkMove, rkChanges);

  /// <summary>A call that runs while the form stays alive. It frees itself after OnDone.</summary>
  TVideoDoktorRequest = class(TThread)
  private
    FClient: TVideoDoktorClient;
    FKind: TVideoDoktorRequestKind;
    FOnDone: TVideoDoktorDone;
    FInvitation: TVideoDoktorInvitation;
    FMeetId: TVideoDoktorText;
    FPath: TVideoDoktorText;
    FTag: TObject;
    FError: EVideoDoktor;
    FCreated: TVideoDoktorMeetingCreated;
    FMeeting: TVideoDoktorMeeting;
    FMeetings: TVideoDoktorMeetings;
    FExportUrl: TVideoDoktorText;
    FSavedBytes: Int64;
    FContentType: TVideoDoktorText;
    FReconciled: Boolean;
    FMoved: TVideoDoktorMeetingMoved;
    FDiagnosis: TVideoDoktorDiagnosis;
    FKnown: TVideoDoktorMeetings;
    FChanges: TVideoDoktorMeetingChanges;
    FDelayMs: LongWord;
    FWoken: TEvent; { of ListChangesAsync; nil otherwise }
    procedure Wait;
    procedure Call;
    procedure Deliver;
    function IsAwaited: Boolean;
  protected
    procedure Execute; override;
  public
    class function NewInstance: TObject; override;
    procedure FreeInstance; override;
    destructor Destroy; override;
    /// <summary>The call failed: Error says how. Otherwise the property that belongs to the call holds its result.</summary>
    function Failed: Boolean;
    /// <summary>Raises the error, if there was one.</summary>
    procedure Check;
    /// <summary>ListChangesAsync: the delay is over at once. Call it before OnDone has come, in the main thread.</summary>
    procedure Wake;
    property Kind: TVideoDoktorRequestKind read FKind;
    property Error: EVideoDoktor read FError;
    property Invitation: TVideoDoktorInvitation read FInvitation;
    property MeetId: TVideoDoktorText read FMeetId;
    property Path: TVideoDoktorText read FPath;
    property Created: TVideoDoktorMeetingCreated read FCreated;
    property Meeting: TVideoDoktorMeeting read FMeeting;
    property Meetings: TVideoDoktorMeetings read FMeetings;
    property ExportUrl: TVideoDoktorText read FExportUrl;
    /// <summary>SaveExportAsync: the size of the file, and what the service called its content, such as application/pdf.</summary>
    property SavedBytes: Int64 read FSavedBytes;
    property ContentType: TVideoDoktorText read FContentType;
    property Reconciled: Boolean read FReconciled;
    /// <summary>MoveMeetingAsync: MeetId of the request is the old call's.</summary>
    property Moved: TVideoDoktorMeetingMoved read FMoved;
    property Diagnosis: TVideoDoktorDiagnosis read FDiagnosis;
    /// <summary>ListChangesAsync: what is different; Meetings holds the list.</summary>
    property Changes: TVideoDoktorMeetingChanges read FChanges;
    /// <summary>Yours: what the call is about.</summary>
    property Tag: TObject read FTag write FTag;
  end;

  /// <summary>One practice at the service. Methods wait for the answer; those that end in Async do not.</summary>
  /// <example><code>
  ///   Client := TVideoDoktorClient.Create('demo', AppKey, PracticeKey);
  ///   try
  ///     Created := Client.AddMeeting(VideoDoktorInvitation('Jana Novakova', 'jana@example.cz', '', 1980, Start));
  ///   finally
  ///     Client.Free;
  ///   end;
  /// </code></example>
  TVideoDoktorClient = class(TObject)
  private
    FHandle: Pointer;
    FOwnsHandle: Boolean;
    constructor CreateFor(Owner: TVideoDoktorClient);
    procedure ReadReply(Status: Integer; var Reply: PAnsiChar);
    function NewRequest(Kind: TVideoDoktorRequestKind; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
  public
    /// <summary>Checks keys and options for form; nothing is sent. AppUrl: the label (demo) or the https:// address that the vendor gave you.</summary>
    constructor Create(const AppUrl, ApiAppKey, ApiKey: TVideoDoktorText); overload;
    constructor Create(const AppUrl, ApiAppKey, ApiKey: TVideoDoktorText; const Options: TVideoDoktorOptions); overload;
    /// <summary>Calls under way end with EVideoDoktorCancelled. The OnDone of asynchronous ones is not called any more, so a form may free its client and close.</summary>
    destructor Destroy; override;

    /// <summary>Raises EVideoDoktorRejected if a key is not good.</summary>
    procedure Verify;
    /// <summary>The service's clock (Czech time), and by how many seconds it is ahead of this PC.</summary>
    function ServerTime(out ClockSkewSeconds: Integer): TDateTime; overload;
    function ServerTime: TDateTime; overload;
    /// <summary>Creates the call; the service e-mails the patient and the practice. Never invites twice, whatever the network does.</summary>
    function AddMeeting(const Invitation: TVideoDoktorInvitation): TVideoDoktorMeetingCreated;
    function ListMeetings: TVideoDoktorMeetings;
    function GetMeeting(const MeetId: TVideoDoktorText): TVideoDoktorMeeting;
    /// <summary>Removes the call; patient and practice are told. True if the answer was lost and the call was then found to be gone.</summary>
    function RemoveMeeting(const MeetId: TVideoDoktorText): Boolean;
    /// <summary>Moves the call: makes a new one at MeetStart, then removes the old one. The patient gets an invitation and a cancellation.</summary>
    /// <remarks>Raises EVideoDoktorOldRemains if the new call is made and the old one may still be there. EVideoDoktorOutcomeUnknown: nobody can tell
    ///   whether the new one was made, and the old one stands.</remarks>
    function MoveMeeting(const MeetId: TVideoDoktorText; MeetStart: TDateTime): TVideoDoktorMeetingMoved; overload;
    /// <summary>The same with other fields of the patient; an empty one, and the year 0, take the old call's value.</summary>
    function MoveMeeting(const MeetId: TVideoDoktorText; const Invitation: TVideoDoktorInvitation): TVideoDoktorMeetingMoved; overload;
    /// <summary>Address of the report; there is one from the day after the call.</summary>
    function ExportUrl(const MeetId: TVideoDoktorText): TVideoDoktorText;
    /// <summary>Saves the report. The file appears whole or not at all. Returns its size in bytes.</summary>
    function SaveExport(const MeetId, Path: TVideoDoktorText): Int64; overload;
    /// <summary>The same; ContentType is what the service called it, such as application/pdf: text/html is a page and no report. Empty if it named none.</summary>
    function SaveExport(const MeetId, Path: TVideoDoktorText; out ContentType: TVideoDoktorText): Int64; overload;
    /// <summary>A call that the vendor added for your program: the name begins with api_; FieldsJson is an object, or empty.</summary>
    /// <remarks>VideoDoktorJsonObject makes an object of texts.</remarks>
    function Call(const CallName: TVideoDoktorText; const FieldsJson: TVideoDoktorText): TVideoDoktorText;
    /// <summary>Tries the way to the service step by step. A failed step is a result, not an exception.</summary>
    function Diagnose: TVideoDoktorDiagnosis;
    /// <summary>Every call now under way on this client ends with EVideoDoktorCancelled within a tenth of a second.</summary>
    procedure Interrupt;
    /// <summary>A call will follow soon, as when a form was opened or one of its fields was left: connects and fetches a token in the background, and keeps
    ///   both at hand for 2 minutes, so that the call takes one round trip. Returns at once; what cannot be got ahead is no error.</summary>
    procedure Prepare;

    function VerifyAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function AddMeetingAsync(const Invitation: TVideoDoktorInvitation; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function ListMeetingsAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function GetMeetingAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function RemoveMeetingAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function MoveMeetingAsync(const MeetId: TVideoDoktorText; const Invitation: TVideoDoktorInvitation;
      OnDone: TVideoDoktorDone): TVideoDoktorRequest; overload;
    function MoveMeetingAsync(const MeetId: TVideoDoktorText; MeetStart: TDateTime; OnDone: TVideoDoktorDone): TVideoDoktorRequest; overload;
    function ExportUrlAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function SaveExportAsync(const MeetId, Path: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    function DiagnoseAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
    /// <summary>Waits DelayMs, lists, and compares with the list Known, all in the background: a step of TVideoDoktorWatcher, which is what programs use.</summary>
    /// <remarks>Freeing the client ends the wait as it ends a call.</remarks>
    function ListChangesAsync(const Known: TVideoDoktorMeetings; DelayMs: LongWord; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
  end;

/// <summary>Loads the library: FileName, or the first that is found. Calling it is optional; the first use does it.</summary>
/// <remarks>On Windows it is looked for beside the module that holds this unit (the program, a plug-in DLL or a package), then in that folder's
///   subfolder x86 or x64, then in the same way beside the program. PATH and the current folder are not searched: an old or foreign DLL there must
///   not answer. A relative FileName is one of the current folder. Nothing ever unloads the library.</remarks>
procedure LoadVideoDoktor(const FileName: TVideoDoktorText = '');
function VideoDoktorLoaded: Boolean;
/// <summary>The file that was loaded.</summary>
function VideoDoktorFileName: TVideoDoktorText;
/// <summary>The library's version: 1.1.0</summary>
function VideoDoktorVersion: TVideoDoktorText;

function DefaultVideoDoktorOptions: TVideoDoktorOptions;
function VideoDoktorInvitation(const PacientJmeno, PacientEmail, PacientTelefon: TVideoDoktorText; PacientNarozen: Integer;
  MeetStart: TDateTime): TVideoDoktorInvitation;
/// <summary>Everything that is wrong with the invitation, without the network; empty if nothing is.</summary>
function VideoDoktorCheckInvitation(const Invitation: TVideoDoktorInvitation): TVideoDoktorInvitationProblems; overload;
/// <summary>The same of what a person typed. If nothing is wrong, FieldsJson holds the fields as they would be sent: {"pacient_jmeno":...}</summary>
function VideoDoktorCheckInvitation(const PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: TVideoDoktorText;
  out FieldsJson: TVideoDoktorText): TVideoDoktorInvitationProblems; overload;
/// <summary>A start as the texts of an invitation hold it: 2030-11-23 10:00. Rounded to the second, then the seconds are dropped; '' for a date that no calendar has.</summary>
function VideoDoktorStartText(MeetStart: TDateTime): TVideoDoktorText;
/// <summary>What is different between two lists of ListMeetings. A patient who opens the call is a change of meet_active.</summary>
/// <remarks>The service may leave past calls out of its list: a removed row need not be a cancelled call.</remarks>
function VideoDoktorMeetingChanges(const Before, After: TVideoDoktorMeetings): TVideoDoktorMeetingChanges; overload;
/// <summary>The same of lists that the program has kept as JSON: arrays of the Json of each meeting. BeforeJson '': there was no list.</summary>
function VideoDoktorMeetingChanges(const BeforeJson, AfterJson: TVideoDoktorText): TVideoDoktorMeetingChanges; overload;
/// <summary>A call as iCalendar text for a .ics file or an e-mail.</summary>
/// <remarks>MeetingJson: Json of a TVideoDoktorMeeting; OptionsJson: those of vd_meet_ics, or empty. The text is UTF-8 when it is saved: in the Unicode versions encode it. It holds the address of the patient's call.</remarks>
function VideoDoktorMeetingCalendar(const MeetingJson: TVideoDoktorText; const OptionsJson: TVideoDoktorText = ''): TVideoDoktorText;
/// <summary>Draws a text, such as MeetUrl, as a QR code into a file that ends in .bmp (for TImage), .png or .svg. Pixels: width and height, 64 to 4096.</summary>
procedure VideoDoktorSaveQrCode(const Text, Path: TVideoDoktorText; Pixels: Integer);
/// <summary>The same as an SVG drawing, for a web page or a report.</summary>
function VideoDoktorQrCodeSvg(const Text: TVideoDoktorText; Pixels: Integer): TVideoDoktorText;
/// <summary>The year of birth in a Czech birth number, with or without a slash.</summary>
function VideoDoktorBirthYear(const RodneCislo: TVideoDoktorText): Integer;

function VideoDoktorStatusName(Status: Integer): TVideoDoktorText;
/// <summary>Lang: cs or en.</summary>
function VideoDoktorStatusText(Status: Integer; const Lang: TVideoDoktorText = 'cs'): TVideoDoktorText;

/// <summary>Ends every asynchronous call and waits until its thread has ended, at most a second; False if one has not. No OnDone is called.</summary>
/// <remarks>A program's end does this by itself. A plug-in DLL calls it before it is unloaded, in the thread that loaded it.</remarks>
function EndVideoDoktorRequests: Boolean;

/// <summary>The library's log, for the whole process; nil switches it off. Once this returns the old event runs no more.</summary>
/// <remarks>While it waits for old events that are running, it does in the main thread what other threads want to have synchronized, at most a second.
///   Raises EVideoDoktorUsage with VD_ERR_TIMEOUT if one has not returned after two more: then the log is off and nothing new reaches the old event.
///   Keep its object and call this again.</remarks>
procedure SetVideoDoktorLog(Event: TVideoDoktorLogEvent; MaxLevel: Integer = 3);

/// <summary>The value at an RFC 6901 pointer: /0/meet_id. A string unquoted, any other value as JSON.</summary>
function VideoDoktorJsonText(const Json, Pointer: TVideoDoktorText): TVideoDoktorText;
/// <summary>False if nothing is there.</summary>
function VideoDoktorTryJsonText(const Json, Pointer: TVideoDoktorText; out Value: TVideoDoktorText): Boolean;
/// <summary>Length of the array or object there.</summary>
function VideoDoktorJsonLength(const Json, Pointer: TVideoDoktorText): Integer;
/// <summary>An object of texts: VideoDoktorJsonObject(['meet_id', Id, 'poznamka', Note])</summary>
function VideoDoktorJsonObject(const NamesAndValues: array of TVideoDoktorText): TVideoDoktorText;

/// <summary>From the Windows code page of Czech programs. The five bytes that it leaves unused become U+FFFD.</summary>
function VideoDoktorTextFromCp1250(const Bytes: TVideoDoktorBytes): TVideoDoktorText;
/// <summary>What the code page lacks becomes a question mark.</summary>
function VideoDoktorCp1250FromText(const Text: TVideoDoktorText): TVideoDoktorBytes;
function VideoDoktorTextFromWide(const Text: WideString): TVideoDoktorText;
function VideoDoktorWideFromText(const Text: TVideoDoktorText): WideString;

{ Names of version 1.0 that may meet another unit's. They mean the same as before. Before Delphi 2009 `deprecated` takes no text, and stands at
  routines only. }

type
  TInvitation = TVideoDoktorInvitation {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorInvitation' {$ENDIF};
  TMeetingCreated = TVideoDoktorMeetingCreated {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorMeetingCreated' {$ENDIF};
  TVideoMeeting = TVideoDoktorMeeting {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorMeeting' {$ENDIF};
  TVideoMeetings = TVideoDoktorMeetings {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorMeetings' {$ENDIF};
  TInvitationProblem = TVideoDoktorInvitationProblem {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorInvitationProblem' {$ENDIF};
  TInvitationProblems = TVideoDoktorInvitationProblems {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorInvitationProblems' {$ENDIF};
  TDiagnosisStep = TVideoDoktorDiagnosisStep {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorDiagnosisStep' {$ENDIF};
  TDiagnosis = TVideoDoktorDiagnosis {$IFDEF VIDEODOKTOR_HINT_TEXTS} deprecated 'use TVideoDoktorDiagnosis' {$ENDIF};

function CheckInvitation(const Invitation: TVideoDoktorInvitation): TVideoDoktorInvitationProblems; overload;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorCheckInvitation' {$ENDIF};
function CheckInvitation(const PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: TVideoDoktorText;
  out FieldsJson: TVideoDoktorText): TVideoDoktorInvitationProblems; overload;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorCheckInvitation' {$ENDIF};
function BirthYear(const RodneCislo: TVideoDoktorText): Integer; deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorBirthYear' {$ENDIF};
function JsonText(const Json, Pointer: TVideoDoktorText): TVideoDoktorText;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorJsonText' {$ENDIF};
function TryJsonText(const Json, Pointer: TVideoDoktorText; out Value: TVideoDoktorText): Boolean;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorTryJsonText' {$ENDIF};
function JsonLength(const Json, Pointer: TVideoDoktorText): Integer; deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorJsonLength' {$ENDIF};
function JsonObject(const NamesAndValues: array of TVideoDoktorText): TVideoDoktorText;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorJsonObject' {$ENDIF};
function TextFromCp1250(const Bytes: TVideoDoktorBytes): TVideoDoktorText;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorTextFromCp1250' {$ENDIF};
function Cp1250FromText(const Text: TVideoDoktorText): TVideoDoktorBytes;
  deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorCp1250FromText' {$ENDIF};
function TextFromWide(const Text: WideString): TVideoDoktorText; deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorTextFromWide' {$ENDIF};
function WideFromText(const Text: TVideoDoktorText): WideString; deprecated {$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorWideFromText' {$ENDIF};

implementation

{$IFDEF VIDEODOKTOR_WINDOWS}
uses
  Windows;
{$ELSE}
  {$IFDEF FPC}
uses
  dynlibs;
  {$ENDIF}
{$ENDIF}

{ The C ABI, in the order of Names below. }

type
  { What SysUtils and Classes take: in Free Pascal's Unicode mode they still speak AnsiString. }
  TRtlString = {$IFDEF FPC} AnsiString {$ELSE} string {$ENDIF};
  TPlaces = array of TVideoDoktorText;

  TLogFunction = procedure(Level: LongInt; Message: PAnsiChar; UserData: Pointer); cdecl;

  TApi = record
    vd_abi_version: function: LongWord; cdecl;
    vd_version: function: PAnsiChar; cdecl;
    vd_status_name: function(Status: LongInt): PAnsiChar; cdecl;
    vd_status_text: function(Status: LongInt; Lang: PAnsiChar): PAnsiChar; cdecl;
    vd_client_new: function(AppUrl, ApiAppKey, ApiKey, OptionsJson: PAnsiChar; var Client: Pointer; var Json: PAnsiChar): LongInt; cdecl;
    vd_client_free: function(Client: Pointer): LongInt; cdecl;
    vd_client_interrupt: function(Client: Pointer): LongInt; cdecl;
    vd_client_prepare: function(Client: Pointer): LongInt; cdecl;
    vd_verify: function(Client: Pointer; var Json: PAnsiChar): LongInt; cdecl;
    vd_time: function(Client: Pointer; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_add: function(Client: Pointer; PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: PAnsiChar;
      var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_list: function(Client: Pointer; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_detail: function(Client: Pointer; MeetId: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_remove: function(Client: Pointer; MeetId: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_export: function(Client: Pointer; MeetId: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_export_save: function(Client: Pointer; MeetId, Path: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_call: function(Client: Pointer; CallName, FieldsJson: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_diagnose: function(Client: Pointer; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_move: function(Client: Pointer; MeetId, PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: PAnsiChar;
      var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_changes: function(BeforeJson, AfterJson: PAnsiChar; var Json: PAnsiChar): LongInt; cdecl;
    vd_meet_ics: function(MeetingJson, OptionsJson: PAnsiChar; var Text: PAnsiChar): LongInt; cdecl;
    vd_qr: function(Text, Path: PAnsiChar; Pixels: LongInt; var Json: PAnsiChar): LongInt; cdecl;
    vd_check_invitation: function(PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: PAnsiChar;
      var Json: PAnsiChar): LongInt; cdecl;
    vd_birth_year: function(RodneCislo: PAnsiChar; var Year: LongInt): LongInt; cdecl;
    vd_string_free: function(Text: PAnsiChar): LongInt; cdecl;
    vd_json_get: function(Json, Pointer: PAnsiChar; var Text: PAnsiChar): LongInt; cdecl;
    vd_json_length: function(Json, Pointer: PAnsiChar; var Length: LongInt): LongInt; cdecl;
    vd_set_log: function(Callback: TLogFunction; UserData: Pointer; MaxLevel: LongInt): LongInt; cdecl;
  end;

const
  Names: array[0..27] of PAnsiChar = (
    'vd_abi_version', 'vd_version', 'vd_status_name', 'vd_status_text', 'vd_client_new', 'vd_client_free', 'vd_client_interrupt',
    'vd_client_prepare',
    'vd_verify', 'vd_time', 'vd_meet_add', 'vd_meet_list', 'vd_meet_detail', 'vd_meet_remove', 'vd_meet_export', 'vd_meet_export_save',
    'vd_call', 'vd_diagnose', 'vd_meet_move', 'vd_meet_changes', 'vd_meet_ics', 'vd_qr', 'vd_check_invitation', 'vd_birth_year', 'vd_string_free', 'vd_json_get', 'vd_json_length', 'vd_set_log');

type
  TEntryPoints = array[0..27] of Pointer;
  PEntryPoints = ^TEntryPoints;

var
  Api: TApi;
  Loaded: Boolean;
  LoadedFrom: TVideoDoktorText;
  LogEvent: TVideoDoktorLogEvent;
  { Threads that are in a log event. }
  RunningLogEvents: Integer;
  { Locks that every version has in Classes; of LoadLock and LogLock the lists themselves are not used. LogLock guards the two above. }
  LoadLock, LogLock: TThreadList;
  { The requests whose OnDone is still to come; its lock guards LiveRequests, too. }
  Requests: TThreadList;
  { Requests that are not freed yet. }
  LiveRequests: Integer;
  IsEnding: Boolean;

threadvar
  IsInLogEvent: Boolean;

function IsMainThread: Boolean;
begin
  {$IFDEF FPC}
  Result := GetCurrentThreadId = MainThreadID;
  {$ELSE} {$IFDEF VIDEODOKTOR_WINDOWS}
  Result := GetCurrentThreadId = MainThreadID;
  {$ELSE}
  Result := TThread.CurrentThread.ThreadID = MainThreadID;
  {$ENDIF} {$ENDIF}
end;

{ Text. Inside, text is UTF-8 and nothing else. }

function TextFromBytes(P: PAnsiChar): TVideoDoktorText;
var
  {$IFDEF UNICODE}
  Bytes: RawByteString;
  {$ENDIF}
  Length: Integer;
begin
  Result := '';
  if P = nil then
    Exit;
  Length := 0;
  while P[Length] <> #0 do
    Inc(Length);
  {$IFDEF UNICODE}
  SetString(Bytes, P, Length);
    {$IFDEF FPC}
  Result := UTF8Decode(Bytes);
    {$ELSE}
  Result := UTF8ToUnicodeString(Bytes);
    {$ENDIF}
  {$ELSE}
  SetString(Result, P, Length);
    {$IFDEF FPC}
  SetCodePage(RawByteString(Result), CP_UTF8, False);
    {$ENDIF}
  {$ENDIF}
end;

function UsageError(Status: Integer; const Text: TVideoDoktorText): EVideoDoktorUsage; forward;

function Utf8(const Text: TVideoDoktorText): UTF8String;
begin
  if Pos(#0, Text) > 0 then
    raise UsageError(VD_ERR_INVALID_ARGUMENT, 'A text that was passed to VideoDoktor holds a NUL character.');
  {$IFDEF FPC}
    {$IFDEF UNICODE}
  Result := UTF8Encode(Text); { a cast would need a string manager, which a program on Linux has only if it asks for one }
    {$ELSE}
  Result := Text;
    {$ENDIF}
  {$ELSE}
  Result := UTF8String(Text);
  {$ENDIF}
end;

{$IFNDEF UNICODE}
  {$IFDEF VIDEODOKTOR_WINDOWS}
    { Up to Delphi 2007 UTF8Encode writes a letter beyond U+FFFF as two of three bytes each, and UTF8Decode gives up a text that holds one. }
    {$DEFINE VIDEODOKTOR_WINDOWS_UTF8}
  {$ENDIF}
{$ENDIF}

function VideoDoktorTextFromWide(const Text: WideString): TVideoDoktorText;
{$IFDEF VIDEODOKTOR_WINDOWS_UTF8}
var
  Size: Integer;
begin
  Result := '';
  if Text = '' then
    Exit;
  Size := WideCharToMultiByte(CP_UTF8, 0, PWideChar(Text), Length(Text), nil, 0, nil, nil);
  SetLength(Result, Size);
  WideCharToMultiByte(CP_UTF8, 0, PWideChar(Text), Length(Text), PAnsiChar(Result), Size, nil, nil);
end;
{$ELSE}
begin
  {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := UTF8Encode(Text);
  {$ENDIF}
end;
{$ENDIF}

function VideoDoktorWideFromText(const Text: TVideoDoktorText): WideString;
{$IFDEF VIDEODOKTOR_WINDOWS_UTF8}
var
  Size: Integer;
begin
  Result := '';
  if Text = '' then
    Exit;
  Size := MultiByteToWideChar(CP_UTF8, 0, PAnsiChar(Text), Length(Text), nil, 0);
  SetLength(Result, Size);
  MultiByteToWideChar(CP_UTF8, 0, PAnsiChar(Text), Length(Text), PWideChar(Result), Size);
end;
{$ELSE}
begin
  {$IFDEF UNICODE}
  Result := Text;
  {$ELSE}
  Result := UTF8Decode(Text);
  {$ENDIF}
end;
{$ENDIF}

{ What Exception.Message and the controls of the form take: before Unicode, the code page of the system. }
function ForScreen(const Text: TVideoDoktorText): TRtlString;
begin
  {$IFDEF FPC}
  Result := '';
  { marked as UTF-8, which Lazarus shows; the code page of a console may lack letters }
    {$IFDEF UNICODE}
  RawByteString(Result) := UTF8Encode(Text);
    {$ELSE}
  RawByteString(Result) := Text;
    {$ENDIF}
  {$ELSE}
    {$IFDEF UNICODE}
  Result := Text;
    {$ELSE}
  Result := VideoDoktorWideFromText(Text);
    {$ENDIF}
  {$ENDIF}
end;

const
  { Windows-1250, 128 to 255. }
  Cp1250: array[$80..$FF] of Word = (
    $20AC, $FFFD, $201A, $FFFD, $201E, $2026, $2020, $2021, $FFFD, $2030, $0160, $2039, $015A, $0164, $017D, $0179,
    $FFFD, $2018, $2019, $201C, $201D, $2022, $2013, $2014, $FFFD, $2122, $0161, $203A, $015B, $0165, $017E, $017A,
    $00A0, $02C7, $02D8, $0141, $00A4, $0104, $00A6, $00A7, $00A8, $00A9, $015E, $00AB, $00AC, $00AD, $00AE, $017B,
    $00B0, $00B1, $02DB, $0142, $00B4, $00B5, $00B6, $00B7, $00B8, $0105, $015F, $00BB, $013D, $02DD, $013E, $017C,
    $0154, $00C1, $00C2, $0102, $00C4, $0139, $0106, $00C7, $010C, $00C9, $0118, $00CB, $011A, $00CD, $00CE, $010E,
    $0110, $0143, $0147, $00D3, $00D4, $0150, $00D6, $00D7, $0158, $016E, $00DA, $0170, $00DC, $00DD, $0162, $00DF,
    $0155, $00E1, $00E2, $0103, $00E4, $013A, $0107, $00E7, $010D, $00E9, $0119, $00EB, $011B, $00ED, $00EE, $010F,
    $0111, $0144, $0148, $00F3, $00F4, $0151, $00F6, $00F7, $0159, $016F, $00FA, $0171, $00FC, $00FD, $0163, $02D9);

function VideoDoktorTextFromCp1250(const Bytes: TVideoDoktorBytes): TVideoDoktorText;
var
  Wide: WideString;
  I: Integer;
begin
  SetLength(Wide, Length(Bytes));
  for I := 1 to Length(Bytes) do
    if Ord(Bytes[I]) < $80 then
      Wide[I] := WideChar(Ord(Bytes[I]))
    else
      Wide[I] := WideChar(Cp1250[Ord(Bytes[I])]);
  Result := VideoDoktorTextFromWide(Wide);
end;

function VideoDoktorCp1250FromText(const Text: TVideoDoktorText): TVideoDoktorBytes;
var
  Wide: WideString;
  I, Code, Size: Integer;
begin
  Wide := VideoDoktorWideFromText(Text);
  Result := '';
  SetLength(Result, Length(Wide));
  Size := 0;
  for I := 1 to Length(Wide) do
  begin
    if (Ord(Wide[I]) >= $DC00) and (Ord(Wide[I]) < $E000) then
      Continue; { the second half of one letter }
    Inc(Size);
    Result[Size] := '?';
    if Ord(Wide[I]) < $80 then
      Result[Size] := AnsiChar(Ord(Wide[I]))
    else
      for Code := $80 to $FF do
        if (Cp1250[Code] = Ord(Wide[I])) and (Cp1250[Code] <> $FFFD) then
          Result[Size] := AnsiChar(Code);
  end;
  SetLength(Result, Size);
  {$IFDEF VIDEODOKTOR_RAWBYTES}
  SetCodePage(Result, 1250, False);
  {$ENDIF}
end;

{ Loading }

{$IFDEF VIDEODOKTOR_X87}
  {$DEFINE VIDEODOKTOR_FLOAT_STATE}
{$ENDIF}
{$IFDEF VIDEODOKTOR_SSE}
  {$DEFINE VIDEODOKTOR_FLOAT_STATE}
{$ENDIF}

{$IFDEF VIDEODOKTOR_FLOAT_STATE}
type
  TFloatState = record
    ControlWord, Unused: Word;
    Mxcsr: LongWord;
  end;

{ The run-time library's own functions would write the global default of all threads. }
procedure KeepFloatState(var State: TFloatState); {$IFDEF FPC} assembler; nostackframe; {$ENDIF}
asm
  {$IFDEF VIDEODOKTOR_X87}
  fnstcw word ptr [eax]
  stmxcsr dword ptr [eax + 4]
  {$ELSE} {$IFDEF VIDEODOKTOR_WINDOWS}
  fnstcw word ptr [rcx]
  stmxcsr dword ptr [rcx + 4]
  {$ELSE}
  fnstcw word ptr [rdi]
  stmxcsr dword ptr [rdi + 4]
  {$ENDIF} {$ENDIF}
end;

procedure RestoreFloatState(var State: TFloatState); {$IFDEF FPC} assembler; nostackframe; {$ENDIF}
asm
  fnclex
  {$IFDEF VIDEODOKTOR_X87}
  fldcw word ptr [eax]
  ldmxcsr dword ptr [eax + 4]
  {$ELSE} {$IFDEF VIDEODOKTOR_WINDOWS}
  fldcw word ptr [rcx]
  ldmxcsr dword ptr [rcx + 4]
  {$ELSE}
  fldcw word ptr [rdi]
  ldmxcsr dword ptr [rdi + 4]
  {$ENDIF} {$ENDIF}
end;
{$ENDIF}

const
  NeededBits = SizeOf(Pointer) * 8;

{$IFDEF VIDEODOKTOR_WINDOWS}
type
  TLibraryHandle = HMODULE;

{ By name, because the declarations differ between versions. }
function LoadLibraryExWide(FileName: PWideChar; Reserved: THandle; Flags: LongWord): HMODULE; stdcall; external 'kernel32.dll' name 'LoadLibraryExW';
function ModuleFileName(Module: HMODULE; Buffer: PWideChar; Size: LongWord): LongWord; stdcall; external 'kernel32.dll' name 'GetModuleFileNameW';
function OpenFileWide(FileName: PWideChar; Access, Share: LongWord; Security: Pointer; Disposition, Flags: LongWord; Template: THandle): THandle;
  stdcall; external 'kernel32.dll' name 'CreateFileW';

function FullPathWide(FileName: PWideChar; Size: LongWord; Buffer: PWideChar; FilePart: Pointer): LongWord; stdcall;
  external 'kernel32.dll' name 'GetFullPathNameW';

{ Of a module of this process; of the program if it is 0. }
function FolderOf(Module: HMODULE): WideString;
var
  Buffer: array[0..32768] of WideChar;
  Length: Integer;
begin
  Length := ModuleFileName(Module, @Buffer[0], 32768);
  while (Length > 0) and (Buffer[Length - 1] <> '\') do
    Dec(Length);
  Buffer[Length] := #0;
  Result := PWideChar(@Buffer[0]);
end;

{ A path that is not relative: LoadLibrary would look for a relative one in the program's folder, the current one and PATH. }
function FullPath(const FileName: TVideoDoktorText): TVideoDoktorText;
var
  Buffer: array[0..32768] of WideChar;
  Length: LongWord;
begin
  Length := FullPathWide(PWideChar(VideoDoktorWideFromText(FileName)), 32768, @Buffer[0], nil);
  if (Length = 0) or (Length >= 32768) then
    Result := FileName
  else
    Result := VideoDoktorTextFromWide(PWideChar(@Buffer[0]));
end;

function IsSameFile(const A, B: TVideoDoktorText): Boolean;
begin
  Result := WideCompareText(VideoDoktorWideFromText(A), VideoDoktorWideFromText(B)) = 0;
end;

function DefaultPlaces: TPlaces;
const
  Folder: array[Boolean] of TVideoDoktorText = ('x86\', 'x64\');

  procedure AddFolder(const Beside: TVideoDoktorText);
  begin
    if (Length(Result) > 0) and (Result[0] = Beside + VIDEODOKTOR_LIBRARY) then
      Exit;
    SetLength(Result, Length(Result) + 2);
    Result[High(Result) - 1] := Beside + VIDEODOKTOR_LIBRARY;
    Result[High(Result)] := Beside + Folder[NeededBits = 64] + VIDEODOKTOR_LIBRARY;
  end;

begin
  Result := nil;
  { a plug-in finds the library beside itself; in a program with run-time packages this unit is in a package, which may lie elsewhere }
  AddFolder(VideoDoktorTextFromWide(FolderOf(HInstance)));
  AddFolder(VideoDoktorTextFromWide(FolderOf(0)));
end;

function OpenForReading(const FileName: TVideoDoktorText): THandle;
begin
  Result := OpenFileWide(PWideChar(VideoDoktorWideFromText(FileName)), GENERIC_READ, FILE_SHARE_READ or FILE_SHARE_WRITE, nil, OPEN_EXISTING, 0, 0);
end;

function OpenLibrary(const FileName: TVideoDoktorText; out Why: TVideoDoktorText): TLibraryHandle;
const
  SEARCH_ITS_FOLDER_AND_SYSTEM = $100 or $800; { LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32 }
  ALTERED_SEARCH_PATH = 8;
  PARAMETER_IS_WRONG = 87; { Windows 7 without its update of 2011 }
var
  Name: WideString;
  Mode, Code: LongWord;
begin
  Name := VideoDoktorWideFromText(FileName);
  Code := 0;
  Mode := SetErrorMode(SEM_FAILCRITICALERRORS or SEM_NOOPENFILEERRORBOX); { no message box of the system's }
  try
    Result := LoadLibraryExWide(PWideChar(Name), 0, SEARCH_ITS_FOLDER_AND_SYSTEM);
    if Result = 0 then
      Code := GetLastError;
    if Code = PARAMETER_IS_WRONG then
    begin
      Result := LoadLibraryExWide(PWideChar(Name), 0, ALTERED_SEARCH_PATH);
      if Result = 0 then
        Code := GetLastError;
    end;
  finally
    SetErrorMode(Mode);
  end;
  if Result = 0 then
    Why := VideoDoktorTextFromWide(WideString(SysErrorMessage(Code)) + WideString(Format(' (Windows error %d)', [Code])));
end;

function EntryPoint(Lib: TLibraryHandle; Name: PAnsiChar): Pointer;
begin
  Result := GetProcAddress(Lib, Name);
end;

procedure CloseLibrary(Lib: TLibraryHandle);
begin
  FreeLibrary(Lib);
end;
{$ELSE}
type
  TLibraryHandle = {$IFDEF FPC} TLibHandle {$ELSE} HMODULE {$ENDIF};

{ A name without a folder is one of the system's folders, as dlopen takes it. }
function FullPath(const FileName: TVideoDoktorText): TVideoDoktorText;
begin
  Result := FileName;
end;

function IsSameFile(const A, B: TVideoDoktorText): Boolean;
begin
  Result := A = B;
end;

function DefaultPlaces: TPlaces;
begin
  Result := nil;
  SetLength(Result, 2);
  Result[0] := TVideoDoktorText(ExtractFilePath(ParamStr(0))) + VIDEODOKTOR_LIBRARY;
  Result[1] := VIDEODOKTOR_LIBRARY; { the system's folders, LD_LIBRARY_PATH and the program's RPATH }
end;

function OpenForReading(const FileName: TVideoDoktorText): THandle;
begin
  Result := THandle(FileOpen(TRtlString(FileName), fmOpenRead or fmShareDenyNone));
end;

function OpenLibrary(const FileName: TVideoDoktorText; out Why: TVideoDoktorText): TLibraryHandle;
begin
  {$IFDEF FPC}
  Result := dynlibs.LoadLibrary(RawByteString(Utf8(FileName)));
  if Result = NilHandle then
    Why := TVideoDoktorText(GetLoadErrorStr);
  {$ELSE}
  Result := LoadLibrary(PChar(FileName));
  if Result = 0 then
    Why := SysErrorMessage(GetLastError);
  {$ENDIF}
end;

function EntryPoint(Lib: TLibraryHandle; Name: PAnsiChar): Pointer;
begin
  {$IFDEF FPC}
  Result := GetProcedureAddress(Lib, RawByteString(Name));
  {$ELSE}
  Result := GetProcAddress(Lib, PChar(string(Name)));
  {$ENDIF}
end;

procedure CloseLibrary(Lib: TLibraryHandle);
begin
  {$IFDEF FPC} UnloadLibrary(Lib); {$ELSE} FreeLibrary(Lib); {$ENDIF}
end;
{$ENDIF}

{ What is at the path, if it is not a library that this program can load; empty if nothing speaks against it. }
function WrongFile(const FileName: TVideoDoktorText): TVideoDoktorText;
var
  Handle: THandle;
  Head: array[0..1023] of Byte;
  Size, Pe, Bits: Integer;
begin
  Result := '';
  Handle := OpenForReading(FileName);
  if Handle = THandle(-1) then
  begin
    Result := 'not there';
    Exit;
  end;
  try
    Size := FileRead(Handle, Head, SizeOf(Head));
  finally
    FileClose(Handle);
  end;
  Bits := 0;
  if (Size >= 64) and (Head[0] = Ord('M')) and (Head[1] = Ord('Z')) then
  begin
    Pe := Head[$3C] + Head[$3D] shl 8;
    if (Pe + 6 <= Size) and (Head[Pe] = Ord('P')) and (Head[Pe + 1] = Ord('E')) then
      case Head[Pe + 4] + Head[Pe + 5] shl 8 of
        $014C: Bits := 32;
        $8664, $AA64: Bits := 64;
      end;
  end
  else if (Size >= 64) and (Head[0] = $7F) and (Head[1] = Ord('E')) and (Head[2] = Ord('L')) and (Head[3] = Ord('F')) then
    Bits := Head[4] * 32;
  if Bits = 0 then
    Result := 'the file is not a library'
  else if Bits <> NeededBits then
    Result := TVideoDoktorText(Format('the library is %d-bit, this program is %d-bit', [Bits, NeededBits]));
end;

const
  MADE_FOR = '1.1.0'; { the version of the library whose functions are bound here }

{ The whole library or nothing: an entry that is missing would otherwise be found by a doctor. }
function BindAll(Lib: TLibraryHandle; out Found: TApi): TVideoDoktorText;
var
  Entries: PEntryPoints;
  I: Integer;
  Missing, Version: TVideoDoktorText;
  Abi: LongWord;
begin
  Result := '';
  Missing := '';
  Assert(SizeOf(Found) = SizeOf(TEntryPoints), 'Names and TApi differ');
  Entries := PEntryPoints(@Found);
  for I := 0 to High(Names) do
  begin
    Entries^[I] := EntryPoint(Lib, Names[I]);
    if Entries^[I] = nil then
    begin
      if Missing <> '' then
        Missing := Missing + ',';
      Missing := Missing + ' ' + TVideoDoktorText(AnsiString(Names[I]));
    end;
  end;
  if Assigned(Found.vd_abi_version) and Assigned(Found.vd_version) then
  begin
    Abi := Found.vd_abi_version;
    Version := TextFromBytes(Found.vd_version);
    if Abi < VIDEODOKTOR_ABI then
      Result := TVideoDoktorText(Format('the library is too old: version %s with ABI %d, needed is ABI %d', [TRtlString(Version), Abi, VIDEODOKTOR_ABI]))
    else if Abi > VIDEODOKTOR_ABI then
      Result := TVideoDoktorText(Format('the library is too new: version %s with ABI %d, this program knows ABI %d', [TRtlString(Version), Abi, VIDEODOKTOR_ABI]))
    else if Missing <> '' then
      Result := 'the library is version ' + Version + ', this program was made for version ' + MADE_FOR + ' or a later one: it lacks' + Missing;
  end
  else
    Result := 'a foreign library, it lacks' + Missing;
end;

function TryToLoad(const FileName: TVideoDoktorText; out Why: TVideoDoktorText): Boolean;
var
  Lib: TLibraryHandle;
  Found: TApi;
  Wrong: TVideoDoktorText;
  {$IFDEF VIDEODOKTOR_FLOAT_STATE}
  Kept: TFloatState;
  {$ENDIF}
begin
  Result := False;
  { Whatever else comes into the process with the library (an antivirus, say) must not change how the program calculates. }
  {$IFDEF VIDEODOKTOR_FLOAT_STATE}
  KeepFloatState(Kept);
  {$ENDIF}
  Lib := OpenLibrary(FileName, Why);
  {$IFDEF VIDEODOKTOR_FLOAT_STATE}
  RestoreFloatState(Kept);
  {$ENDIF}
  if Lib = 0 then
  begin
    Wrong := WrongFile(FileName);
    if Wrong <> '' then
      Why := Wrong + '. ' + Why;
    Exit;
  end;
  Why := BindAll(Lib, Found);
  if Why <> '' then
  begin
    CloseLibrary(Lib);
    Exit;
  end;
  Api := Found;
  LoadedFrom := FileName;
  Result := True;
end;

procedure RaiseLoadError(const Text: TVideoDoktorText);
var
  Error: EVideoDoktorLoad;
begin
  Error := EVideoDoktorLoad.Create(ForScreen(Text));
  Error.FText := Text;
  Error.FDetail := Text;
  Error.FSource := 'client';
  Error.FStatus := VD_ERR_NOT_FOUND;
  raise Error;
end;

procedure LoadFrom(const Places: TPlaces);
var
  { "Knihovnu VideoDoktor se nepodarilo nacist. Predejte prosim tento text dodavateli programu.", with its diacritics in any source encoding }
  Sorry: WideString;
  Tried, Why: TVideoDoktorText;
  I: Integer;
begin
  Tried := '';
  for I := 0 to High(Places) do
  begin
    Loaded := TryToLoad(Places[I], Why);
    if Loaded then
      Exit;
    Tried := Tried + #13#10 + Places[I] + ': ' + Why;
  end;
  Sorry := 'Knihovnu VideoDoktor se nepoda'#$0159'ilo na'#$010D#$00ED'st. P'#$0159'edejte pros'#$00ED'm tento text dodavateli programu.';
  RaiseLoadError(VideoDoktorTextFromWide(Sorry) + #13#10 + TVideoDoktorText(Format('This %d-bit program needs a %d-bit %s with ABI %d. Tried:',
    [NeededBits, NeededBits, VIDEODOKTOR_LIBRARY, VIDEODOKTOR_ABI])) + Tried);
end;

procedure LoadVideoDoktor(const FileName: TVideoDoktorText);
var
  Places: TPlaces;
begin
  LoadLock.LockList;
  try
    if Loaded then
    begin
      if (FileName <> '') and not IsSameFile(FullPath(FileName), LoadedFrom) then
        RaiseLoadError('VideoDoktor is loaded already, from ' + LoadedFrom + ': name the file before anything else uses the library.');
      Exit;
    end;
    if FileName <> '' then
    begin
      SetLength(Places, 1);
      Places[0] := FullPath(FileName);
    end
    else
      Places := DefaultPlaces;
    LoadFrom(Places);
  finally
    LoadLock.UnlockList;
  end;
end;

procedure NeedLibrary;
begin
  if not Loaded then
    LoadVideoDoktor;
end;

function VideoDoktorLoaded: Boolean;
begin
  Result := Loaded;
end;

function VideoDoktorFileName: TVideoDoktorText;
begin
  NeedLibrary;
  Result := LoadedFrom;
end;

function VideoDoktorVersion: TVideoDoktorText;
begin
  NeedLibrary;
  Result := TextFromBytes(Api.vd_version);
end;

function VideoDoktorStatusName(Status: Integer): TVideoDoktorText;
begin
  NeedLibrary;
  Result := TextFromBytes(Api.vd_status_name(Status));
end;

function VideoDoktorStatusText(Status: Integer; const Lang: TVideoDoktorText): TVideoDoktorText;
begin
  NeedLibrary;
  Result := TextFromBytes(Api.vd_status_text(Status, PAnsiChar(Utf8(Lang))));
end;

{ Answers: read in the library's own memory, which knows where the last look-up in a list ended; then freed. }

procedure FreeReply(var Reply: PAnsiChar);
begin
  if Reply <> nil then
    Api.vd_string_free(Reply);
  Reply := nil;
end;

function TryField(Json: PAnsiChar; const Pointer: TVideoDoktorText; out Value: TVideoDoktorText): Integer;
var
  Text: PAnsiChar;
begin
  Value := '';
  Text := nil;
  Result := Api.vd_json_get(Json, PAnsiChar(Utf8(Pointer)), Text);
  try
    if Result = VD_OK then
      Value := TextFromBytes(Text);
  finally
    FreeReply(Text);
  end;
end;

function Field(Json: PAnsiChar; const Pointer: TVideoDoktorText): TVideoDoktorText;
begin
  if (Json = nil) or (TryField(Json, Pointer, Result) <> VD_OK) or (Result = 'null') then
    Result := '';
end;

function IntegerField(Json: PAnsiChar; const Pointer: TVideoDoktorText): Int64;
begin
  Result := StrToInt64Def(TRtlString(Field(Json, Pointer)), 0);
end;

function KindOfError(Status: Integer): EVideoDoktorClass;
begin
  case Status of
    VD_ERR_NULL_POINTER..VD_ERR_INVALID_ARGUMENT, VD_ERR_NOT_FOUND: Result := EVideoDoktorUsage;
    VD_ERR_CANCELLED: Result := EVideoDoktorCancelled;
    VD_ERR_TLS, VD_ERR_TLS_UNTRUSTED: Result := EVideoDoktorTls;
    VD_ERR_DNS, VD_ERR_CONNECT, VD_ERR_PROXY, VD_ERR_TIMEOUT, VD_ERR_NETWORK, VD_ERR_PROXY_AUTH: Result := EVideoDoktorNetwork;
    VD_ERR_HTTP..VD_ERR_TOO_LARGE: Result := EVideoDoktorReply;
    VD_ERR_OUTCOME_UNKNOWN: Result := EVideoDoktorOutcomeUnknown;
    VD_ERR_OLD_REMAINS: Result := EVideoDoktorOldRemains;
    VD_ERR_FILE: Result := EVideoDoktorFile;
    VD_ERR_REPORT_NOT_READY: Result := EVideoDoktorReportNotReady;
    1000..1999: Result := EVideoDoktorRejected;
  else
    Result := EVideoDoktorInternal;
  end;
end;

function ErrorFor(Status: Integer; Json: PAnsiChar): EVideoDoktor;
var
  Text: TVideoDoktorText;
begin
  Text := Field(Json, '/error/message');
  if Text = '' then
    Text := VideoDoktorStatusText(Status);
  Result := KindOfError(Status).Create(ForScreen(Text));
  Result.FStatus := Status;
  Result.FText := Text;
  Result.FStatusName := VideoDoktorStatusName(Status);
  Result.FCode := Field(Json, '/error/code');
  Result.FField := Field(Json, '/error/field');
  Result.FSource := Field(Json, '/error/source');
  Result.FDetail := Field(Json, '/error/detail');
  Result.FRetryable := Field(Json, '/error/retryable') = 'true';
  Result.FHttpStatus := IntegerField(Json, '/error/http_status');
  Result.FAttempts := IntegerField(Json, '/error/attempts');
  Result.FExistingMeetId := Field(Json, '/error/existing/meet_id');
  Result.FExistingIsSamePatient := Field(Json, '/error/existing/same_patient') = 'true';
  Result.FMayHaveActed := (Status = VD_ERR_OUTCOME_UNKNOWN) or (Status = VD_ERR_OLD_REMAINS) or (Field(Json, '/error/may_have_acted') = 'true');
  Result.FMovedMeetId := Field(Json, '/error/meet_id');
  Result.FMovedMeetUrl := Field(Json, '/error/meet_url');
end;

procedure Check(Status: Integer);
begin
  if Status <> VD_OK then
    raise ErrorFor(Status, nil);
end;

function EVideoDoktor.Copied: EVideoDoktor;
begin
  Result := EVideoDoktorClass(ClassType).Create(Message);
  Result.FStatus := FStatus;
  Result.FText := FText;
  Result.FStatusName := FStatusName;
  Result.FCode := FCode;
  Result.FField := FField;
  Result.FSource := FSource;
  Result.FDetail := FDetail;
  Result.FRetryable := FRetryable;
  Result.FHttpStatus := FHttpStatus;
  Result.FAttempts := FAttempts;
  Result.FExistingMeetId := FExistingMeetId;
  Result.FExistingIsSamePatient := FExistingIsSamePatient;
  Result.FMayHaveActed := FMayHaveActed;
  Result.FMovedMeetId := FMovedMeetId;
  Result.FMovedMeetUrl := FMovedMeetUrl;
end;

{ What the program did wrong, not the library. }
function UsageError(Status: Integer; const Text: TVideoDoktorText): EVideoDoktorUsage;
begin
  Result := EVideoDoktorUsage.Create(ForScreen(Text));
  Result.FStatus := Status;
  if Loaded then
    Result.FStatusName := VideoDoktorStatusName(Status);
  Result.FSource := 'client';
  Result.FText := Text;
  Result.FDetail := Text;
end;

{ Of an exception that is not the library's, such as one for want of memory. }
function ForeignError(E: Exception): EVideoDoktorInternal;
begin
  Result := EVideoDoktorInternal.Create(E.Message);
  Result.FStatus := VD_ERR_INTERNAL;
  Result.FStatusName := VideoDoktorStatusName(VD_ERR_INTERNAL);
  Result.FSource := 'client';
  {$IFDEF FPC}
  Result.FText := TVideoDoktorText(E.Message);
  {$ELSE} {$IFDEF UNICODE}
  Result.FText := E.Message;
  {$ELSE}
  Result.FText := VideoDoktorTextFromWide(WideString(E.Message));
  {$ENDIF} {$ENDIF}
  Result.FDetail := TVideoDoktorText(E.ClassName); { not the message, of which nobody knows what it holds }
end;

{ Values }

{ Rounded first: a date is a fraction, so that 10:00 may come as 9:59:59.99 from a sum or a database. }
function VideoDoktorStartText(MeetStart: TDateTime): TVideoDoktorText;
const
  SECONDS = 86400;
  FIRST_DAY = -693593; { 1.1.0001 }
  LAST_DAY = 2958465; { 31.12.9999 }
var
  Date, Time: Integer;
  Year, Month, Day: Word;
begin
  Result := '';
  if (MeetStart < FIRST_DAY) or (MeetStart > LAST_DAY) then
    Exit;
  Date := Trunc(MeetStart);
  Time := Round(Abs(Frac(MeetStart)) * SECONDS);
  if Time = SECONDS then
  begin
    Inc(Date);
    Time := 0;
  end;
  DecodeDate(Date, Year, Month, Day);
  Result := TVideoDoktorText(Format('%.4d-%.2d-%.2d %.2d:%.2d', [Year, Month, Day, Time div 3600, Time div 60 mod 60]));
end;

{ 2020-11-23T10:00:00+01:00; the offset is Prague's, and Prague's wall clock is what TDateTime holds. }
function TimeOf(const Iso: TVideoDoktorText): TDateTime;
var
  Day, Time: TDateTime;

  function Part(Start, Count: Integer): Word;
  begin
    Result := StrToIntDef(TRtlString(Copy(Iso, Start, Count)), 99);
  end;

begin
  Result := 0;
  if TryEncodeDate(Part(1, 4), Part(6, 2), Part(9, 2), Day) and TryEncodeTime(Part(12, 2), Part(15, 2), StrToIntDef(TRtlString(Copy(Iso, 18, 2)), 0), 0, Time) then
    Result := Day + Time;
end;

function YearText(Year: Integer): TVideoDoktorText;
begin
  Result := TVideoDoktorText(IntToStr(Year));
end;

function VideoDoktorInvitation(const PacientJmeno, PacientEmail, PacientTelefon: TVideoDoktorText; PacientNarozen: Integer;
  MeetStart: TDateTime): TVideoDoktorInvitation;
begin
  Result.PacientJmeno := PacientJmeno;
  Result.PacientEmail := PacientEmail;
  Result.PacientTelefon := PacientTelefon;
  Result.PacientNarozen := PacientNarozen;
  Result.MeetStart := MeetStart;
end;

function MeetingAt(Json: PAnsiChar; const Pointer: TVideoDoktorText): TVideoDoktorMeeting;
begin
  Result.Json := Field(Json, Pointer);
  Result.MeetId := Field(Json, Pointer + '/meet_id');
  Result.MeetUrl := Field(Json, Pointer + '/meet_url');
  Result.MeetTime := Field(Json, Pointer + '/meet_time');
  Result.MeetStart := TimeOf(Field(Json, Pointer + '/meet_start'));
  Result.MeetActive := IntegerField(Json, Pointer + '/meet_active') <> 0;
  Result.PacientJmeno := Field(Json, Pointer + '/pacient_jmeno');
  Result.PacientEmail := Field(Json, Pointer + '/pacient_email');
  Result.PacientTelefon := Field(Json, Pointer + '/pacient_telefon');
  Result.PacientNarozen := Field(Json, Pointer + '/pacient_narozen');
end;

function LengthAt(Json: PAnsiChar; const Pointer: TVideoDoktorText): Integer;
var
  Length: LongInt;
begin
  Length := 0;
  Check(Api.vd_json_length(Json, PAnsiChar(Utf8(Pointer)), Length));
  Result := Length;
end;

function Indexed(const Pointer: TVideoDoktorText; Index: Integer): TVideoDoktorText;
begin
  Result := Pointer + '/' + TVideoDoktorText(IntToStr(Index));
end;

{ An array of texts; empty if there is none. }
function TextsAt(Json: PAnsiChar; const Pointer: TVideoDoktorText): TVideoDoktorTexts;
var
  I: Integer;
begin
  Result := nil;
  if Field(Json, Pointer) = '' then
    Exit;
  SetLength(Result, LengthAt(Json, Pointer));
  for I := 0 to High(Result) do
    Result[I] := Field(Json, Indexed(Pointer, I));
end;

function VideoDoktorCheckInvitation(const PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: TVideoDoktorText;
  out FieldsJson: TVideoDoktorText): TVideoDoktorInvitationProblems;
var
  Status, I: Integer;
  Reply: PAnsiChar;
  Place: TVideoDoktorText;
begin
  NeedLibrary;
  Result := nil;
  Reply := nil;
  Status := Api.vd_check_invitation(PAnsiChar(Utf8(PacientJmeno)), PAnsiChar(Utf8(PacientEmail)), PAnsiChar(Utf8(PacientTelefon)),
    PAnsiChar(Utf8(PacientNarozen)), PAnsiChar(Utf8(MeetStart)), Reply);
  try
    FieldsJson := Field(Reply, '/fields');
    if Status = VD_OK then
      Exit;
    if Field(Reply, '/errors') = '' then
      raise ErrorFor(Status, Reply);
    SetLength(Result, LengthAt(Reply, '/errors'));
    for I := 0 to High(Result) do
    begin
      Place := Indexed('/errors', I);
      Result[I].Status := IntegerField(Reply, Place + '/status');
      Result[I].Field := Field(Reply, Place + '/field');
      Result[I].Message := Field(Reply, Place + '/message');
    end;
  finally
    FreeReply(Reply);
  end;
end;

function VideoDoktorCheckInvitation(const Invitation: TVideoDoktorInvitation): TVideoDoktorInvitationProblems;
var
  FieldsJson: TVideoDoktorText;
begin
  Result := VideoDoktorCheckInvitation(Invitation.PacientJmeno, Invitation.PacientEmail, Invitation.PacientTelefon,
    YearText(Invitation.PacientNarozen), VideoDoktorStartText(Invitation.MeetStart), FieldsJson);
end;

function MeetingsAt(Json: PAnsiChar; const Pointer: TVideoDoktorText): TVideoDoktorMeetings;
var
  I: Integer;
begin
  Result := nil;
  SetLength(Result, LengthAt(Json, Pointer));
  for I := 0 to High(Result) do
    Result[I] := MeetingAt(Json, Indexed(Pointer, I));
end;

function ListJson(const Meetings: TVideoDoktorMeetings): TVideoDoktorText;
var
  I: Integer;
begin
  Result := '[';
  for I := 0 to High(Meetings) do
  begin
    if I > 0 then
      Result := Result + ',';
    Result := Result + Meetings[I].Json;
  end;
  Result := Result + ']';
end;

function VideoDoktorMeetingChanges(const BeforeJson, AfterJson: TVideoDoktorText): TVideoDoktorMeetingChanges;
var
  Status, I: Integer;
  Reply: PAnsiChar;
  Place: TVideoDoktorText;
begin
  NeedLibrary;
  Reply := nil;
  Status := Api.vd_meet_changes(PAnsiChar(Utf8(BeforeJson)), PAnsiChar(Utf8(AfterJson)), Reply);
  try
    if Status <> VD_OK then
      raise ErrorFor(Status, Reply);
    Result.Added := MeetingsAt(Reply, '/added');
    Result.Removed := MeetingsAt(Reply, '/removed');
    SetLength(Result.Changed, LengthAt(Reply, '/changed'));
    for I := 0 to High(Result.Changed) do
    begin
      Place := Indexed('/changed', I);
      Result.Changed[I].Before := MeetingAt(Reply, Place + '/before');
      Result.Changed[I].After := MeetingAt(Reply, Place + '/after');
      Result.Changed[I].Fields := TextsAt(Reply, Place + '/fields');
    end;
    Result.Unchanged := IntegerField(Reply, '/unchanged');
    Result.Skipped := IntegerField(Reply, '/skipped');
  finally
    FreeReply(Reply);
  end;
end;

function VideoDoktorMeetingChanges(const Before, After: TVideoDoktorMeetings): TVideoDoktorMeetingChanges;
begin
  Result := VideoDoktorMeetingChanges(ListJson(Before), ListJson(After));
end;

function VideoDoktorMeetingCalendar(const MeetingJson, OptionsJson: TVideoDoktorText): TVideoDoktorText;
var
  Text: PAnsiChar;
begin
  NeedLibrary;
  Text := nil;
  Check(Api.vd_meet_ics(PAnsiChar(Utf8(MeetingJson)), PAnsiChar(Utf8(OptionsJson)), Text));
  try
    Result := TextFromBytes(Text);
  finally
    FreeReply(Text);
  end;
end;

procedure VideoDoktorSaveQrCode(const Text, Path: TVideoDoktorText; Pixels: Integer);
var
  Status: Integer;
  Reply: PAnsiChar;
begin
  NeedLibrary;
  Reply := nil;
  Status := Api.vd_qr(PAnsiChar(Utf8(Text)), PAnsiChar(Utf8(Path)), Pixels, Reply);
  try
    if Status <> VD_OK then
      raise ErrorFor(Status, Reply);
  finally
    FreeReply(Reply);
  end;
end;

function VideoDoktorQrCodeSvg(const Text: TVideoDoktorText; Pixels: Integer): TVideoDoktorText;
var
  Status: Integer;
  Reply: PAnsiChar;
begin
  NeedLibrary;
  Reply := nil;
  Status := Api.vd_qr(PAnsiChar(Utf8(Text)), nil, Pixels, Reply);
  try
    if Status <> VD_OK then
      raise ErrorFor(Status, Reply);
    Result := Field(Reply, '/svg');
  finally
    FreeReply(Reply);
  end;
end;

function VideoDoktorBirthYear(const RodneCislo: TVideoDoktorText): Integer;
var
  Year: LongInt;
begin
  NeedLibrary;
  Year := 0;
  Check(Api.vd_birth_year(PAnsiChar(Utf8(RodneCislo)), Year));
  Result := Year;
end;

{ JSON }

function VideoDoktorTryJsonText(const Json, Pointer: TVideoDoktorText; out Value: TVideoDoktorText): Boolean;
var
  Status: Integer;
begin
  NeedLibrary;
  Status := TryField(PAnsiChar(Utf8(Json)), Pointer, Value);
  Result := Status = VD_OK;
  if not Result and (Status <> VD_ERR_NOT_FOUND) then
    Check(Status);
end;

function VideoDoktorJsonText(const Json, Pointer: TVideoDoktorText): TVideoDoktorText;
begin
  NeedLibrary;
  Check(TryField(PAnsiChar(Utf8(Json)), Pointer, Result));
end;

function VideoDoktorJsonLength(const Json, Pointer: TVideoDoktorText): Integer;
begin
  NeedLibrary;
  Result := LengthAt(PAnsiChar(Utf8(Json)), Pointer);
end;

function Quoted(const Text: TVideoDoktorText): TVideoDoktorText;
var
  I: Integer;
begin
  Result := '"';
  for I := 1 to Length(Text) do
    case Text[I] of
      '"', '\': Result := Result + '\' + Text[I];
      #0..#31: Result := Result + TVideoDoktorText(Format('\u%.4x', [Ord(Text[I])]));
    else
      Result := Result + Text[I];
    end;
  Result := Result + '"';
end;

function VideoDoktorJsonObject(const NamesAndValues: array of TVideoDoktorText): TVideoDoktorText;
var
  I: Integer;
begin
  Result := '';
  for I := 0 to (Length(NamesAndValues) div 2) - 1 do
  begin
    if I > 0 then
      Result := Result + ',';
    Result := Result + Quoted(NamesAndValues[2 * I]) + ':' + Quoted(NamesAndValues[2 * I + 1]);
  end;
  Result := '{' + Result + '}';
end;

function DefaultVideoDoktorOptions: TVideoDoktorOptions;
begin
  Result.TimeoutMs := 30000;
  Result.ConnectTimeoutMs := 15000;
  Result.Retries := 2;
  Result.PrefetchTokens := 1;
  Result.Lang := 'cs';
  Result.Proxy := 'system';
  Result.ProxyAuth := 'auto';
  Result.TlsRoots := 'system';
  Result.CaFile := '';
  Result.UserAgent := '';
  Result.MoreJson := '';
end;

function OptionsJson(const Options: TVideoDoktorOptions): TVideoDoktorText;

  procedure AddText(const Name, Value: TVideoDoktorText);
  begin
    if Value <> '' then
      Result := Result + ',' + Quoted(Name) + ':' + Quoted(Value);
  end;

begin
  Result := TVideoDoktorText(Format('{"timeout_ms":%d,"connect_timeout_ms":%d,"retries":%d,"prefetch_tokens":%d',
    [Options.TimeoutMs, Options.ConnectTimeoutMs, Options.Retries, Options.PrefetchTokens]));
  AddText('lang', Options.Lang);
  AddText('proxy', Options.Proxy);
  AddText('proxy_auth', Options.ProxyAuth);
  AddText('tls_roots', Options.TlsRoots);
  AddText('ca_file', Options.CaFile);
  AddText('user_agent', Options.UserAgent);
  if Options.MoreJson <> '' then
    Result := Result + ',' + Options.MoreJson;
  Result := Result + '}';
end;

{ Log }

function BeginLogEvent(out Event: TVideoDoktorLogEvent): Boolean;
begin
  LogLock.LockList;
  try
    Event := LogEvent;
    Result := Assigned(Event);
    if Result then
      Inc(RunningLogEvents);
  finally
    LogLock.UnlockList;
  end;
  IsInLogEvent := Result;
end;

procedure EndLogEvent;
begin
  IsInLogEvent := False;
  LogLock.LockList;
  try
    Dec(RunningLogEvents);
  finally
    LogLock.UnlockList;
  end;
end;

procedure ForwardLog(Level: LongInt; Message: PAnsiChar; UserData: Pointer); cdecl;
var
  Event: TVideoDoktorLogEvent;
begin
  if not BeginLogEvent(Event) then
    Exit;
  try
    Event(Level, TextFromBytes(Message));
  except
    { an exception must not travel through the library }
  end;
  EndLogEvent;
end;

procedure PutLogEvent(Event: TVideoDoktorLogEvent);
begin
  LogLock.LockList;
  try
    LogEvent := Event;
  finally
    LogLock.UnlockList;
  end;
end;

function IsLogEventRunning: Boolean;
begin
  LogLock.LockList;
  try
    Result := (RunningLogEvents > 0) and not IsInLogEvent; { nobody waits for himself }
  finally
    LogLock.UnlockList;
  end;
end;

type
  TCondition = function: Boolean;

{ Does in the main thread what other threads wait for, as long as the condition holds, but no longer than a second without any of it. Other threads may
  not do it, and do not keep the main thread from doing it. }
procedure PumpWhile(Condition: TCondition);
var
  Idle: Integer;
begin
  if not IsMainThread then
    Exit;
  Idle := 0;
  while (Idle < 100) and Condition() do
    if not CheckSynchronize(10) then
      Inc(Idle);
end;

{ Nothing new reaches the old event from here on. VD_ERR_TIMEOUT if one still runs after three seconds. }
function SwitchLogOff: Integer;
begin
  PutLogEvent(nil);
  PumpWhile(IsLogEventRunning);
  Result := Api.vd_set_log(nil, nil, 0);
end;

procedure SetVideoDoktorLog(Event: TVideoDoktorLogEvent; MaxLevel: Integer);
var
  Status: Integer;
begin
  NeedLibrary;
  Status := SwitchLogOff;
  if Status = VD_ERR_TIMEOUT then
    raise UsageError(Status, 'The log event that was set before has not returned. Keep its object and call SetVideoDoktorLog again.');
  Check(Status);
  if Assigned(Event) then
  begin
    IsMultiThread := True; { a plug-in may be called from threads that it has not made }
    PutLogEvent(Event);
    Check(Api.vd_set_log(ForwardLog, nil, MaxLevel));
  end;
end;

{ TVideoDoktorClient }

constructor TVideoDoktorClient.Create(const AppUrl, ApiAppKey, ApiKey: TVideoDoktorText);
begin
  Create(AppUrl, ApiAppKey, ApiKey, DefaultVideoDoktorOptions);
end;

constructor TVideoDoktorClient.Create(const AppUrl, ApiAppKey, ApiKey: TVideoDoktorText; const Options: TVideoDoktorOptions);
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  inherited Create;
  NeedLibrary;
  Reply := nil;
  Status := Api.vd_client_new(PAnsiChar(Utf8(AppUrl)), PAnsiChar(Utf8(ApiAppKey)), PAnsiChar(Utf8(ApiKey)),
    PAnsiChar(Utf8(OptionsJson(Options))), FHandle, Reply);
  FOwnsHandle := Status = VD_OK;
  ReadReply(Status, Reply);
  FreeReply(Reply);
end;

constructor TVideoDoktorClient.CreateFor(Owner: TVideoDoktorClient);
begin
  inherited Create;
  FHandle := Owner.FHandle;
end;

destructor TVideoDoktorClient.Destroy;
var
  Pending: TList;
  I: Integer;
begin
  if FOwnsHandle and (Requests = nil) then
    Api.vd_client_free(FHandle) { the program ends, and this unit was finalized before the client's owner }
  else if FOwnsHandle then
  begin
    Pending := Requests.LockList;
    try
      for I := 0 to Pending.Count - 1 do
        if TVideoDoktorRequest(Pending[I]).FClient.FHandle = FHandle then
        begin
          TVideoDoktorRequest(Pending[I]).FOnDone := nil;
          TVideoDoktorRequest(Pending[I]).Wake;
        end;
    finally
      Requests.UnlockList;
    end;
    Api.vd_client_free(FHandle);
  end;
  inherited Destroy;
end;

{ Raises the error that the reply describes, and frees it first. Otherwise the caller reads the reply and frees it. }
procedure TVideoDoktorClient.ReadReply(Status: Integer; var Reply: PAnsiChar);
var
  Error: EVideoDoktor;
begin
  if Status = VD_OK then
    Exit;
  try
    Error := ErrorFor(Status, Reply);
  finally
    FreeReply(Reply);
  end;
  raise Error;
end;

procedure TVideoDoktorClient.Verify;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_verify(FHandle, Reply);
  ReadReply(Status, Reply);
  FreeReply(Reply);
end;

function TVideoDoktorClient.ServerTime(out ClockSkewSeconds: Integer): TDateTime;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_time(FHandle, Reply);
  ReadReply(Status, Reply);
  try
    ClockSkewSeconds := IntegerField(Reply, '/clock_skew_s');
    Result := TimeOf(Field(Reply, '/iso'));
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.ServerTime: TDateTime;
var
  ClockSkewSeconds: Integer;
begin
  Result := ServerTime(ClockSkewSeconds);
end;

function TVideoDoktorClient.AddMeeting(const Invitation: TVideoDoktorInvitation): TVideoDoktorMeetingCreated;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_meet_add(FHandle, PAnsiChar(Utf8(Invitation.PacientJmeno)), PAnsiChar(Utf8(Invitation.PacientEmail)),
    PAnsiChar(Utf8(Invitation.PacientTelefon)), PAnsiChar(Utf8(YearText(Invitation.PacientNarozen))),
    PAnsiChar(Utf8(VideoDoktorStartText(Invitation.MeetStart))), Reply);
  ReadReply(Status, Reply);
  try
    Result.MeetId := Field(Reply, '/meet_id');
    Result.MeetUrl := Field(Reply, '/meet_url');
    Result.Reconciled := Field(Reply, '/reconciled') = 'true';
    Result.Duplicates := TextsAt(Reply, '/duplicates');
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.MoveMeeting(const MeetId: TVideoDoktorText; const Invitation: TVideoDoktorInvitation): TVideoDoktorMeetingMoved;
var
  Reply: PAnsiChar;
  Status: Integer;
  Id, Jmeno, Email, Telefon, Narozen, Start: UTF8String;

  { nil takes the old call's value }
  function Given(const Bytes: UTF8String): PAnsiChar;
  begin
    if Bytes = '' then
      Result := nil
    else
      Result := PAnsiChar(Bytes);
  end;

begin
  Id := Utf8(MeetId);
  Jmeno := Utf8(Invitation.PacientJmeno);
  Email := Utf8(Invitation.PacientEmail);
  Telefon := Utf8(Invitation.PacientTelefon);
  Narozen := '';
  if Invitation.PacientNarozen <> 0 then
    Narozen := Utf8(YearText(Invitation.PacientNarozen));
  Start := Utf8(VideoDoktorStartText(Invitation.MeetStart));
  Reply := nil;
  Status := Api.vd_meet_move(FHandle, PAnsiChar(Id), Given(Jmeno), Given(Email), Given(Telefon), Given(Narozen), PAnsiChar(Start), Reply);
  ReadReply(Status, Reply);
  try
    Result.MeetId := Field(Reply, '/meet_id');
    Result.MeetUrl := Field(Reply, '/meet_url');
    Result.OldMeetId := Field(Reply, '/old_meet_id');
    Result.Moved := Field(Reply, '/moved') = 'true';
    Result.OldWasGone := Field(Reply, '/old_was_gone') = 'true';
    Result.Reconciled := Field(Reply, '/reconciled') = 'true';
    Result.Duplicates := TextsAt(Reply, '/duplicates');
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.MoveMeeting(const MeetId: TVideoDoktorText; MeetStart: TDateTime): TVideoDoktorMeetingMoved;
begin
  Result := MoveMeeting(MeetId, VideoDoktorInvitation('', '', '', 0, MeetStart));
end;

function TVideoDoktorClient.ListMeetings: TVideoDoktorMeetings;
var
  Reply: PAnsiChar;
  Status, I: Integer;
begin
  Result := nil;
  Reply := nil;
  Status := Api.vd_meet_list(FHandle, Reply);
  ReadReply(Status, Reply);
  try
    SetLength(Result, LengthAt(Reply, ''));
    for I := 0 to High(Result) do
      Result[I] := MeetingAt(Reply, Indexed('', I));
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.GetMeeting(const MeetId: TVideoDoktorText): TVideoDoktorMeeting;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_meet_detail(FHandle, PAnsiChar(Utf8(MeetId)), Reply);
  ReadReply(Status, Reply);
  try
    Result := MeetingAt(Reply, '');
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.RemoveMeeting(const MeetId: TVideoDoktorText): Boolean;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_meet_remove(FHandle, PAnsiChar(Utf8(MeetId)), Reply);
  ReadReply(Status, Reply);
  try
    Result := Field(Reply, '/reconciled') = 'true';
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.ExportUrl(const MeetId: TVideoDoktorText): TVideoDoktorText;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_meet_export(FHandle, PAnsiChar(Utf8(MeetId)), Reply);
  ReadReply(Status, Reply);
  try
    Result := Field(Reply, '/export_url');
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.SaveExport(const MeetId, Path: TVideoDoktorText): Int64;
var
  ContentType: TVideoDoktorText;
begin
  Result := SaveExport(MeetId, Path, ContentType);
end;

function TVideoDoktorClient.SaveExport(const MeetId, Path: TVideoDoktorText; out ContentType: TVideoDoktorText): Int64;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  Status := Api.vd_meet_export_save(FHandle, PAnsiChar(Utf8(MeetId)), PAnsiChar(Utf8(Path)), Reply);
  ReadReply(Status, Reply);
  try
    Result := IntegerField(Reply, '/bytes');
    ContentType := Field(Reply, '/content_type');
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.Call(const CallName, FieldsJson: TVideoDoktorText): TVideoDoktorText;
var
  Reply: PAnsiChar;
  Status: Integer;
begin
  Reply := nil;
  if FieldsJson = '' then
    Status := Api.vd_call(FHandle, PAnsiChar(Utf8(CallName)), nil, Reply)
  else
    Status := Api.vd_call(FHandle, PAnsiChar(Utf8(CallName)), PAnsiChar(Utf8(FieldsJson)), Reply);
  ReadReply(Status, Reply);
  try
    Result := TextFromBytes(Reply);
  finally
    FreeReply(Reply);
  end;
end;

function TVideoDoktorClient.Diagnose: TVideoDoktorDiagnosis;
var
  Reply: PAnsiChar;
  I: Integer;
  Place: TVideoDoktorText;
begin
  Reply := nil;
  Result.Steps := nil;
  Result.Status := Api.vd_diagnose(FHandle, Reply);
  try
    if Field(Reply, '/steps') = '' then
      raise ErrorFor(Result.Status, Reply);
    Result.Ok := Field(Reply, '/ok') = 'true';
    Result.Json := TextFromBytes(Reply);
    SetLength(Result.Steps, LengthAt(Reply, '/steps'));
    for I := 0 to High(Result.Steps) do
    begin
      Place := Indexed('/steps', I);
      Result.Steps[I].Name := Field(Reply, Place + '/step');
      Result.Steps[I].Ok := Field(Reply, Place + '/ok') = 'true';
      Result.Steps[I].Milliseconds := IntegerField(Reply, Place + '/ms');
      Result.Steps[I].Detail := Field(Reply, Place + '/detail');
    end;
  finally
    FreeReply(Reply);
  end;
end;

procedure TVideoDoktorClient.Interrupt;
begin
  Check(Api.vd_client_interrupt(FHandle));
end;

procedure TVideoDoktorClient.Prepare;
begin
  Check(Api.vd_client_prepare(FHandle));
end;

{ Asynchronous calls }

procedure Launch(Request: TVideoDoktorRequest);
begin
  {$IFDEF FPC}
  Request.Start;
  {$ELSE}
    {$IFDEF UNICODE}
      {$IF CompilerVersion >= 21} Request.Start; {$ELSE} Request.Resume; {$IFEND}
    {$ELSE}
  Request.Resume;
    {$ENDIF}
  {$ENDIF}
end;

{ The request works with a client of its own that shares the handle: when the real one is freed, the handle becomes stale, which is legal, and the
  call ends. So nobody has to wait for a thread. }
function TVideoDoktorClient.NewRequest(Kind: TVideoDoktorRequestKind; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  if Requests = nil then
    raise UsageError(VD_ERR_CANCELLED, 'The program ends: no call can be started in the background any more.');
  Result := TVideoDoktorRequest.Create(True);
  Result.FreeOnTerminate := True;
  Result.FKind := Kind;
  Result.FOnDone := OnDone;
  Result.FClient := TVideoDoktorClient.CreateFor(Self);
  Requests.Add(Result);
end;

function TVideoDoktorClient.VerifyAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkVerify, OnDone);
  Launch(Result);
end;

function TVideoDoktorClient.AddMeetingAsync(const Invitation: TVideoDoktorInvitation; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkAdd, OnDone);
  Result.FInvitation := Invitation;
  Launch(Result);
end;

function TVideoDoktorClient.ListMeetingsAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkList, OnDone);
  Launch(Result);
end;

function TVideoDoktorClient.GetMeetingAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkDetail, OnDone);
  Result.FMeetId := MeetId;
  Launch(Result);
end;

function TVideoDoktorClient.RemoveMeetingAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkRemove, OnDone);
  Result.FMeetId := MeetId;
  Launch(Result);
end;

function TVideoDoktorClient.MoveMeetingAsync(const MeetId: TVideoDoktorText; const Invitation: TVideoDoktorInvitation;
  OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkMove, OnDone);
  Result.FMeetId := MeetId;
  Result.FInvitation := Invitation;
  Launch(Result);
end;

function TVideoDoktorClient.MoveMeetingAsync(const MeetId: TVideoDoktorText; MeetStart: TDateTime; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := MoveMeetingAsync(MeetId, VideoDoktorInvitation('', '', '', 0, MeetStart), OnDone);
end;

function TVideoDoktorClient.ExportUrlAsync(const MeetId: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkExport, OnDone);
  Result.FMeetId := MeetId;
  Launch(Result);
end;

function TVideoDoktorClient.SaveExportAsync(const MeetId, Path: TVideoDoktorText; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkExportSave, OnDone);
  Result.FMeetId := MeetId;
  Result.FPath := Path;
  Launch(Result);
end;

function TVideoDoktorClient.DiagnoseAsync(OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkDiagnose, OnDone);
  Launch(Result);
end;

function TVideoDoktorClient.ListChangesAsync(const Known: TVideoDoktorMeetings; DelayMs: LongWord; OnDone: TVideoDoktorDone): TVideoDoktorRequest;
begin
  Result := NewRequest(rkChanges, OnDone);
  Result.FKnown := Known;
  Result.FDelayMs := DelayMs;
  Result.FWoken := TEvent.Create(nil, True, False, '');
  Launch(Result);
end;

{ Counted from the first to the last moment of its memory, so that the program's end can wait for its thread. }
class function TVideoDoktorRequest.NewInstance: TObject;
begin
  Result := inherited NewInstance;
  Requests.LockList;
  try
    Inc(LiveRequests);
  finally
    Requests.UnlockList;
  end;
end;

procedure TVideoDoktorRequest.FreeInstance;
begin
  inherited FreeInstance;
  Requests.LockList;
  try
    Dec(LiveRequests);
  finally
    Requests.UnlockList;
  end;
end;

destructor TVideoDoktorRequest.Destroy;
begin
  FError.Free;
  FClient.Free;
  FWoken.Free;
  inherited Destroy;
end;

procedure TVideoDoktorRequest.Wake;
begin
  if FWoken <> nil then
    FWoken.SetEvent;
end;

procedure TVideoDoktorRequest.Wait;
begin
  if FWoken <> nil then
    FWoken.WaitFor(FDelayMs);
end;

procedure TVideoDoktorRequest.Call;
begin
  case FKind of
    rkVerify: FClient.Verify;
    rkAdd: FCreated := FClient.AddMeeting(FInvitation);
    rkList: FMeetings := FClient.ListMeetings;
    rkDetail: FMeeting := FClient.GetMeeting(FMeetId);
    rkRemove: FReconciled := FClient.RemoveMeeting(FMeetId);
    rkExport: FExportUrl := FClient.ExportUrl(FMeetId);
    rkExportSave: FSavedBytes := FClient.SaveExport(FMeetId, FPath, FContentType);
    rkDiagnose: FDiagnosis := FClient.Diagnose;
    rkMove: FMoved := FClient.MoveMeeting(FMeetId, FInvitation);
    rkChanges:
      begin
        FMeetings := FClient.ListMeetings;
        FChanges := VideoDoktorMeetingChanges(FKnown, FMeetings);
      end;
  end;
end;

procedure TVideoDoktorRequest.Execute;
begin
  try
    Wait;
    { a wait that nobody has an interest in any more ends without a request to the service }
    if not IsEnding and ((FWoken = nil) or IsAwaited) then
      Call;
  except
    on E: EVideoDoktor do
      FError := E.Copied;
    on E: Exception do
      FError := ForeignError(E);
  end;
  { Where nobody waits for it, the main thread is left alone: it may have come to the program's end. }
  if IsAwaited then
    Synchronize(Deliver);
end;

{ If not, it is no longer one of the requests. }
function TVideoDoktorRequest.IsAwaited: Boolean;
begin
  Requests.LockList;
  try
    Result := Assigned(FOnDone);
    if not Result then
      Requests.Remove(Self);
  finally
    Requests.UnlockList;
  end;
end;

procedure TVideoDoktorRequest.Deliver;
var
  Done: TVideoDoktorDone;
begin
  Requests.LockList;
  try
    Requests.Remove(Self); { from here on, freeing the client does not reach this request }
    Done := FOnDone;
  finally
    Requests.UnlockList;
  end;
  if not Assigned(Done) then
    Exit;
  try
    Done(Self);
  except
    { as any exception of an event: the program's own handler, never the thread's end }
    if Assigned(ApplicationHandleException) then
      ApplicationHandleException(Self)
    else
      ShowException(ExceptObject, ExceptAddr);
  end;
end;

function TVideoDoktorRequest.Failed: Boolean;
begin
  Result := FError <> nil;
end;

procedure TVideoDoktorRequest.Check;
begin
  if FError <> nil then
    raise FError.Copied;
end;

{ Names of version 1.0 }

function CheckInvitation(const Invitation: TVideoDoktorInvitation): TVideoDoktorInvitationProblems;
begin
  Result := VideoDoktorCheckInvitation(Invitation);
end;

function CheckInvitation(const PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart: TVideoDoktorText;
  out FieldsJson: TVideoDoktorText): TVideoDoktorInvitationProblems;
begin
  Result := VideoDoktorCheckInvitation(PacientJmeno, PacientEmail, PacientTelefon, PacientNarozen, MeetStart, FieldsJson);
end;

function BirthYear(const RodneCislo: TVideoDoktorText): Integer;
begin
  Result := VideoDoktorBirthYear(RodneCislo);
end;

function JsonText(const Json, Pointer: TVideoDoktorText): TVideoDoktorText;
begin
  Result := VideoDoktorJsonText(Json, Pointer);
end;

function TryJsonText(const Json, Pointer: TVideoDoktorText; out Value: TVideoDoktorText): Boolean;
begin
  Result := VideoDoktorTryJsonText(Json, Pointer, Value);
end;

function JsonLength(const Json, Pointer: TVideoDoktorText): Integer;
begin
  Result := VideoDoktorJsonLength(Json, Pointer);
end;

function JsonObject(const NamesAndValues: array of TVideoDoktorText): TVideoDoktorText;
begin
  Result := VideoDoktorJsonObject(NamesAndValues);
end;

function TextFromCp1250(const Bytes: TVideoDoktorBytes): TVideoDoktorText;
begin
  Result := VideoDoktorTextFromCp1250(Bytes);
end;

function Cp1250FromText(const Text: TVideoDoktorText): TVideoDoktorBytes;
begin
  Result := VideoDoktorCp1250FromText(Text);
end;

function TextFromWide(const Text: WideString): TVideoDoktorText;
begin
  Result := VideoDoktorTextFromWide(Text);
end;

function WideFromText(const Text: TVideoDoktorText): WideString;
begin
  Result := VideoDoktorWideFromText(Text);
end;

{ The end }

function InterruptRequests: Boolean;
var
  Pending: TList;
  I: Integer;
begin
  Pending := Requests.LockList;
  try
    for I := 0 to Pending.Count - 1 do
    begin
      TVideoDoktorRequest(Pending[I]).FOnDone := nil;
      TVideoDoktorRequest(Pending[I]).Wake;
      Api.vd_client_interrupt(TVideoDoktorRequest(Pending[I]).FClient.FHandle);
    end;
    Result := LiveRequests > 0;
  finally
    Requests.UnlockList;
  end;
end;

function EndVideoDoktorRequests: Boolean;
begin
  PumpWhile(InterruptRequests); { again and again, for a thread may have been just before its call }
  Result := not InterruptRequests;
end;

{ What could not be ended keeps its lock. A DLL's end comes from within the loader, or when its threads are gone already: nothing is waited for then. }
procedure EndVideoDoktor;
var
  IsLogOff, AreRequestsOver: Boolean;
begin
  IsEnding := True;
  PutLogEvent(nil);
  try
    if not IsLibrary then
      PumpWhile(IsLogEventRunning);
    AreRequestsOver := (not IsLibrary and EndVideoDoktorRequests) or (LiveRequests = 0);
  except
    AreRequestsOver := LiveRequests = 0; { something that was queued for the main thread has failed }
  end;
  IsLogOff := not Loaded or (Api.vd_set_log(nil, nil, 0) = VD_OK);
  if AreRequestsOver then
    FreeAndNil(Requests);
  if IsLogOff then
    FreeAndNil(LogLock);
  FreeAndNil(LoadLock);
end;

initialization
  LoadLock := TThreadList.Create;
  LogLock := TThreadList.Create;
  Requests := TThreadList.Create;

finalization
  EndVideoDoktor; { the library stays loaded: its threads may still run }
end.
