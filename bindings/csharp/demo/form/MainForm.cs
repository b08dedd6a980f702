using System;
using System.Collections.Generic;
using System.Drawing;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Windows.Forms;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>The practice's video calls: lists, invites, removes. Calls are awaited, so the window does not freeze; one button ends the one under way.</summary>
    /// <remarks>
    /// Settings come from the environment: VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_CA_FILE. What is not set is the
    /// sandbox's, so that the program runs as it is opened; a practice's program keeps its settings elsewhere and has no such defaults.
    /// </remarks>
    internal sealed class MainForm : Form
    {
        private const string SandboxUrl = "http://127.0.0.1:43210"; // videodoktor-sandbox without arguments
        private static readonly Size ActionSize = new Size(121, 30);

        private readonly string url = Setting("URL", SandboxUrl);
        private readonly VideoDoktorClient client;
        private readonly TextBox patient, email, phone, birthNumber, start;
        private readonly ListView list = new ListView { Dock = DockStyle.Fill, View = View.Details, FullRowSelect = true, HideSelection = false, MultiSelect = false };
        private readonly FlowLayoutPanel actions = new FlowLayoutPanel { Dock = DockStyle.Bottom, Padding = new Padding(9, 0, 9, 0) };
        private readonly Button cancel = new Button { Text = "Přerušit čekání", Size = ActionSize, Enabled = false };
        private CancellationTokenSource underWay;

        /// <summary>Several lines: what the library says of an error ends with what to do, and must be seen to its end. It can be copied for the support desk.</summary>
        private readonly TextBox message = new TextBox
        {
            Dock = DockStyle.Bottom, Height = 120, Multiline = true, ReadOnly = true, ScrollBars = ScrollBars.Vertical, BackColor = SystemColors.Window
        };

        /// <summary>What the action under way has achieved; an error that follows does not take it off the screen.</summary>
        private string news = "";

        public MainForm()
        {
            Text = "VideoDoktor";
            ClientSize = new Size(900, 600);
            StartPosition = FormStartPosition.CenterScreen;
            client = new VideoDoktorClient(url, Setting("APP_KEY", "sandbox-app-key"), Setting("API_KEY", "sandbox-practice-1"),
                new VideoDoktorOptions { CaFile = Setting("CA_FILE", null), UserAgent = "VideoDoktorForm/1.1" });

            var fields = new Panel { Dock = DockStyle.Left, Width = 276 };
            patient = NewField(fields, "Pacient", "Jana Nováková");
            email = NewField(fields, "E-mail", "jana@example.cz");
            phone = NewField(fields, "Telefon", "777 123 456");
            birthNumber = NewField(fields, "Rodné číslo", "805305/0016");
            start = NewField(fields, "Začátek", DateTime.Today.AddDays(1).ToString("d.M.yyyy", CultureInfo.InvariantCulture) + " 10:00");
            NewAction("Pozvat", Invite);
            NewAction("Zrušit hovor", Remove);
            NewAction("Obnovit seznam", ShowMeetings);
            NewAction(cancel).Click += (sender, e) => underWay?.Cancel();
            fields.Controls.Add(actions);

            list.Columns.Add("Začátek", 140);
            list.Columns.Add("Pacient", 200);
            list.Columns.Add("E-mail", 220);
            Controls.AddRange(new Control[] { list, fields, message, NewHeading() });
            Shown += async (sender, e) => await Do(ShowMeetings);
        }

        /// <summary>A call under way when the window closes ends by itself: nothing waits for the service.</summary>
        protected override void Dispose(bool disposing)
        {
            if (disposing) { client.Dispose(); }
            base.Dispose(disposing);
        }

        private async Task Invite(CancellationToken cancellation)
        {
            var year = VideoDoktorLibrary.BirthYear(birthNumber.Text);
            var check = InvitationCheck.Of(patient.Text, email.Text, phone.Text, year.ToString(CultureInfo.InvariantCulture), start.Text);
            if (!check.IsValid) // all that is wrong is told at once, and nothing is sent
            {
                Say(string.Join(Environment.NewLine, check.Problems.Select(problem => problem.Message)), true);
                return;
            }
            var invitation = new Invitation
            {
                PacientJmeno = patient.Text,
                PacientEmail = email.Text,
                PacientTelefon = phone.Text,
                PacientNarozen = year,
                MeetStart = MeetStart.FromText(start.Text),
            };
            var created = await client.AddMeetingAsync(invitation, cancellation);
            var more = created.Duplicates.Count == 0 ? "" : "Na tento čas má pacient pozvánek více: přebytečné zrušte." + Environment.NewLine;
            Tell("Pacient je pozván: " + invitation.PacientJmeno + ", " + invitation.MeetStart + "." + Environment.NewLine +
                more + "Odkaz pro lékaře: " + created.MeetUrl);
            await ShowMeetings(cancellation);
        }

        private async Task Remove(CancellationToken cancellation)
        {
            if (list.SelectedItems.Count == 0)
            {
                Say("Vyberte v seznamu videohovor, který se má zrušit.");
                return;
            }
            await client.RemoveMeetingAsync(((Meeting)list.SelectedItems[0].Tag).MeetId, cancellation);
            Tell("Videohovor je zrušen.");
            await ShowMeetings(cancellation);
        }

        private async Task ShowMeetings(CancellationToken cancellation)
        {
            var meetings = await client.ListMeetingsAsync(cancellation);
            list.Items.Clear();
            foreach (var meeting in meetings)
            {
                var when = meeting.MeetStart.HasValue ? meeting.MeetStart.Value.DateTime.ToString("d.M.yyyy H:mm", CultureInfo.InvariantCulture) : meeting.MeetTime;
                list.Items.Add(new ListViewItem(new[] { when, meeting.PacientJmeno, meeting.PacientEmail }) { Tag = meeting });
            }
            if (news == "")
            {
                Say("Videohovorů v seznamu: " + meetings.Count);
            }
        }

        /// <summary>One action at a time.</summary>
        private async Task Do(Func<CancellationToken, Task> action)
        {
            SetBusy(true);
            news = "";
            Say("Čekám na službu…");
            if (await HasFailedButMayHaveActed(action))
            {
                await HasFailedButMayHaveActed(ShowMeetings); // whether the patient is invited is seen in the list, and not by inviting again
            }
            SetBusy(false);
        }

        /// <summary>Runs the action. What goes wrong is said whole, in the words of the library.</summary>
        private async Task<bool> HasFailedButMayHaveActed(Func<CancellationToken, Task> action)
        {
            using (underWay = new CancellationTokenSource())
            {
                try
                {
                    await action(underWay.Token);
                    return false;
                }
                catch (OperationCanceledException error)
                {
                    return Failed("Čekání na službu bylo přerušeno.", error.InnerException as VideoDoktorException);
                }
                catch (VideoDoktorException error) // of a window that has closed: VideoDoktorCancelledException
                {
                    return Failed(error.Message, error);
                }
                finally
                {
                    underWay = null;
                }
            }
        }

        private bool Failed(string text, VideoDoktorException error)
        {
            var mayHaveActed = error != null && error.MayHaveActed;
            if (mayHaveActed && !(error is VideoDoktorOutcomeUnknownException)) // whose message says so
            {
                text += " Služba mohla požadavek přesto provést: podívejte se do seznamu.";
            }
            if (url == SandboxUrl && error is VideoDoktorNetworkException)
            {
                text += Environment.NewLine + "Na adrese " + url + " má běžet sandbox: spusťte videodoktor-sandbox, nebo nastavte proměnnou VIDEODOKTOR_URL.";
            }
            Tell(news == "" ? text : news + Environment.NewLine + text, true);
            return mayHaveActed;
        }

        /// <summary>Says what the action has come to; neither the list nor an error that follows takes it off the screen.</summary>
        private void Tell(string text, bool isError = false)
        {
            news = text;
            Say(text, isError);
        }

        private void Say(string text, bool isError = false)
        {
            if (!IsDisposed)
            {
                message.ForeColor = isError ? Color.DarkRed : SystemColors.WindowText;
                message.Text = text;
            }
        }

        private void SetBusy(bool busy)
        {
            if (!IsDisposed)
            {
                foreach (Control action in actions.Controls)
                {
                    action.Enabled = action == cancel ? busy : !busy;
                }
            }
        }

        private void NewAction(string title, Func<CancellationToken, Task> action)
        {
            NewAction(new Button { Text = title, Size = ActionSize }).Click += async (sender, e) => await Do(action);
        }

        /// <summary>A button after those that are there already: they stand in rows of two.</summary>
        private Button NewAction(Button button)
        {
            actions.Controls.Add(button);
            actions.Height = (actions.Controls.Count + 1) / 2 * (button.Height + button.Margin.Vertical) + 6;
            return button;
        }

        /// <summary>A field below those that are there already.</summary>
        private static TextBox NewField(Control fields, string title, string value)
        {
            var top = 8 + fields.Controls.Count / 2 * 50;
            var field = new TextBox { Text = value, Bounds = new Rectangle(12, top + 18, 250, 26) };
            fields.Controls.Add(new Label { Text = title, Bounds = new Rectangle(12, top, 250, 18) });
            fields.Controls.Add(field);
            return field;
        }

        /// <summary>Which service it is, above all else: nobody must take the sandbox for the service, or the other way round.</summary>
        private Label NewHeading()
        {
            return new Label
            {
                Dock = DockStyle.Top, Height = 32, TextAlign = ContentAlignment.MiddleCenter,
                Text = url == SandboxUrl ? "Sandbox na adrese " + url + " (bez nastavení): pacientovi nic neodejde." : "Služba: " + url
            };
        }

        private static string Setting(string name, string otherwise)
        {
            var value = Environment.GetEnvironmentVariable("VIDEODOKTOR_" + name);
            return string.IsNullOrEmpty(value) ? otherwise : value;
        }
    }
}
