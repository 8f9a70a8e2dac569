using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Places;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Tcp;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>Balances connections without requests by the tables that requests go by.</summary>
internal sealed class ConfiguredTcp(ConfiguredProxy proxy, Action<EndedConnection> ended) : ITcpBalancer
{
    public ITcpChoice? Begin(string upstream, IPAddress client) =>
        proxy.Current().Upstreams.TryGetValue(upstream, out var entry) ? new Choice(proxy, entry, client) : null;   // a reload may have taken it away

    public void Ended(EndedConnection connection) => ended(connection);

    /// <summary>Goes by the tables of its beginning, and by those in force once it had to wait or was refused, as a request does.</summary>
    private sealed class Choice : ITcpChoice, IPlaceSeeker
    {
        /// <summary>What a connection that stood is told as: a tunnel that was granted.</summary>
        private const int Granted = 200;

        private readonly ConfiguredProxy _proxy;
        private readonly IPAddress _client;
        private readonly ulong _ticket;
        private readonly RetryMeter _meter;
        private readonly List<HttpPeer> _picked = [];
        private UpstreamEntry _upstream;
        private ulong[] _tried = [];
        private BackendCounts? _held;
        private BreakerPass _pass;
        private Waiter? _waiter;
        private volatile bool _isGone;
        private long _pickedAt;
        private bool _stood;
        private bool _isRetrying;

        public Choice(ConfiguredProxy proxy, UpstreamEntry upstream, IPAddress client)
        {
            (_proxy, _upstream, _client, _ticket, _meter) = (proxy, upstream, client, upstream.Tickets.Next(), upstream.Meter);
            _meter.Began();
        }

        public bool IsGone => _isGone;

        public void WaitsAt(Waiter? waiter) => Interlocked.Exchange(ref _waiter, waiter);   // a full fence: either who abandons it sees the waiter, or the waiter sees that it is gone

        public async ValueTask<(HttpPeer? Peer, Outcome Refusal)> PickAsync()
        {
            if (_picked.Count > 0)
                FollowCurrent();
            var selection = TryEnter(_upstream.Waiting.Length, out var isForAny);
            var refusal = selection.HasCandidate ? Outcome.None
                : selection.Kind == SelectionKind.Wait ? await QueueWait.ForPlaceAsync(_upstream, isForAny, this).ConfigureAwait(false)
                : QueueWait.OutcomeOf(selection.Kind);
            return refusal == Outcome.None ? (_picked[^1], refusal) : (null, refusal);
        }

        public Selection Look()
        {
            FollowCurrent();
            return TryEnter(waiting: 0, out _);
        }

        public void Abandon()
        {
            _isGone = true;
            Interlocked.MemoryBarrier();
            Volatile.Read(ref _waiter)?.Abandon();
        }

        private Selection TryEnter(int waiting, out bool isForAny)
        {
            Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
            var key = PickKey.Of(_upstream.Selector.Policy, new KeyInput { Client = _client }, scratch);
            isForAny = _picked.Count == 0;
            var selection = ConfiguredProxy.TryEnter(_upstream, key, [], _tried, _ticket, waiting, ref isForAny, out _pass);
            if (!selection.HasCandidate)
                return selection;
            _picked.Add(_upstream.Peers[selection.Index]);
            _tried = ConfiguredProxy.WithTried(_tried, selection.Index, _upstream.Peers.Length);
            (_held, _pickedAt, _stood) = (_upstream.Counts[selection.Index], Stopwatch.GetTimestamp(), false);
            return selection;
        }

        /// <summary>Indexes are those of one table: found again by address.</summary>
        private void FollowCurrent()
        {
            if (!_proxy.Current().Upstreams.TryGetValue(_upstream.Name, out var upstream) || ReferenceEquals(upstream, _upstream))
                return;
            (_upstream, _tried) = (upstream, []);
            foreach (var peer in _picked)
            {
                if (upstream.IndexOf(peer.Address) is >= 0 and var index)
                    _tried = ConfiguredProxy.WithTried(_tried, index, upstream.Peers.Length);
            }
        }

        public void Connected()
        {
            _stood = true;
            _held!.Answered(_pickedAt);
        }

        public void Leave(Outcome outcome)
        {
            var held = _held;
            _held = null;
            held?.End(outcome, _stood ? Granted : 0, _pickedAt, _pass);
        }

        public RetryDecision Decide(in AttemptReport report) => _meter.Decide(_upstream.Retry, report, ThreadEntropy.Next(), ref _isRetrying);

        public void Dispose()
        {
            Leave(Outcome.HookFailed);                               // left already, unless a bug of ours came between
            _meter.Ended(_isRetrying);
        }
    }
}
