using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>What <see cref="BodyReader.Step"/> found.</summary>
public enum BodyEvent : byte
{
    /// <summary>The input is used up (as far as it can be) and the body goes on.</summary>
    NeedMore = 0,

    /// <summary>Body bytes.</summary>
    Data,

    /// <summary>The raw trailer section of a chunked body.</summary>
    Trailers,

    /// <summary>The body is complete; what follows belongs to the next message.</summary>
    End,

    /// <summary>The framing is broken; nothing after it can be trusted.</summary>
    Invalid,
}

/// <summary>How far a body was read. <c>default</c> is a body that is not there.</summary>
public readonly record struct BodyState(BodyKind Kind, long Remaining, ChunkedState Chunked)
{
    /// <summary>Before the first byte of a body so framed.</summary>
    public static BodyState Of(BodyFraming framing) => new(framing.Kind, framing.Length, default);

    /// <summary>True when nothing can follow: no body, or all of a known length was read. (A chunked body says so by its End.)</summary>
    public bool IsComplete => Kind == BodyKind.None || (Kind == BodyKind.Length && Remaining == 0);

    /// <summary>True when the end of input is the end of the body.</summary>
    public bool EndsWithInput => IsComplete || Kind == BodyKind.UntilClose;
}

/// <summary>One step through a body. <see cref="Data"/> lies inside the <see cref="Consumed"/> bytes.</summary>
public readonly record struct BodyStep(BodyEvent Event, BodyState Next, int Consumed, Slice Data, ChunkedFault Fault);

/// <summary>Reads a body by any framing (RFC 9112 §6.3): one interface over a known length, chunked coding, and "until close".</summary>
public static class BodyReader
{
    /// <summary>The next thing in <paramref name="input"/>, which begins where the previous step stopped consuming. Total, allocates nothing.</summary>
    public static BodyStep Step(BodyState state, ReadOnlySpan<byte> input, in ChunkedLimits limits) => state.Kind switch
    {
        BodyKind.Length => OfLength(state, input),
        BodyKind.Chunked => OfChunked(state, input, limits),
        BodyKind.UntilClose => input.IsEmpty ? new(BodyEvent.NeedMore, state, 0, default, default) : new(BodyEvent.Data, state, input.Length, new Slice(0, input.Length), default),
        _ => new(BodyEvent.End, state, 0, default, default),
    };

    private static BodyStep OfLength(BodyState state, ReadOnlySpan<byte> input)
    {
        if (state.Remaining == 0)
            return new(BodyEvent.End, state, 0, default, default);
        if (input.IsEmpty)
            return new(BodyEvent.NeedMore, state, 0, default, default);
        var take = (int)Math.Min(input.Length, state.Remaining);
        return new(BodyEvent.Data, state with { Remaining = state.Remaining - take }, take, new Slice(0, take), default);
    }

    private static BodyStep OfChunked(BodyState state, ReadOnlySpan<byte> input, in ChunkedLimits limits)
    {
        var step = ChunkedDecoder.Step(state.Chunked, input, limits);
        var happened = step.Event switch
        {
            ChunkedEvent.NeedMore => BodyEvent.NeedMore,
            ChunkedEvent.Data => BodyEvent.Data,
            ChunkedEvent.Trailers => BodyEvent.Trailers,
            ChunkedEvent.End => BodyEvent.End,
            _ => BodyEvent.Invalid,
        };
        return new(happened, state with { Chunked = step.Next }, step.Consumed, step.Data, step.Fault);
    }
}
