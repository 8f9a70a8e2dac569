using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Places;
using Fairlead.Primitives;
using Fairlead.Proxy.Control;
using Fairlead.Resilience;
using LanguageExt;

namespace Fairlead.Proxy;

/// <content>Which backend gets a request, and the wait for a place there.</content>
internal sealed partial class ConfiguredProxy
{
    /// <summary>Words of bit sets over candidates that fit on the stack: 1,024 candidates.</summary>
    private const int WordsOnStack = 16;

    /// <summary>
    /// One look: when there is a candidate, the request holds a place there. <paramref name="isForAny"/> when any candidate would do: one that is new then lines up behind others like it.
    /// </summary>
    [SkipLocalsInit]                                                 // what is read of the scratch was written
    private static Selection TryEnter(Session session, UpstreamEntry upstream, bool isNew, out bool isForAny)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        var request = session.Request;
        var parts = new KeyInput
        {
            Client = session.ClientAddress,
            Head = request.Arena,
            Fields = request.Fields,
            Path = request.PathBytes,
            Query = request.QueryBytes,
        };
        var key = PickKey.Of(upstream.Selector.Policy, parts, scratch);
        var token = upstream.StickyCookie is { } cookie ? PickKey.Of(cookie, parts, []) : [];
        ReadOnlySpan<ulong> tried = session.TriedCandidates;
        isForAny = token.IsEmpty && !tried.ContainsAnyExcept(0UL);
        var waiting = isNew ? upstream.Waiting.Length : 0;
        var selection = TryEnter(upstream, key, token, tried, session.Ticket ??= upstream.Tickets.Next(), waiting, ref isForAny, out var pass);
        if (selection.HasCandidate)
        {
            (session.Held, session.Pass, session.Selection) = (upstream.Counts[selection.Index], pass, selection);
            MarkTried(session, selection.Index, upstream.Peers.Length);
        }

        return selection;
    }

    /// <summary>
    /// One look for whoever has that key while <paramref name="waiting"/> wait that came before: when there is a candidate, a place there is taken. <paramref name="isForAny"/> becomes false when
    /// a breaker said no to one.
    /// </summary>
    internal static Selection TryEnter(
        UpstreamEntry upstream, ReadOnlySpan<byte> key, ReadOnlySpan<byte> token, scoped ReadOnlySpan<ulong> tried, ulong ticket, int waiting, ref bool isForAny,
        out BreakerPass pass)
    {
        pass = default;
        if (waiting > 0 && isForAny && upstream.Waiting.IsSomebodyForAny)
            return new Selection(waiting < upstream.Selector.Settings.Queue.LengthMax ? SelectionKind.Wait : SelectionKind.QueueFull, Picker.None);

        var words = (upstream.Peers.Length + 63) / 64;
        var passedOver = words <= WordsOnStack ? stackalloc ulong[words] : upstream.Breaker is null ? [] : new ulong[words];   // zeros: fewer may be copied there than are read
        var now = upstream.Breaker is null && upstream.Decay == TimeSpan.Zero ? default : MonotonicClock.Now;
        while (true)
        {
            var selection = upstream.Selector.Select(
                new PickInput
                {
                    Ticket = ticket,
                    Entropy = ThreadEntropy.Next(),
                    Key = key,
                    Tried = tried,
                    InFlight = upstream.Slots.InFlight,
                    Latencies = upstream.Slots.Latencies,
                    Now = now,
                },
                token,
                waiting);
            if (!selection.HasCandidate)
                return selection;
            var entered = Enter(upstream, selection.Index, now, out pass);
            if (entered == Entry.Taken)
                return selection;
            if (entered == Entry.Refused)                             // else somebody took the last place: look again
            {
                tried[..Math.Min(tried.Length, words)].CopyTo(passedOver);
                passedOver[selection.Index >> 6] |= 1UL << (selection.Index & 63);
                tried = passedOver[..words];
                isForAny = false;
            }
        }
    }

    private enum Entry : byte
    {
        Taken = 0,
        Full,
        Refused,
    }

    /// <summary>A place at a candidate, if its breaker and its limit allow it. A breaker is asked while the backend counts as ready: in panic an open one is no reason.</summary>
    private static Entry Enter(UpstreamEntry upstream, int index, Instant now, out BreakerPass pass)
    {
        pass = default;
        var counts = upstream.Counts[index];
        var breaker = upstream.Selector.Standings[index] == Standing.Ready ? upstream.Breaker : null;
        if (breaker is not null && !(pass = counts.Ask(breaker, now, ThreadEntropy.Next())).IsAllowed)
            return Entry.Refused;
        if (counts.TryEnter(upstream.Selector.Candidates.ItemRef(index).InFlightMax))
            return Entry.Taken;
        if (breaker is not null)
            counts.Forget(pass, breaker, now);
        return Entry.Full;
    }

    /// <summary>Waits in line until there is a place, by the tables in force at each look.</summary>
    private async ValueTask<Option<HttpPeer>> WaitAsync(Session session, UpstreamEntry upstream, bool isForAny)
    {
        var outcome = await QueueWait.ForPlaceAsync(upstream, isForAny, new Seeker(this, session)).ConfigureAwait(false);
        return outcome == Outcome.None ? RouteOf(session).Upstream.Peers[session.Selection.Index] : Refuse(session, outcome);
    }

    private sealed class Seeker(ConfiguredProxy proxy, Session session) : IPlaceSeeker
    {
        public bool IsGone => session.IsClientGone;

        public void WaitsAt(Waiter? waiter) => session.Waiter = waiter;

        public Selection Look() => TryEnter(session, proxy.Follow(session), isNew: false, out _);
    }

    /// <summary>The session's upstream as it is now; one that is gone stays what it was.</summary>
    private UpstreamEntry Follow(Session session)
    {
        var route = RouteOf(session);
        if (!Current().Upstreams.TryGetValue(route.Upstream.Name, out var upstream) || ReferenceEquals(upstream, route.Upstream))
            return route.Upstream;
        session.RouteState = route with { Upstream = upstream };
        Array.Clear(session.TriedCandidates);                         // indexes are those of one table: found again by address
        for (var i = 0; i < session.Attempts.Count; i++)
        {
            if (upstream.IndexOf(session.Attempts[i].Peer.Address) is >= 0 and var index)
                MarkTried(session, index, upstream.Peers.Length);
        }

        return upstream;
    }

    private static Option<HttpPeer> Refuse(Session session, Outcome outcome)
    {
        session.NoPeer = outcome;
        return Option<HttpPeer>.None;
    }

    private static void MarkTried(Session session, int index, int count) => session.TriedCandidates = WithTried(session.TriedCandidates, index, count);

    /// <summary>The set with one more of <paramref name="count"/> candidates: the same array, unless it is too small.</summary>
    internal static ulong[] WithTried(ulong[] tried, int index, int count)
    {
        var words = (count + 63) / 64;
        if (tried.Length < words)
            Array.Resize(ref tried, words);
        tried[index >> 6] |= 1UL << (index & 63);
        return tried;
    }
}
