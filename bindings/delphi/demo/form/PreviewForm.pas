{ The invitation before it is printed: what is seen here is what the printer gets. }
unit PreviewForm;

{$IFDEF FPC} {$MODE DELPHI} {$ENDIF}
{$B-}{$X+}{$T-}{$H+}

interface

uses
  SysUtils, Classes, Graphics, Controls, Forms, StdCtrls, ExtCtrls, VideoDoktor, ControlText, InvitationSheet;

type
  TInvitationPreview = class(TForm)
  private
    FSheet: TInvitationSheet;
    FImage: TImage;
    FMessage: TLabel;
    function NewButton(const Title: string; Left: Integer; OnClick: TNotifyEvent): TButton;
    procedure PrintClick(Sender: TObject);
    procedure CloseClick(Sender: TObject);
    procedure Print;
  public
    constructor CreateFor(const Meeting: TVideoDoktorMeeting);
    destructor Destroy; override;
  end;

implementation

uses
  Printers {$IFDEF FPC}, OSPrinters {$ENDIF};

const
  DOTS_PER_INCH = 80;

constructor TInvitationPreview.CreateFor(const Meeting: TVideoDoktorMeeting);
begin
  inherited CreateNew(nil);
  FSheet := TInvitationSheet.Create(Meeting);
  Caption := ToControl(Czech('Pozv'#$00E1'nka'));
  BorderStyle := bsDialog;
  Position := poScreenCenter;
  FImage := TImage.Create(Self);
  FImage.Parent := Self;
  FImage.SetBounds(0, 0, Round(SHEET_WIDTH * DOTS_PER_INCH / 25.4), Round(SHEET_HEIGHT * DOTS_PER_INCH / 25.4));
  FImage.Picture.Bitmap.Width := FImage.Width;
  FImage.Picture.Bitmap.Height := FImage.Height;
  FSheet.Paint(FImage.Picture.Bitmap.Canvas, DOTS_PER_INCH);
  ClientWidth := FImage.Width;
  ClientHeight := FImage.Height + 46;
  NewButton('Vytisknout', 12, PrintClick);
  NewButton(ToControl(Czech('Zav'#$0159#$00ED't')), 139, CloseClick).Cancel := True; { by Esc }
  FMessage := TLabel.Create(Self);
  FMessage.Parent := Self;
  FMessage.AutoSize := False;
  FMessage.WordWrap := True;
  FMessage.SetBounds(272, FImage.Height + 8, ClientWidth - 280, 34);
end;

destructor TInvitationPreview.Destroy;
begin
  FSheet.Free;
  inherited Destroy;
end;

function TInvitationPreview.NewButton(const Title: string; Left: Integer; OnClick: TNotifyEvent): TButton;
begin
  Result := TButton.Create(Self);
  Result.Parent := Self;
  Result.SetBounds(Left, FImage.Height + 8, 123, 30);
  Result.Caption := Title;
  Result.OnClick := OnClick;
end;

procedure TInvitationPreview.Print;
begin
  if Printer.Printers.Count = 0 then
  begin
    FMessage.Caption := ToControl(Czech('Nen'#$00ED' nainstalov'#$00E1'na '#$017E#$00E1'dn'#$00E1' tisk'#$00E1'rna.'));
    Exit;
  end;
  Printer.Title := Caption; { not the patient's name: it is seen in the printer's queue }
  Printer.BeginDoc;
  try
    FSheet.Paint(Printer.Canvas, {$IFDEF FPC} Printer.XDPI {$ELSE} Printer.Canvas.Font.PixelsPerInch {$ENDIF});
  finally
    Printer.EndDoc;
  end;
  FMessage.Caption := ToControl(Czech('Odesl'#$00E1'no na tisk'#$00E1'rnu.'));
end;

procedure TInvitationPreview.PrintClick(Sender: TObject);
begin
  try
    Print;
  except
    on E: EPrinter do
      FMessage.Caption := E.Message;
  end;
end;

procedure TInvitationPreview.CloseClick(Sender: TObject);
begin
  Close;
end;

end.
