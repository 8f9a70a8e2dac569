using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using Fairlead.Http;

namespace Fairlead.Proxy.Sessions;

/// <summary>Connections by client (<see cref="ClientNetwork"/>); a client without any takes no room.</summary>
internal sealed class ClientCounts
{
    private readonly Dictionary<UInt128, int> _open = [];
    private readonly Lock _gate = new();

    public int Clients
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>Counts one more, unless the client has <paramref name="max"/> already.</summary>
    public bool TryEnter(IPAddress client, int max)
    {
        var key = ClientNetwork.Of(client);
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(key);
            if (open >= max)
                return false;
            _open[key] = open + 1;
            return true;
        }
    }

    /// <summary>One that had entered has ended.</summary>
    public void Leave(IPAddress client)
    {
        var key = ClientNetwork.Of(client);
        lock (_gate)
        {
            if (_open[key] == 1)
                _open.Remove(key);
            else
                _open[key]--;
        }
    }
}
