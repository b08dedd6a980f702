using System.Collections.ObjectModel;

namespace VideoDoktor
{
    /// <summary>How far the way to the service goes: what a support desk asks for. The step that failed is the last one.</summary>
    public sealed class Diagnosis
    {
        internal Diagnosis(int status, Reply reply)
        {
            Status = (VideoDoktorStatus)status;
            IsOk = reply.IsTrue("/ok");
            Json = reply.Whole;
            var steps = new DiagnosisStep[reply.Count("/steps")];
            for (int i = 0; i < steps.Length; i++)
            {
                steps[i] = new DiagnosisStep(reply, Reply.Item("/steps", i));
            }
            Steps = new ReadOnlyCollection<DiagnosisStep>(steps);
        }

        /// <summary>That of the step that failed; Ok if none did.</summary>
        public VideoDoktorStatus Status { get; private set; }

        /// <summary>Everything is well.</summary>
        public bool IsOk { get; private set; }

        /// <summary>In the order in which they were tried.</summary>
        public ReadOnlyCollection<DiagnosisStep> Steps { get; private set; }

        /// <summary>All of it, to be sent to the support desk. No patient's data and no key is in it.</summary>
        public string Json { get; private set; }
    }

    /// <summary>One step on the way to the service.</summary>
    public sealed class DiagnosisStep
    {
        internal DiagnosisStep(Reply reply, string pointer)
        {
            Name = reply.Text(pointer + "/step");
            IsOk = reply.IsTrue(pointer + "/ok");
            Milliseconds = (int)reply.Number(pointer + "/ms");
            Detail = reply.Text(pointer + "/detail");
            Message = reply.Text(pointer + "/message");
        }

        /// <summary>proxy, dns, connect, tls, time, clock or keys.</summary>
        public string Name { get; private set; }

        /// <summary>It went well.</summary>
        public bool IsOk { get; private set; }

        /// <summary>How long it took.</summary>
        public int Milliseconds { get; private set; }

        /// <summary>What was found, in English.</summary>
        public string Detail { get; private set; }

        /// <summary>Of a step that failed: what to do, for the person at the screen. Otherwise "".</summary>
        public string Message { get; private set; }
    }
}
