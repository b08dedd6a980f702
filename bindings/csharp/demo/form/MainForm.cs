using System;
using System.Collections.Generic;
using System.Drawing;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using System.Windows.Forms;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>The practice's video calls: lists, invites, removes. Calls are awaited, so the window lives on; "Storno" ends the one under way.</summary>
    /// <remarks>VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_CA_FILE are the settings; a real program keeps them elsewhere.</remarks>
    internal sealed class MainForm : Form
    {
        private readonly VideoDoktorClient client;
        private readonly TextBox patient, email, phone, birthNumber, start;
        private readonly ListView list = new ListView { Dock = DockStyle.Fill, View = View.Details, FullRowSelect = true, HideSelection = false, MultiSelect = false };
        private readonly ToolStripStatusLabel status = new ToolStripStatusLabel { Spring = true, TextAlign = ContentAlignment.MiddleLeft };
        private readonly List<Button> actions = new List<Button>();
        private readonly Button cancel;
        private CancellationTokenSource underWay;

        public MainForm()
        {
            Text = "VideoDoktor";
            ClientSize = new Size(860, 460);
            client = new VideoDoktorClient(Setting("URL"), Setting("APP_KEY"), Setting("API_KEY"), new VideoDoktorOptions { CaFile = Setting("CA_FILE") });

            var panel = new Panel { Dock = DockStyle.Left, Width = 260 };
            patient = NewField(panel, 0, "Pacient", "Jana Nováková");
            email = NewField(panel, 1, "E-mail", "jana@example.cz");
            phone = NewField(panel, 2, "Telefon", "777 123 456");
            birthNumber = NewField(panel, 3, "Rodné číslo", "805305/0016");
            start = NewField(panel, 4, "Začátek", DateTime.Today.AddDays(1).ToString("d.M.yyyy", CultureInfo.InvariantCulture) + " 10:00");
            NewAction(panel, 0, "Pozvat", Invite);
            NewAction(panel, 1, "Zrušit", Remove);
            NewAction(panel, 2, "Obnovit", Refresh);
            cancel = new Button { Text = "Storno", Enabled = false, Bounds = new Rectangle(12, 340, 236, 30) };
            cancel.Click += (sender, e) => underWay?.Cancel();
            panel.Controls.Add(cancel);

            list.Columns.Add("Začátek", 140);
            list.Columns.Add("Pacient", 200);
            list.Columns.Add("E-mail", 220);
            var bar = new StatusStrip();
            bar.Items.Add(status);
            Controls.AddRange(new Control[] { list, panel, bar });
            Shown += async (sender, e) => await Do(Refresh);
        }

        /// <summary>A call under way when the window closes ends by itself: nothing waits for the service.</summary>
        protected override void Dispose(bool disposing)
        {
            if (disposing) { client.Dispose(); }
            base.Dispose(disposing);
        }

        private async Task Invite(CancellationToken cancellation)
        {
            var invitation = new Invitation
            {
                PacientJmeno = patient.Text,
                PacientEmail = email.Text,
                PacientTelefon = phone.Text,
                PacientNarozen = VideoDoktorLibrary.BirthYear(birthNumber.Text),
                MeetStart = MeetStart.FromText(start.Text),
            };
            var created = await client.AddMeetingAsync(invitation, cancellation);
            await Refresh(cancellation);
            status.Text = "Pacient je pozván: " + created.MeetUrl;
        }

        private async Task Remove(CancellationToken cancellation)
        {
            if (list.SelectedItems.Count == 0)
            {
                status.Text = "Vyberte videohovor, který se má zrušit.";
                return;
            }
            await client.RemoveMeetingAsync(((Meeting)list.SelectedItems[0].Tag).MeetId, cancellation);
            await Refresh(cancellation);
            status.Text = "Videohovor je zrušen.";
        }

        private async Task Refresh(CancellationToken cancellation)
        {
            var meetings = await client.ListMeetingsAsync(cancellation);
            list.Items.Clear();
            foreach (var meeting in meetings)
            {
                var when = meeting.MeetStart.HasValue ? meeting.MeetStart.Value.DateTime.ToString("d.M.yyyy H:mm", CultureInfo.InvariantCulture) : meeting.MeetTime;
                list.Items.Add(new ListViewItem(new[] { when, meeting.PacientJmeno, meeting.PacientEmail }) { Tag = meeting });
            }
            status.Text = "Videohovorů: " + meetings.Count;
        }

        /// <summary>One action at a time; what goes wrong is said in the status bar, in the words of the library.</summary>
        private async Task Do(Func<CancellationToken, Task> action)
        {
            using (underWay = new CancellationTokenSource())
            {
                SetBusy(true);
                status.Text = "Čekám na službu…";
                try
                {
                    await action(underWay.Token);
                }
                catch (OperationCanceledException error)
                {
                    var cause = error.InnerException as VideoDoktorException;
                    status.Text = cause != null && cause.MayHaveActed ? "Zrušeno. Pozvánka mohla přesto odejít: obnovte seznam." : "Zrušeno.";
                }
                catch (VideoDoktorCancelledException)
                {
                    return; // the window has closed
                }
                catch (VideoDoktorException error)
                {
                    status.Text = error.Message;
                }
                finally
                {
                    underWay = null;
                }
                SetBusy(false);
            }
        }

        private void SetBusy(bool busy)
        {
            actions.ForEach(button => button.Enabled = !busy);
            cancel.Enabled = busy;
        }

        private void NewAction(Control parent, int column, string title, Func<CancellationToken, Task> action)
        {
            var button = new Button { Text = title, Bounds = new Rectangle(12 + 80 * column, 300, 76, 30) };
            button.Click += async (sender, e) => await Do(action);
            actions.Add(button);
            parent.Controls.Add(button);
        }

        private static TextBox NewField(Control parent, int row, string title, string value)
        {
            var field = new TextBox { Text = value, Bounds = new Rectangle(12, 32 + row * 54, 236, 26) };
            parent.Controls.Add(new Label { Text = title, Bounds = new Rectangle(12, 12 + row * 54, 230, 18) });
            parent.Controls.Add(field);
            return field;
        }

        private static string Setting(string name)
        {
            return Environment.GetEnvironmentVariable("VIDEODOKTOR_" + name);
        }
    }
}
