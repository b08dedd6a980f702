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
