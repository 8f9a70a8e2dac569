using System;
using Fairlead.Http1;

namespace Fairlead.Proxy.Sessions;

/// <summary>What one exchange needs besides its connections. Lent to a session while a request is under way, so that an idle connection costs next to nothing.</summary>
internal sealed class ExchangeState
{
    /// <summary>Kept at hand for a thread; each has its buffers with it.</summary>
    private const int AtHandMax = 64;

    /// <summary>Kept for all threads besides; more than this many at once are left to the garbage collector.</summary>
    private const int SharedMax = 1024;

    private static readonly Spares<ExchangeState> Spare = new(AtHandMax, SharedMax);

    [ThreadStatic]
    private static Spares<ExchangeState>.AtHand? _atHand;

    private RequestHead _parsedHead;

    private ExchangeState()
    {
    }

    public RequestHeader Request { get; } = new();

    public RequestHeader UpstreamRequest { get; } = new();

    public ResponseHeader Response { get; } = new();

    public BodyMover RequestBody { get; } = new();

    public BodyMover ResponseBody { get; } = new();

    public TrailerFilter Trailers { get; } = new();

    public AttemptList Attempts { get; } = new();

    /// <summary>What the parser answered last; its slices are of the receive buffer, and mean nothing once the request has taken the head over.</summary>
    public ref RequestHead ParsedHead => ref _parsedHead;

    /// <summary>Where the parsers put fields before they are copied; large enough for any limit in force.</summary>
    public HeaderField[] ParsedFields { get; private set; } = [];

    public static ExchangeState Rent(int fieldsMax)
    {
        var state = Spare.TryTake(_atHand) ?? new ExchangeState();
        if (state.ParsedFields.Length < fieldsMax)
            state.ParsedFields = new HeaderField[fieldsMax];
        state.Attempts.Clear();
        state.Request.Forget();                                     // a refused head is never loaded: logs must not show somebody else's request in its place
        state.Response.Forget();
        state.RequestBody.Begin(default);
        state.ResponseBody.Begin(default);
        state.RequestBody.Out.Rent();
        state.ResponseBody.Out.Rent();
        return state;
    }

    public void Return()
    {
        RequestBody.Out.Release();
        RequestBody.ForgetKept();
        ResponseBody.Out.Release();
        Spare.Give(this, ref _atHand);
    }
}
