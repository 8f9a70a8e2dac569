using System;
using System.Collections.Generic;
using System.Linq;
using Fairlead.Primitives;

namespace Fairlead.Properties.Simulation;

/// <summary>What became of one request, whoever saw it.</summary>
internal sealed class Fate(SimRequest request, Instant askedAt)
{
    public SimRequest Request { get; } = request;

    public Instant AskedAt { get; } = askedAt;

    public List<string> Ends { get; } = [];

    /// <summary>Backends whose process received it, in order.</summary>
    public List<int> ReceivedBy { get; } = [];
}

/// <summary>A first attempt: when, where, and since when that backend had been bad (never: it was not) and a member with an address, so that it could be checked.</summary>
internal sealed record FirstAttempt(Instant At, int Backend, bool WasUsable, Instant BadSince, Instant ReachedSince);

/// <summary>The truth, noted by whoever sees it happen, for the assertions to judge. The proxy under test cannot read it.</summary>
internal sealed class Reference(SimClock clock, Action<string> trace)
{
    private readonly Dictionary<long, Fate> _fates = [];

    public IEnumerable<Fate> Fates => _fates.Values.OrderBy(static fate => fate.Request.Number);

    public List<FirstAttempt> FirstAttempts { get; } = [];

    public int Requests => _fates.Count;

    public void Asked(SimRequest request)
    {
        trace($"client asks {request.Number} {request.Method}");
        _fates.Add(request.Number, new Fate(request, clock.Now));
    }

    public void Answered(SimRequest request, string reply)
    {
        trace($"client got {request.Number} {reply}");
        _fates[request.Number].Ends.Add(reply);
    }

    public void Received(long request, int backend)
    {
        trace($"backend {backend} received {request}");
        _fates[request].ReceivedBy.Add(backend);
    }

    public void Attempted(SimBackend backend, bool wasUsable, Instant reachedSince) =>
        FirstAttempts.Add(new FirstAttempt(clock.Now, backend.Number, wasUsable, backend.BadSince, reachedSince));
}
