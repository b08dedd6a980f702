using System;
using System.ComponentModel;
using System.Drawing;
using System.Drawing.Printing;
using System.Windows.Forms;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>The invitation before it is printed: what is seen here is what the printer gets.</summary>
    internal sealed class PreviewForm : Form
    {
        private const float DotsPerInch = 80;
        private readonly InvitationSheet sheet;
        private readonly Label message = new Label();

        internal PreviewForm(Meeting meeting)
        {
            sheet = new InvitationSheet(meeting);
            var picture = PictureOf(sheet, DotsPerInch);
            Text = "Pozvánka";
            FormBorderStyle = FormBorderStyle.FixedDialog;
            StartPosition = FormStartPosition.CenterParent;
            MinimizeBox = MaximizeBox = false;
            ClientSize = new Size(picture.Width, picture.Height + 46);
            var print = new Button { Text = "Vytisknout", Bounds = new Rectangle(12, picture.Height + 8, 123, 30) };
            var close = new Button { Text = "Zavřít", Bounds = new Rectangle(139, picture.Height + 8, 123, 30), DialogResult = DialogResult.Cancel };
            message.Bounds = new Rectangle(272, picture.Height + 8, picture.Width - 280, 34);
            print.Click += (sender, e) => Print();
            CancelButton = close;
            Controls.AddRange(new Control[] { new PictureBox { Image = picture, Size = picture.Size }, print, close, message });
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) { sheet.Dispose(); }
            base.Dispose(disposing);
        }

        internal static Bitmap PictureOf(InvitationSheet sheet, float dotsPerInch)
        {
            var picture = new Bitmap((int)(InvitationSheet.Size.Width * dotsPerInch / 25.4f), (int)(InvitationSheet.Size.Height * dotsPerInch / 25.4f));
            picture.SetResolution(dotsPerInch, dotsPerInch);
            using (var page = Graphics.FromImage(picture))
            {
                sheet.Paint(page);
            }
            return picture;
        }

        /// <summary>The document of a sheet. Its name is seen in the printer's queue, so it is not the patient's.</summary>
        internal static PrintDocument DocumentOf(InvitationSheet sheet)
        {
            var document = new PrintDocument { DocumentName = "Pozvánka" };
            document.PrintPage += (sender, e) => sheet.Paint(e.Graphics);
            return document;
        }

        private void Print()
        {
            try
            {
                using (var document = DocumentOf(sheet))
                using (var dialog = new PrintDialog { Document = document, UseEXDialog = true })
                {
                    if (PrinterSettings.InstalledPrinters.Count == 0)
                    {
                        message.Text = "Není nainstalována žádná tiskárna.";
                    }
                    else if (dialog.ShowDialog(this) == DialogResult.OK)
                    {
                        document.Print();
                        message.Text = "Odesláno na tiskárnu.";
                    }
                }
            }
            catch (Exception error) when (error is InvalidPrinterException || error is Win32Exception) // of the printer's driver
            {
                message.Text = error.Message;
            }
        }
    }
}
