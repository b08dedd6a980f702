using System;
using System.Collections.Generic;
using System.Drawing;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Windows.Forms;
using VideoDoktor;

namespace VideoDoktorForm
{
    /// <summary>The practice's video calls: lists, invites, moves, removes, saves one for a calendar, prints an invitation, and watches the list.</summary>
    /// <remarks>
    /// Calls are awaited, so the window does not freeze; one button ends the one under way.
    /// Settings come from the environment: VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and VIDEODOKTOR_CA_FILE. What is not set is the
    /// sandbox's, so that the program runs as it is opened; a practice's program keeps its settings elsewhere and has no such defaults.
    /// </remarks>
    internal sealed class MainForm : Form
    {
        private const string SandboxUrl = "http://127.0.0.1:43210"; // videodoktor-sandbox without arguments
        private static readonly Size ActionSize = new Size(121, 30);

        private readonly string url = Setting("URL", SandboxUrl);
        private readonly VideoDoktorClient client;
        private readonly MeetingWatcher watcher;
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

        /// <summary>A line of its own: what the watcher sees must not take a message off the screen that somebody reads.</summary>
        private readonly Label watched = new Label { Dock = DockStyle.Bottom, Height = 24, TextAlign = ContentAlignment.MiddleLeft };

        /// <summary>What the action under way has achieved; an error that follows does not take it off the screen.</summary>
        private string news = "";

        public MainForm()
        {
            Text = "VideoDoktor";
            ClientSize = new Size(900, 600);
            StartPosition = FormStartPosition.CenterScreen;
            client = new VideoDoktorClient(url, Setting("APP_KEY", "sandbox-app-key"), Setting("API_KEY", "sandbox-practice-1"),
                new VideoDoktorOptions { CaFile = Setting("CA_FILE", null), UserAgent = "VideoDoktorForm/1.1" });

            watcher = NewWatcher();
            var fields = new Panel { Dock = DockStyle.Left, Width = 276 };
            patient = NewField(fields, "Pacient", "Jana Nováková");
            email = NewField(fields, "E-mail", "jana@example.cz");
            phone = NewField(fields, "Telefon", "777 123 456");
            birthNumber = NewField(fields, "Rodné číslo", "805305/0016");
            start = NewField(fields, "Začátek", DateTime.Today.AddDays(1).ToString("d.M.yyyy", CultureInfo.InvariantCulture) + " 10:00");
            NewAction("Pozvat", Invite);
            NewAction("Přesunout", MoveMeeting);
            NewAction("Zrušit hovor", Remove);
            NewAction("Obnovit seznam", ShowMeetings);
            NewAction("Do kalendáře", SaveForCalendar);
            NewAction("Pozvánka", ShowInvitation);
            NewAction(cancel).Click += (sender, e) => underWay?.Cancel();
            fields.Controls.Add(actions);

            list.Columns.Add("Začátek", 140);
            list.Columns.Add("Pacient", 200);
            list.Columns.Add("E-mail", 220);
            Controls.AddRange(new Control[] { list, fields, watched, message, NewHeading() });
            Shown += async (sender, e) => await Do(ShowMeetings);
        }

        /// <summary>A call under way when the window closes ends by itself: nothing waits for the service.</summary>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                watcher.Dispose();
                client.Dispose();
            }
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

        private async Task MoveMeeting(CancellationToken cancellation)
        {
            var old = Selected("který se má přesunout na čas v poli Začátek");
            if (old == null) { return; }
            var moved = await client.MoveMeetingAsync(old.MeetId, new Invitation { MeetStart = MeetStart.FromText(start.Text) }, cancellation);
            if (!moved.Moved)
            {
                Say("Videohovor začíná v tomto čase už teď: nic se neodeslalo.");
                return;
            }
            var gone = moved.OldWasGone ? "Původní videohovor mezitím zrušil nebo přesunul někdo jiný: zkontrolujte seznam." + Environment.NewLine : "";
            var more = moved.Duplicates.Count == 0 ? "" : "Na tento čas má pacient pozvánek více: přebytečné zrušte." + Environment.NewLine;
            Tell("Videohovor je přesunut. Pacient dostane novou pozvánku a zrušení původní." + Environment.NewLine +
                gone + more + "Odkaz pro lékaře: " + moved.MeetUrl);
            await ShowMeetings(cancellation);
        }

        private async Task Remove(CancellationToken cancellation)
        {
            var meeting = Selected("který se má zrušit");
            if (meeting == null) { return; }
            await client.RemoveMeetingAsync(meeting.MeetId, cancellation);
            Tell("Videohovor je zrušen.");
            await ShowMeetings(cancellation);
        }

        private Task SaveForCalendar(CancellationToken cancellation)
        {
            var meeting = Selected("který se má uložit do kalendáře");
            if (meeting != null)
            {
                using (var dialog = new SaveFileDialog { FileName = "videohovor.ics", DefaultExt = "ics", Filter = "Kalendář (*.ics)|*.ics" })
                {
                    if (dialog.ShowDialog(this) == DialogResult.OK)
                    {
                        SaveForCalendar(meeting, dialog.FileName);
                    }
                    else
                    {
                        Say("");
                    }
                }
            }
            return Done();
        }

        private void SaveForCalendar(Meeting meeting, string file)
        {
            try
            {
                File.WriteAllText(file, VideoDoktorLibrary.Calendar(meeting.Json, null)); // in UTF-8, as calendar programs read it
                Say("Uloženo: " + file + Environment.NewLine +
                    "Otevřete soubor, a videohovor se přidá do kalendáře. Obsahuje odkaz: nedávejte ho nikomu jinému.");
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                Say(error.Message, true);
            }
        }

        private Task ShowInvitation(CancellationToken cancellation)
        {
            var meeting = Selected("pro který se má vytisknout pozvánka");
            if (meeting != null)
            {
                Say("");
                using (var preview = new PreviewForm(meeting))
                {
                    preview.ShowDialog(this);
                }
            }
            return Done();
        }

        private static Task Done()
        {
            return Task.FromResult(true);
        }

        /// <summary>The call that is selected in the list; otherwise null, and the person is told to select one.</summary>
        private Meeting Selected(string what)
        {
            if (list.SelectedItems.Count == 0)
            {
                Say("Vyberte v seznamu videohovor, " + what + ".");
                return null;
            }
            return (Meeting)list.SelectedItems[0].Tag;
        }

        private async Task ShowMeetings(CancellationToken cancellation)
        {
            var meetings = await client.ListMeetingsAsync(cancellation);
            if (IsDisposed) { return; }
            ShowList(meetings);
            watcher.Start(meetings); // what this window has done itself is no news
            if (watched.Text == "")
            {
                ShowWatched("Seznam se sleduje každou minutu.");
            }
            if (news == "")
            {
                Say("Videohovorů v seznamu: " + meetings.Count);
            }
        }

        /// <summary>The row that was selected stays selected, wherever it has come to stand.</summary>
        private void ShowList(IEnumerable<Meeting> meetings)
        {
            var kept = list.SelectedItems.Count == 0 ? null : ((Meeting)list.SelectedItems[0].Tag).MeetId;
            list.Items.Clear();
            foreach (var meeting in meetings)
            {
                var row = new[] { InvitationSheet.When(meeting), meeting.PacientJmeno, meeting.PacientEmail };
                list.Items.Add(new ListViewItem(row) { Tag = meeting, Selected = meeting.MeetId == kept });
            }
        }

        /// <summary>What others change, and when a call gets under way, without a click: every minute. It begins with the first list (ShowMeetings).</summary>
        private MeetingWatcher NewWatcher()
        {
            var made = new MeetingWatcher(client);
            made.BecameActive += (sender, e) => ShowWatched("Videohovor probíhá: " + e.Meeting.PacientJmeno);
            made.Added += (sender, e) => ShowWatched("Nově v seznamu: " + e.Meeting.PacientJmeno + ", " + InvitationSheet.When(e.Meeting));
            made.Removed += (sender, e) => ShowWatched("Už není v seznamu: " + e.Meeting.PacientJmeno + ", " + InvitationSheet.When(e.Meeting));
            made.Listed += (sender, e) => ShowList(e.Meetings);
            // in short: whoever refreshes the list gets the whole message
            made.Failed += (sender, e) => ShowWatched("Seznam se nepodařilo načíst. Další pokus za " + (int)made.NextPollIn.TotalSeconds + " s.");
            return made;
        }

        private void ShowWatched(string text)
        {
            watched.Text = "  " + text;
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
            if (error != null && error.MovedMeetUrl != "") // of a move whose old call may still be there
            {
                text += Environment.NewLine + "Odkaz pro lékaře k novému videohovoru: " + error.MovedMeetUrl;
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

        /// <summary>A field below those that are there already. When it is left, the next click is near: it will not have to wait for a connection.</summary>
        private TextBox NewField(Control fields, string title, string value)
        {
            var top = 8 + fields.Controls.Count / 2 * 50;
            var field = new TextBox { Text = value, Bounds = new Rectangle(12, top + 18, 250, 26) };
            fields.Controls.Add(new Label { Text = title, Bounds = new Rectangle(12, top, 250, 18) });
            fields.Controls.Add(field);
            field.Leave += (sender, e) =>
            {
                if (!Disposing)
                {
                    client.Prepare();
                }
            };
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
