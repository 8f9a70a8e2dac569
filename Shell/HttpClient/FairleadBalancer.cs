using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Places;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.HttpClients;

/// <summary>A backend as it is at present: its requests in flight, and for how long requests had it ejected yet (zero: not at all).</summary>
public sealed record BackendStatus(HttpBackend Backend, int InFlight, TimeSpan EjectedFor);

/// <summary>
/// The state of one client's balancing: one for the life of the client, shared by all its handlers, which come and go. Safe for all threads; a pick takes no lock. It owns no timer:
/// what time alone changes is worked out by the next request.
/// </summary>
public sealed class FairleadBalancer
{
    private readonly SelectionSettings _selection;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Func<HttpRequestMessage, byte[]>? _key;
    private readonly TimeSpan _decay;
    private readonly OutlierSettings? _outliers;
    private readonly WaitingLine _waiting = new();
    private readonly Lock _gate = new();                              // held to replace the view, never to read it
    private View _view;
    private ulong _tickets = ulong.MaxValue;

    /// <summary>A balancer with those options; changing them later changes nothing.</summary>
    /// <exception cref="ArgumentException">Options that cannot be, such as a backend twice or a policy that hashes the client's address without <see cref="FairleadOptions.Key"/>.</exception>
    public FairleadBalancer(FairleadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Selection.Sticky.IsSome)
            throw new ArgumentException("Sticky cookies are between a proxy and a browser: use a hash policy with a Key.", nameof(options));
        if (options.Selection.SlowStart.IsSome && options.Policy.IsHash)
            throw new ArgumentException("Slow start is not for hash policies: each step would move keys to and fro.", nameof(options));
        if (options.Outliers is { } outliers && outliers.Interval < TimeSpan.FromMilliseconds(1))
            throw new ArgumentException("The interval of the outlier settings must be a millisecond or longer.", nameof(options));

        _selection = options.Selection;
        _time = options.TimeProvider ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        _key = RequestKey.Reader(options.Policy, options.Key);
        _decay = options.Policy is PolicySettings.PeakEwma ewma ? ewma.Decay : TimeSpan.Zero;
        _outliers = options.Outliers;
        HostHeader = options.HostHeader;
        CancelledFailsAfter = options.CancelledFailsAfter ?? TimeSpan.MaxValue;

        _view = View.Of(Distinct(options.Backends), options.Policy, options.Selection, _outliers, Now, new Entropy(Draw()));
    }

    /// <summary>The backends at present, in the order given.</summary>
    public IReadOnlyList<BackendStatus> Backends
    {
        get
        {
            var (now, view) = (Now, Current());
            return view.StatusAt(now);
        }
    }

    /// <summary>Requests that wait for a place at present.</summary>
    public int Waiting => _waiting.Length;

    internal HostHeader HostHeader { get; }

    internal TimeSpan CancelledFailsAfter { get; }

    internal Instant Now => new(_time.GetElapsedTime(_start).Ticks);

    /// <summary>
    /// Other backends from now on. Who was there before, by host and port, keeps its health, latency and requests in flight, whatever else changed; requests under way at others end in peace.
    /// </summary>
    /// <exception cref="ArgumentException">A backend twice.</exception>
    public void Update(IEnumerable<HttpBackend> backends)
    {
        var members = Distinct(backends);
        lock (_gate)
        {
            var now = Now;
            Advance(now);
            Publish(_view.With(members, now));
        }
    }

    /// <summary>A place at a backend this request has not tried, if there is one; it may be waited for.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    internal ValueTask<Lease> EnterAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var attempt = new Attempt(Attempts.Of(request), _key is null ? [] : _key(request), Interlocked.Increment(ref _tickets));
        var view = Current();
        return TryEnter(view, attempt, _waiting.Length, out var kind) is { } lease
            ? new(lease)
            : kind == SelectionKind.Wait ? WaitAsync(attempt, cancel) : throw Refusal(kind, view);
    }

    internal void Leave(BackendState state)
    {
        state.Leave();
        if (_waiting.Length > 0)
            _waiting.Wake();
    }

    internal void Observe(BackendState state, TimeSpan latency, bool isFailure)
    {
        if (_decay > TimeSpan.Zero)
            state.Observe(latency, isFailure, Now, _decay);
    }

    internal void Observe(BackendState state, OutcomeKind kind)
    {
        if (_outliers is null || kind == OutcomeKind.Nothing)
            return;
        var reached = state.Outcomes.Observe(kind, _outliers);
        if (reached == StreakCauses.None)
            return;
        lock (_gate)
        {
            var now = Now;
            Advance(now);
            if (_view.Health is { } health && IndexOf(_view.Members, state) is >= 0 and var index)
                Publish(_view.With(health.Reached(index, reached, now), now));
        }
    }

    private async ValueTask<Lease> WaitAsync(Attempt attempt, CancellationToken cancel)
    {
        var deadline = Now + _selection.Queue.Timeout;
        var waiter = _waiting.Join(_selection.Queue.LengthMax) ?? throw Refusal(SelectionKind.QueueFull, Current());
        try
        {
            while (true)
            {
                var wasWoken = _waiting.Rearm(waiter);
                var view = Current();
                if (TryEnter(view, attempt, waiting: 0, out var kind) is { } lease)
                    return lease;
                if (kind != SelectionKind.Wait)
                    throw Refusal(kind, view);
                if (wasWoken)
                    _waiting.PassOn(waiter);

                var now = Now;
                if (now >= deadline)
                    throw Refusal(SelectionKind.Wait, view);
                await UntilAsync(waiter.Woken, Instant.Min(deadline, view.NextDue) - now, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _waiting.Leave(waiter);
        }
    }

    private async Task UntilAsync(Task woken, TimeSpan longest, CancellationToken cancel)
    {
        // Timers count whole milliseconds: rounded down, the last one would be spent spinning.
        var patience = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(longest.TotalMilliseconds), 1, int.MaxValue));
        try
        {
            await woken.WaitAsync(patience, _time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
    }

    /// <summary>One look: a place taken, or null and why there is none.</summary>
    private Lease? TryEnter(View view, Attempt attempt, int waiting, out SelectionKind kind)
    {
        var now = Now;
        while (true)
        {
            var selection = Select(view, attempt, waiting, now);
            kind = selection.Kind;
            if (!selection.HasCandidate)
                return null;
            var (backend, state, _) = view.Members[selection.Index];
            if (!state.TryEnter(backend.InFlightMax))
                continue;                                             // somebody else took the last place: look again
            attempt.Attempts.Add(state);
            return new Lease(this, backend, state, now);
        }
    }

    private Selection Select(View view, Attempt attempt, int waiting, Instant now)
    {
        const int OnStack = 64;
        var members = view.Members;
        var (count, words) = (members.Length, (members.Length + 63) / 64);
        var inFlight = count <= OnStack ? stackalloc int[count] : new int[count];
        var latencies = _decay == TimeSpan.Zero ? [] : count <= OnStack ? stackalloc PeakLatency[count] : new PeakLatency[count];
        var tried = count <= OnStack ? stackalloc ulong[words] : new ulong[words];
        for (var i = 0; i < count; i++)
        {
            inFlight[i] = members[i].State.InFlight;
            if (!latencies.IsEmpty)
                latencies[i] = members[i].State.Latency;
        }

        // Once everybody was tried, anybody but the latest will do; then anybody.
        var before = attempt.Attempts.Tried;
        for (var skipped = 0; ; skipped = skipped < before.Count - 1 ? before.Count - 1 : before.Count)
        {
            tried.Clear();
            for (var i = skipped; i < before.Count; i++)
            {
                if (IndexOf(members, before[i]) is >= 0 and var index)
                    tried[index >> 6] |= 1UL << (index & 63);
            }

            var input = new PickInput
            {
                Ticket = attempt.Ticket,
                Entropy = Draw(),
                Key = attempt.Key,
                Tried = tried,
                InFlight = inFlight,
                Latencies = latencies,
                Now = now,
            };
            var selection = view.Selector.Select(input, [], waiting);
            if (selection.Kind != SelectionKind.AllTried || skipped >= before.Count)
                return selection;
        }
    }

    /// <summary>The view in force, after what time has changed.</summary>
    private View Current()
    {
        var view = Volatile.Read(ref _view);
        if (Now < view.NextDue)
            return view;
        lock (_gate)
        {
            Advance(Now);
            return _view;
        }
    }

    private void Advance(Instant now)
    {
        if (_view.Health is { } health && _view.NextDue <= now)
            Publish(_view.With(health.NextDue <= now ? health.Count([.. _view.Members.Select(static member => member.State.Outcomes.Take())]).At(now) : health, now));
    }

    private void Publish(View view)
    {
        Interlocked.Exchange(ref _view, view);                        // a full fence: who joins the line after this sees the new view
        if (_waiting.Length > 0)
            _waiting.WakeAll();
    }

    private HttpRequestException Refusal(SelectionKind kind, View view) => Refusals.Of(kind, view, _selection.Queue, Now);

    private static int IndexOf(ImmutableArray<Member> members, BackendState state)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (ReferenceEquals(members[i].State, state))
                return i;
        }

        return -1;
    }

    private static IReadOnlyList<HttpBackend> Distinct(IEnumerable<HttpBackend> backends)
    {
        HttpBackend[] members = [.. backends];
        var seen = new HashSet<BackendAddress>();
        foreach (var backend in members)
        {
            if (!seen.Add(backend.Address))
                throw new ArgumentException($"{backend.Address} is there twice: give it a weight instead.", nameof(backends));
        }

        return members;
    }

    private static ulong Draw() => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>What stays the same while one attempt looks for a place.</summary>
    private readonly record struct Attempt(Attempts Attempts, byte[] Key, ulong Ticket);
}
