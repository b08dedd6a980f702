using System;
using System.Drawing;
using System.Drawing.Imaging;
using System.Drawing.Printing;
using System.Reflection;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>The demo's invitation, painted by its one routine on a picture and on the page of a PrintDocument: Sheet.exe PICTURE.png PAGE.png; prints the address.</summary>
    internal static class Program
    {
        private const float ScreenDots = 96, PrinterDots = 300;

        /// <summary>The page of A4 as the document paints it. Mono's PrintDocument.Print asks for an installed printer first, whoever keeps the page.</summary>
        private static void Print(PrintDocument document, string file)
        {
            using (var paper = new Bitmap((int)(210 * PrinterDots / 25.4f), (int)(297 * PrinterDots / 25.4f)))
            {
                paper.SetResolution(PrinterDots, PrinterDots);
                using (Graphics page = Graphics.FromImage(paper))
                {
                    page.Clear(Color.White);
                    var whole = new Rectangle(Point.Empty, paper.Size);
                    MethodInfo print = typeof(PrintDocument).GetMethod("OnPrintPage", BindingFlags.Instance | BindingFlags.NonPublic);
                    print.Invoke(document, new object[] { new PrintPageEventArgs(page, whole, whole, null) });
                }
                paper.Save(file, ImageFormat.Png);
            }
        }

        private static int Main(string[] files)
        {
            var url = Environment.GetEnvironmentVariable("VIDEODOKTOR_URL");
            var options = Environment.GetEnvironmentVariable("VIDEODOKTOR_OPTIONS");
            using (var client = new VideoDoktorClient(url, "sandbox-app-key", "sandbox-practice-1", options))
            {
                var jana = new Invitation { PacientJmeno = "Jana Nováková", PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = new DateTime(2030, 11, 23, 10, 0, 0) };
                var meeting = client.GetMeeting(client.AddMeeting(jana).MeetId);
                using (var sheet = new InvitationSheet(meeting))
                {
                    PreviewForm.PictureOf(sheet, ScreenDots).Save(files[0], ImageFormat.Png);
                    Print(PreviewForm.DocumentOf(sheet), files[1]);
                }
                Console.WriteLine(meeting.MeetUrl);
            }
            return 0;
        }
    }
}
