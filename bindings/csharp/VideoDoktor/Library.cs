using System.Diagnostics.CodeAnalysis;

namespace VideoDoktor
{
    /// <summary>The native library itself, and what it does without a network.</summary>
    public static class VideoDoktorLibrary
    {
        /// <summary>Full path of the native library: set it before anything else uses the library if it lies where nobody would look; otherwise
        /// leave it alone. Once the library is loaded, the file that it was loaded from.</summary>
        /// <exception cref="System.InvalidOperationException">Set to another file after the library was loaded.</exception>
        [AllowNull, MaybeNull]
        public static string Path
        {
            get { return NativeLibrary.Path; }
            set { NativeLibrary.Path = value; }
        }

        /// <summary>The native library's version: 1.1.0. Reading it is the simplest way to find out whether the library is there.</summary>
        /// <exception cref="VideoDoktorLoadException">It is not; the message lists every place that was tried.</exception>
        public static string Version
        {
            get { return NativeText.Out(NativeLibrary.Methods.vd_version()); }
        }

        /// <summary>The name of a status: VD_X011_EMAIL.</summary>
        public static string StatusName(VideoDoktorStatus status)
        {
            return NativeText.Out(NativeLibrary.Methods.vd_status_name((int)status));
        }

        /// <summary>What a status means and what to do, in Czech.</summary>
        public static string StatusText(VideoDoktorStatus status)
        {
            return StatusText(status, "cs");
        }

        /// <summary>What a status means and what to do. <paramref name="lang"/>: cs or en.</summary>
        public static string StatusText(VideoDoktorStatus status, [AllowNull] string lang)
        {
            return NativeText.Out(NativeLibrary.Methods.vd_status_text((int)status, NativeText.In(lang, "lang")));
        }

        /// <summary>Draws a text, such as <see cref="Meeting.MeetUrl"/>, as a QR code into a file that ends in .svg, .png or .bmp.</summary>
        /// <param name="text">1 to 2,000 bytes of UTF-8.</param>
        /// <param name="path">A file there is replaced, whole or not at all.</param>
        /// <param name="pixels">Width and height, 64 to 4096.</param>
        /// <exception cref="VideoDoktorUsageException">An argument is not possible.</exception>
        /// <exception cref="VideoDoktorFileException">The file cannot be written.</exception>
        public static void SaveQrCode(string text, string path, int pixels)
        {
            byte[] file = NativeText.FilledIn(path, "path");
            using (AskQr(text, file, pixels)) { }
        }

        /// <summary>The same as an SVG drawing, for a web page or a report.</summary>
        /// <exception cref="VideoDoktorUsageException">An argument is not possible.</exception>
        public static string QrCodeSvg(string text, int pixels)
        {
            using (Reply reply = AskQr(text, null, pixels))
            {
                return reply.Text("/svg");
            }
        }

        private static Reply AskQr(string text, byte[] path, int pixels)
        {
            byte[] drawn = NativeText.In(text, "text");
            return Reply.To((out System.IntPtr json) => NativeLibrary.Methods.vd_qr(drawn, path, pixels, out json));
        }

        /// <summary>A video call as iCalendar text for a .ics file or an e-mail. It holds the address of the patient's call: treat it like a key.</summary>
        /// <param name="meetingJson"><see cref="Meeting.Json"/>, or an object with meet_id, meet_url and meet_start.</param>
        /// <param name="optionsJson">The options of vd_meet_ics as a JSON object; null for none.</param>
        /// <exception cref="VideoDoktorUsageException">The meeting or an option is not as it has to be; the log tells more.</exception>
        public static string Calendar(string meetingJson, [AllowNull] string optionsJson)
        {
            System.IntPtr text;
            int status = NativeLibrary.Methods.vd_meet_ics(NativeText.In(meetingJson, "meeting_json"), NativeText.In(optionsJson, "options_json"), out text);
            if (status != 0)
            {
                throw VideoDoktorException.Of(status, null);
            }
            try
            {
                return NativeText.Out(text);
            }
            finally
            {
                NativeLibrary.Methods.vd_string_free(text);
            }
        }

        /// <summary>The year of birth in a Czech birth number (rodné číslo), with or without a slash.</summary>
        /// <exception cref="VideoDoktorRejectedException">It is none (<see cref="VideoDoktorStatus.X014BirthYear"/>).</exception>
        public static int BirthYear(string rodneCislo)
        {
            int year;
            int status = NativeLibrary.Methods.vd_birth_year(NativeText.In(rodneCislo, "rodne_cislo"), out year);
            if (status != 0)
            {
                throw VideoDoktorException.Of(status, null);
            }
            return year;
        }
    }
}
