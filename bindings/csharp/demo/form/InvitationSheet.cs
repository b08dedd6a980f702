using System;
using System.Drawing;
using System.Drawing.Drawing2D;
using System.Globalization;
using System.IO;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>An invitation on paper: who, when, and the address of the call, as a QR code too. One routine paints it, for the printer and for the screen.</summary>
    internal sealed class InvitationSheet : IDisposable
    {
        /// <summary>Of the sheet, in millimetres; it stands in the upper left corner of any paper from A5 on.</summary>
        internal static readonly SizeF Size = new SizeF(148, 175);

        private const float Margin = 15, CodeWidth = 70;
        private readonly Meeting meeting;
        private readonly Bitmap code;

        /// <summary>Draws the code of the call's address.</summary>
        /// <exception cref="VideoDoktorException">It cannot be drawn.</exception>
        internal InvitationSheet(Meeting meeting)
        {
            this.meeting = meeting;
            var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".bmp");
            try
            {
                VideoDoktorLibrary.SaveQrCode(meeting.MeetUrl, file, 512);
                using (var drawn = new MemoryStream(File.ReadAllBytes(file)))
                using (var picture = new Bitmap(drawn))
                {
                    code = new Bitmap(picture); // a copy, which needs the stream no more
                }
            }
            finally
            {
                File.Delete(file); // whoever has it can open the call
            }
        }

        public void Dispose()
        {
            code.Dispose();
        }

        /// <summary>Paints the sheet: on a page of PrintDocument, or on a bitmap whose resolution says how many dots a millimetre has.</summary>
        internal void Paint(Graphics page)
        {
            page.PageUnit = GraphicsUnit.Pixel;
            page.FillRectangle(Brushes.White, 0, 0, Dots(page, Size.Width), Dots(page, Size.Height));
            var top = Dots(page, Margin);
            Write(page, ref top, "Pozvánka na videohovor", 22, FontStyle.Bold);
            Write(page, ref top, meeting.PacientJmeno, 14, FontStyle.Regular);
            Write(page, ref top, When(meeting), 14, FontStyle.Bold);
            page.InterpolationMode = InterpolationMode.NearestNeighbor; // sharp edges
            page.PixelOffsetMode = PixelOffsetMode.Half;
            var width = Dots(page, CodeWidth);
            page.DrawImage(code, new RectangleF(Dots(page, (Size.Width - CodeWidth) / 2), top, width, width));
            top += width;
            Write(page, ref top, "Namiřte na kód fotoaparát telefonu a otevřete odkaz.", 11, FontStyle.Regular);
            Write(page, ref top, "Na počítači opište do prohlížeče tuto adresu:", 11, FontStyle.Regular);
            Write(page, ref top, meeting.MeetUrl, 9, FontStyle.Regular);
            Write(page, ref top, "Odkaz nikomu nedávejte: kdo ho má, může do hovoru vstoupit.", 11, FontStyle.Regular);
        }

        internal static string When(Meeting meeting)
        {
            return meeting.MeetStart.HasValue ? meeting.MeetStart.Value.DateTime.ToString("d.M.yyyy H:mm", CultureInfo.InvariantCulture) : meeting.MeetTime;
        }

        /// <summary>A paragraph, broken where it is too long.</summary>
        private static void Write(Graphics page, ref float top, string text, float points, FontStyle style)
        {
            using (var font = new Font("Arial", points * page.DpiX / 72, style, GraphicsUnit.Pixel))
            {
                var width = Dots(page, Size.Width - 2 * Margin);
                var height = page.MeasureString(text, font, new SizeF(width, Dots(page, Size.Height))).Height;
                page.DrawString(text, font, Brushes.Black, new RectangleF(Dots(page, Margin), top, width, height + 1));
                top += height + Dots(page, 3);
            }
        }

        private static float Dots(Graphics page, float millimetres)
        {
            return millimetres * page.DpiX / 25.4f;
        }
    }
}
