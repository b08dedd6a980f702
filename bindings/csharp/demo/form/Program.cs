using System;
using System.Windows.Forms;
using VideoDoktor;

namespace VideoDoktorForm
{
    internal static class Program
    {
        [STAThread]
        private static void Main()
        {
            Application.EnableVisualStyles();
            Application.SetCompatibleTextRenderingDefault(false);
            try
            {
                Application.Run(new MainForm());
            }
            catch (VideoDoktorException error) // no library, or settings that cannot be right
            {
                MessageBox.Show(error.Message, "VideoDoktor");
            }
        }
    }
}
