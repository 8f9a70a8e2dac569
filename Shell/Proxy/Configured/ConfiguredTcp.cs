using System;
using System.Diagnostics;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Proxy.Control;
using Fairlead.Proxy.Tcp;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>Balances connections without requests by the tables that requests go by.</summary>
internal sealed class ConfiguredTcp(ConfiguredProxy proxy, Action<EndedConnection> ended) : ITcpBalancer
{
    public ITcpChoice? Begin(string upstream, IPAddress client) =>
        proxy.Current().Upstreams.TryGetValue(upstream, out var entry) ? new Choice(entry, client) : null;   // a reload may have taken it away

    public void Ended(EndedConnection connection) => ended(connection);

    /// <summary>Goes by the tables of its beginning, as a request does; the place it holds counts among theirs.</summary>
    private sealed class Choice : ITcpChoice
    {
        /// <summary>What a connection that stood is told as: a tunnel that was granted.</summary>
        private const int Granted = 200;

        private readonly UpstreamEntry _upstream;
        private readonly IPAddress _client;
        private readonly ulong _ticket;
        private ulong[] _tried = [];
        private BackendCounts? _held;
        private long _pickedAt;
        private bool _stood;
        private bool _isRetrying;

        public Choice(UpstreamEntry upstream, IPAddress client)
        {
            (_upstream, _client, _ticket) = (upstream, client, upstream.Tickets.Next());
            upstream.Meter.Began();
        }

        /// <summary>Nobody waits here: only requests do, and a place is left to them first.</summary>
        public HttpPeer? Pick(out Outcome refusal)
        {
            Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
            var key = PickKey.Of(_upstream.Selector.Policy, new KeyInput { Client = _client }, scratch);
            var isForAny = true;
            var selection = _upstream.Waiting.IsSomebodyForAny
                ? new Selection(SelectionKind.QueueFull, Picker.None)
                : ConfiguredProxy.TryEnter(_upstream, key, [], _tried, _ticket, waiting: int.MaxValue, ref isForAny);
            refusal = selection.HasCandidate ? Outcome.None : ConfiguredProxy.OutcomeOf(selection.Kind);
            if (!selection.HasCandidate)
                return null;
            _tried = ConfiguredProxy.WithTried(_tried, selection.Index, _upstream.Peers.Length);
            (_held, _pickedAt, _stood) = (_upstream.Counts[selection.Index], Stopwatch.GetTimestamp(), false);
            return _upstream.Peers[selection.Index];
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
            held?.End(outcome, _stood ? Granted : 0, _pickedAt);
        }

        public RetryDecision Decide(in AttemptReport report) => _upstream.Meter.Decide(_upstream.Retry, report, ThreadEntropy.Next(), ref _isRetrying);

        public void Dispose()
        {
            Leave(Outcome.HookFailed);                               // left already, unless a bug of ours came between
            _upstream.Meter.Ended(_isRetrying);
        }
    }
}
