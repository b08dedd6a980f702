using System;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace VideoDoktor
{
    /// <summary>One practice at the service. Any thread may call any method at any time.</summary>
    /// <remarks>
    /// Methods wait for the answer; those that end in Async do not. Both throw a subclass of <see cref="VideoDoktorException"/>; what is wrong with an
    /// argument itself is thrown by an Async method at once. After <see cref="Dispose"/> they throw ObjectDisposedException.
    /// </remarks>
    /// <example><code>
    /// using (var client = new VideoDoktorClient("demo", appKey, practiceKey))
    /// {
    ///     MeetingCreated created = await client.AddMeetingAsync(invitation, cancellationToken);
    /// }
    /// </code></example>
    public sealed class VideoDoktorClient : IDisposable
    {
        private readonly NativeClients clients;

        /// <summary>A client with the library's default settings.</summary>
        /// <param name="appUrl">The label that the vendor assigned (demo), or the https:// address.</param>
        /// <param name="apiAppKey">The program's key.</param>
        /// <param name="apiKey">The practice's key.</param>
        /// <exception cref="VideoDoktorUsageException">An argument is malformed; nothing is sent yet, so wrong keys show at the first call.</exception>
        /// <exception cref="VideoDoktorLoadException">The native library cannot be used.</exception>
        public VideoDoktorClient(string appUrl, string apiAppKey, string apiKey) : this(appUrl, apiAppKey, apiKey, (string)null) { }

        /// <summary>A client with settings.</summary>
        /// <exception cref="VideoDoktorUsageException">An argument or a setting is malformed.</exception>
        public VideoDoktorClient(string appUrl, string apiAppKey, string apiKey, [AllowNull] VideoDoktorOptions options)
            : this(appUrl, apiAppKey, apiKey, options == null ? null : options.ToJson()) { }

        /// <summary>A client with settings as a JSON object; null or "" is none.</summary>
        /// <exception cref="VideoDoktorUsageException">An argument or a setting is malformed.</exception>
        public VideoDoktorClient(string appUrl, string apiAppKey, string apiKey, [AllowNull] string optionsJson)
        {
            clients = new NativeClients(NativeText.In(appUrl, "app_url"), NativeText.In(apiAppKey, "api_app_key"), NativeText.In(apiKey, "api_key"),
                optionsJson == "" ? null : NativeText.In(optionsJson, "options_json"));
        }

        /// <summary>Are the keys good? Throws <see cref="VideoDoktorRejectedException"/> with X001 or X002 if not.</summary>
        public void Verify()
        {
            Now(NativeCalls.Verify());
        }

        /// <summary>As <see cref="Verify"/>.</summary>
        public Task VerifyAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Verify(), cancellationToken);
        }

        /// <summary>The service's clock.</summary>
        public ServiceTime GetTime()
        {
            return Now(NativeCalls.Time());
        }

        /// <summary>As <see cref="GetTime"/>.</summary>
        public Task<ServiceTime> GetTimeAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Time(), cancellationToken);
        }

        /// <summary>Creates a video call; the service e-mails the patient and the practice. Never invites twice, whatever the network does.</summary>
        /// <exception cref="VideoDoktorRejectedException">A field is wrong, or the start is taken.</exception>
        /// <exception cref="VideoDoktorOutcomeUnknownException">Nobody can tell whether the patient was invited: look before you invite again.</exception>
        public MeetingCreated AddMeeting(Invitation invitation)
        {
            return Now(NativeCalls.Add(invitation));
        }

        /// <summary>As <see cref="AddMeeting"/>. Once cancelled, the patient may have been invited all the same.</summary>
        /// <exception cref="OperationCanceledException">Cancelled. Where the call was under way, its InnerException is a
        /// <see cref="VideoDoktorException"/>, whose <see cref="VideoDoktorException.MayHaveActed"/> tells whether the patient may have been invited.</exception>
        public Task<MeetingCreated> AddMeetingAsync(Invitation invitation, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Add(invitation), cancellationToken);
        }

        /// <summary>The practice's video calls.</summary>
        public ReadOnlyCollection<Meeting> ListMeetings()
        {
            return Now(NativeCalls.List());
        }

        /// <summary>As <see cref="ListMeetings"/>.</summary>
        public Task<ReadOnlyCollection<Meeting>> ListMeetingsAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.List(), cancellationToken);
        }

        /// <summary>One video call.</summary>
        /// <exception cref="VideoDoktorRejectedException">The service does not know it: X004.</exception>
        public Meeting GetMeeting(string meetId)
        {
            return Now(NativeCalls.Get(meetId));
        }

        /// <summary>As <see cref="GetMeeting"/>.</summary>
        public Task<Meeting> GetMeetingAsync(string meetId, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Get(meetId), cancellationToken);
        }

        /// <summary>Removes a video call; the service tells the patient and the practice.</summary>
        /// <exception cref="VideoDoktorOutcomeUnknownException">Nobody can tell whether it was removed.</exception>
        public MeetingRemoved RemoveMeeting(string meetId)
        {
            return Now(NativeCalls.Remove(meetId));
        }

        /// <summary>As <see cref="RemoveMeeting"/>.</summary>
        public Task<MeetingRemoved> RemoveMeetingAsync(string meetId, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Remove(meetId), cancellationToken);
        }

        /// <summary>Moves a video call: makes a new one at <paramref name="to"/>'s start, then removes the old one. The patient gets an invitation and a
        /// cancellation by e-mail.</summary>
        /// <param name="meetId">The call to be moved.</param>
        /// <param name="to">The new start; a field of the patient that is null or "", and the year 0, takes the old call's value.</param>
        /// <exception cref="VideoDoktorOldRemainsException">The new call is made, the old one may still be there. The same move may be made again.</exception>
        /// <exception cref="VideoDoktorOutcomeUnknownException">Nobody can tell whether the new call was made; the old one stands.</exception>
        /// <exception cref="VideoDoktorRejectedException">The service refuses the new call, or does not know the old one (X004); nothing was done.</exception>
        public MeetingMoved MoveMeeting(string meetId, Invitation to)
        {
            return Now(NativeCalls.Move(meetId, to));
        }

        /// <summary>As <see cref="MoveMeeting"/>. Once cancelled, the call may have been moved all the same.</summary>
        public Task<MeetingMoved> MoveMeetingAsync(string meetId, Invitation to, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Move(meetId, to), cancellationToken);
        }

        /// <summary>Address of the report; there is one from the day after the call. Treat it like the report.</summary>
        /// <exception cref="VideoDoktorReportNotReadyException">There is none yet.</exception>
        public string GetExportUrl(string meetId)
        {
            return Now(NativeCalls.ExportUrl(meetId));
        }

        /// <summary>As <see cref="GetExportUrl"/>.</summary>
        public Task<string> GetExportUrlAsync(string meetId, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.ExportUrl(meetId), cancellationToken);
        }

        /// <summary>Saves the report; the file appears whole or not at all.</summary>
        /// <exception cref="VideoDoktorReportNotReadyException">There is none yet.</exception>
        /// <exception cref="VideoDoktorFileException">It cannot be written.</exception>
        public SavedExport SaveExport(string meetId, string path)
        {
            return Now(NativeCalls.SaveExport(meetId, path));
        }

        /// <summary>As <see cref="SaveExport"/>.</summary>
        public Task<SavedExport> SaveExportAsync(string meetId, string path, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.SaveExport(meetId, path), cancellationToken);
        }

        /// <summary>A call that the vendor added for your program: its name begins with api_. Returns the service's JSON as it came.</summary>
        /// <param name="callName">Such as api_meet_note.</param>
        /// <param name="fieldsJson">An object, as <see cref="VideoDoktorJson.Object"/> makes it; null for none.</param>
        public string Call(string callName, [AllowNull] string fieldsJson)
        {
            return Now(NativeCalls.Call(callName, fieldsJson));
        }

        /// <summary>As <see cref="Call"/>.</summary>
        public Task<string> CallAsync(string callName, [AllowNull] string fieldsJson, CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Call(callName, fieldsJson), cancellationToken);
        }

        /// <summary>Tries the way to the service step by step. A step that fails is a result and not an exception.</summary>
        public Diagnosis Diagnose()
        {
            return Now(NativeCalls.Diagnose());
        }

        /// <summary>As <see cref="Diagnose"/>.</summary>
        public Task<Diagnosis> DiagnoseAsync(CancellationToken cancellationToken = default(CancellationToken))
        {
            return Later(NativeCalls.Diagnose(), cancellationToken);
        }

        /// <summary>A call will follow soon, as when a form was opened or one of its fields was left: connects and fetches a token in the background, and
        /// keeps both at hand for 2 minutes, so that the call takes one round trip. Returns at once; what cannot be got ahead is no error.</summary>
        public void Prepare()
        {
            clients.Prepare();
        }

        /// <summary>Ends every call now under way with <see cref="VideoDoktorCancelledException"/> within a tenth of a second. Later calls work.</summary>
        public void Interrupt()
        {
            clients.Interrupt();
        }

        /// <summary>Ends every call under way with <see cref="VideoDoktorCancelledException"/>. A form may dispose of its client and close.</summary>
        public void Dispose()
        {
            clients.End();
        }

        private T Now<T>(Func<NativeClient, T> call)
        {
            NativeClient own = clients.Rent();
            try
            {
                return call(own);
            }
            finally
            {
                clients.GiveBack(own);
            }
        }

#if NET40
        private const TaskCreationOptions Apart = TaskCreationOptions.None;
#else
        private const TaskCreationOptions Apart = TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler;
#endif

        /// <summary>In a thread of its own, because a call may wait for half a minute and the pool has few threads.</summary>
        private Task<T> Later<T>(Func<NativeClient, T> call, CancellationToken token)
        {
            if (!token.CanBeCanceled)
            {
                clients.ThrowIfEnded(); // at once, as release 1.0 did; of a call that can be cancelled the task tells
            }
            return Task.Factory.StartNew(() => UnlessCancelled(call, token), token, Apart, WaitingThreads.Shared);
        }

        /// <summary>
        /// The token frees the call's native client. vd_client_interrupt would miss a call that is about to begin; a freed client ends it too.
        /// </summary>
        /// <remarks>Of the task's own token, the exception makes the task a cancelled one, and is what its awaiter gets, with the library's words in it.</remarks>
        private T UnlessCancelled<T>(Func<NativeClient, T> call, CancellationToken token)
        {
            NativeClient own = clients.Rent();
            try
            {
                using (token.Register(own.End))
                {
                    return call(own);
                }
            }
            catch (Exception error)
            {
                if (token.IsCancellationRequested && (error is VideoDoktorCancelledException || error is ObjectDisposedException ||
                    error is VideoDoktorUsageException && ((VideoDoktorException)error).Status == VideoDoktorStatus.InvalidHandle))
                {
                    throw new OperationCanceledException(error.Message, error, token);
                }
                throw;
            }
            finally
            {
                clients.GiveBack(own);
            }
        }
    }
}
