using System;
using System.Net;
using System.Threading;
using Fairlead.Balancing;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Tcp;

namespace Fairlead.Proxy;

/// <summary>Balances connections without requests by the tables that requests go by. Connections under way are counted by slot, for policies that look at them.</summary>
internal sealed class ConfiguredTcp(ConfiguredProxy proxy, Action<EndedConnection> ended) : ITcpBalancer
{
    private readonly Lock _gate = new();
    private int[] _inFlight = [];

    public TcpPick? Pick(string upstream, IPAddress client, ref ulong[] tried, ref ulong? ticket)
    {
        if (!proxy.Current().Upstreams.TryGetValue(upstream, out var entry))
            return null;                                             // a reload took it away
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var key = PickKey.Of(entry.Policy, new KeyInput { Client = client }, scratch);
        lock (_gate)
        {
            var index = entry.Picker.Pick(new PickInput
            {
                Ticket = ticket ??= entry.Tickets.Next(),
                Entropy = ThreadEntropy.Next(),
                Key = key,
                Tried = tried,
                InFlight = _inFlight,
                Now = MonotonicClock.Now,
            });
            if (index == Picker.None)
                return null;
            var words = (entry.Peers.Length + 63) / 64;
            if (tried.Length < words)
                Array.Resize(ref tried, words);
            tried[index >> 6] |= 1UL << (index & 63);
            var slot = entry.Slots[index];
            if (_inFlight.Length <= slot)
                Array.Resize(ref _inFlight, Math.Max(slot + 1, _inFlight.Length * 2));
            _inFlight[slot]++;
            return new TcpPick(entry.Peers[index], slot, entry.Retry);
        }
    }

    public void Release(in TcpPick pick)
    {
        lock (_gate)
            _inFlight[pick.Slot]--;
    }

    public void Ended(EndedConnection connection) => ended(connection);
}
