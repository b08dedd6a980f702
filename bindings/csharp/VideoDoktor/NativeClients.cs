using System;
using System.Collections.Generic;

namespace VideoDoktor
{
    /// <summary>The native clients behind one VideoDoktorClient: one that calls share, and one for each call that can be cancelled by itself.</summary>
    /// <remarks>An idle one is used again, so that its token and its look-ups serve the next call: a program that does one thing at a time has two.</remarks>
    internal sealed class NativeClients
    {
        private readonly object gate = new object();
        private readonly Stack<NativeClient> idle = new Stack<NativeClient>();
        private readonly HashSet<NativeClient> rented = new HashSet<NativeClient>();
        private readonly byte[] appUrl;
        private readonly byte[] apiAppKey;
        private readonly byte[] apiKey;
        private readonly byte[] optionsJson;
        private readonly NativeClient shared;
        private bool ended;

        internal NativeClients(byte[] appUrl, byte[] apiAppKey, byte[] apiKey, byte[] optionsJson)
        {
            this.appUrl = appUrl;
            this.apiAppKey = apiAppKey;
            this.apiKey = apiKey;
            this.optionsJson = optionsJson;
            try
            {
                shared = NativeClient.New(appUrl, apiAppKey, apiKey, optionsJson);
            }
            catch (Exception)
            {
                ClearSecrets();
                throw;
            }
        }

        internal NativeClient Shared
        {
            get
            {
                lock (gate)
                {
                    ThrowIfEnded();
                    return shared;
                }
            }
        }

        internal NativeClient Rent()
        {
            lock (gate)
            {
                ThrowIfEnded();
                NativeClient client = idle.Count > 0 ? idle.Pop() : NativeClient.New(appUrl, apiAppKey, apiKey, optionsJson);
                rented.Add(client);
                return client;
            }
        }

        internal void GiveBack(NativeClient client)
        {
            lock (gate)
            {
                if (rented.Remove(client) && !ended && !client.IsClosed)
                {
                    idle.Push(client);
                }
            }
        }

        internal void Interrupt()
        {
            lock (gate)
            {
                ThrowIfEnded();
                shared.Interrupt();
                foreach (NativeClient client in rented)
                {
                    client.Interrupt();
                }
            }
        }

        internal void End()
        {
            lock (gate)
            {
                if (ended)
                {
                    return;
                }
                ended = true;
                ClearSecrets();
                shared.End();
                foreach (NativeClient client in rented)
                {
                    client.End();
                }
                foreach (NativeClient client in idle)
                {
                    client.End();
                }
            }
        }

        /// <summary>The keys, and the options: they may hold the password of a proxy. An argument that was refused may be null.</summary>
        private void ClearSecrets()
        {
            foreach (byte[] secret in new[] { apiAppKey, apiKey, optionsJson })
            {
                if (secret != null)
                {
                    Array.Clear(secret, 0, secret.Length);
                }
            }
        }

        private void ThrowIfEnded()
        {
            if (ended)
            {
                throw new ObjectDisposedException("VideoDoktorClient");
            }
        }
    }
}
