using System;
using System.Collections.Generic;

namespace VideoDoktor
{
    /// <summary>The native clients behind one VideoDoktorClient: each call has one to itself, so that it can be ended by itself.</summary>
    /// <remarks>The one that was used last is used next, so that its connection and its token serve the next call: a program that does one thing at a
    /// time has one.</remarks>
    internal sealed class NativeClients
    {
        private readonly object gate = new object();
        private readonly Stack<NativeClient> idle = new Stack<NativeClient>();
        private readonly HashSet<NativeClient> rented = new HashSet<NativeClient>();
        private readonly byte[] appUrl;
        private readonly byte[] apiAppKey;
        private readonly byte[] apiKey;
        private readonly byte[] optionsJson;
        private bool ended;

        internal NativeClients(byte[] appUrl, byte[] apiAppKey, byte[] apiKey, byte[] optionsJson)
        {
            this.appUrl = appUrl;
            this.apiAppKey = apiAppKey;
            this.apiKey = apiKey;
            this.optionsJson = optionsJson;
            try
            {
                idle.Push(NativeClient.New(appUrl, apiAppKey, apiKey, optionsJson));
            }
            catch (Exception)
            {
                ClearSecrets();
                throw;
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

        /// <summary>Gets the one ready that the next call will have.</summary>
        internal void Prepare()
        {
            lock (gate)
            {
                ThrowIfEnded();
                if (idle.Count == 0)
                {
                    idle.Push(NativeClient.New(appUrl, apiAppKey, apiKey, optionsJson));
                }
                idle.Peek().Prepare();
            }
        }

        internal void Interrupt()
        {
            lock (gate)
            {
                ThrowIfEnded();
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

        internal void ThrowIfEnded()
        {
            lock (gate)
            {
                if (ended)
                {
                    throw new ObjectDisposedException("VideoDoktorClient");
                }
            }
        }
    }
}
