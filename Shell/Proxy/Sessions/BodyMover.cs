using System;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Http1;
using Fairlead.Proxy.Transports;

namespace Fairlead.Proxy.Sessions;

/// <summary>How moving a body ended.</summary>
internal enum BodyEnd : byte
{
    /// <summary>All of it was read and sent on.</summary>
    Complete = 0,

    /// <summary>The source ended or broke before the body was complete.</summary>
    SourceGone,

    /// <summary>The source's framing is broken.</summary>
    Malformed,

    /// <summary>The sink does not take any more.</summary>
    SinkGone,

    /// <summary>More than the limit for this body.</summary>
    TooLarge,
}

/// <summary>What arms the deadlines around each receive and send of one direction.</summary>
internal interface IBodyTimers
{
    void ReceiveBegins();

    void ReceiveEnds();

    void SendBegins();

    void SendEnds();
}

/// <summary>
/// Moves one body from a source to a sink: decodes the source's framing, encodes ours, one bounded buffer, so that a slow sink stops the source. What is in
/// <see cref="Out"/> when it starts (a head) leaves with the first body bytes in one call.
/// </summary>
internal sealed partial class BodyMover
{
    /// <summary>Receive size while much is to come: large enough that a call moves a socket buffer's worth.</summary>
    private const int StreamBytes = 128 * 1024;

    /// <summary>Above this many bytes to come, <see cref="StreamBytes"/> pays.</summary>
    private const int StreamThreshold = 16 * 1024;

    private const int SmallBytes = 8 * 1024;

    /// <summary>Receives in a row that waited for nothing (at most 8 MiB).</summary>
    private const int ReceivesMax = 64;

    /// <summary>First room for what is kept of a body whose length is not known.</summary>
    private const int KeptBytesFirst = 4 * 1024;

    private ChunkedLimits _limits;
    private bool _discards;
    private byte[] _kept = [];
    private int _keptLength;
    private int _keptMax;

    public SendBuffer Out { get; } = new();

    public BodyState State { get; private set; }

    /// <summary>Body bytes seen so far, without framing.</summary>
    public long Bytes { get; private set; }

    /// <summary>Body bytes that still may come; the next one beyond ends the move with <see cref="BodyEnd.TooLarge"/>.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>True once something of it, the head before it included, was sent on.</summary>
    public bool HasSent { get; private set; }

    /// <summary>True once all of the body was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True when the sink is framed with chunks.</summary>
    public bool WritesChunks { get; set; }

    /// <summary>Whether a trailer section may be passed on, and how; null drops it.</summary>
    public TrailerFilter? Trailers { get; set; }

    /// <summary>True once <see cref="Discard"/> was called: what is read since then is lost.</summary>
    public bool Discards => Volatile.Read(ref _discards);

    /// <summary>True when the body can be sent again from its beginning: what was read of it was kept.</summary>
    public bool IsReplayable => !Discards && _keptLength == Bytes;

    /// <summary>True while what is read of it is kept; callable while a move is running, other than <see cref="IsReplayable"/>.</summary>
    public bool IsKept => !Discards && Volatile.Read(ref _keptMax) > 0;

    public void Begin(BodyFraming framing) => Begin(framing, ChunkedLimits.Default);

    public void Begin(BodyFraming framing, ChunkedLimits limits)
    {
        _limits = limits;
        State = BodyState.Of(framing);
        Bytes = 0;
        BytesMax = long.MaxValue;
        HasSent = false;
        IsComplete = State.IsComplete;
        WritesChunks = framing.Kind == BodyKind.Chunked;
        Trailers = null;
        ForgetKept();
        Volatile.Write(ref _discards, false);
    }

    /// <summary>From now on read, but send nothing; at most <paramref name="bytesMax"/> more. Callable while a move is running.</summary>
    public void Discard(long bytesMax)
    {
        BytesMax = bytesMax > long.MaxValue - Bytes ? long.MaxValue : Bytes + bytesMax;
        Volatile.Write(ref _discards, true);
    }

    /// <summary>Moves what is in the buffer already, and sends it with what is in <see cref="Out"/>; receives nothing. Complete only when the body is.</summary>
    public async Step<BodyEnd?> MoveBufferedAsync(ReceiveBuffer source, Transport? sink, IBodyTimers timers)
    {
        while (true)
        {
            var step = BodyReader.Step(State, source.Unread, _limits);
            State = step.Next;
            switch (step.Event)
            {
                case BodyEvent.Data:
                    Bytes += step.Data.Length;
                    if (Bytes > BytesMax)
                        return BodyEnd.TooLarge;
                    if (_keptMax > 0)
                        Keep(step.Data.Of(source.Unread));
                    var isTaken = Volatile.Read(ref _discards) || sink is null || TryBuffer(step.Data.Of(source.Unread))
                                  || await SendLargeAsync(source.UnreadMemory.Slice(step.Data.Start, step.Data.Length), sink, timers);
                    source.Consume(step.Consumed);                  // also when the sink is gone: the state is past these bytes, and the next head must not begin in them
                    if (!isTaken)
                        return BodyEnd.SinkGone;
                    continue;

                case BodyEvent.Trailers:
                    Trailers?.Take(step.Data.Of(source.Unread));
                    source.Consume(step.Consumed);
                    continue;

                case BodyEvent.End:
                    source.Consume(step.Consumed);
                    return await EndAsync(sink, timers) ? BodyEnd.Complete : BodyEnd.SinkGone;

                case BodyEvent.NeedMore:
                    source.Consume(step.Consumed);
                    if (State.IsComplete)
                        continue;
                    return await FlushAsync(sink, timers) ? null : BodyEnd.SinkGone;

                default:
                    return BodyEnd.Malformed;
            }
        }
    }

    /// <summary>Moves the rest of the body.</summary>
    public async Step<BodyEnd> MoveAsync(Transport from, ReceiveBuffer source, Transport? sink, IBodyTimers timers)
    {
        var sinkGone = false;
        var waited = true;
        var turn = new Turn(ReceivesMax);
        while (true)
        {
            var moving = MoveBufferedAsync(source, sinkGone ? null : sink, timers);
            waited |= !moving.IsCompleted;
            var end = await moving;
            if (end is BodyEnd.SinkGone && Volatile.Read(ref _discards) && !IsComplete)
            {
                sinkGone = true;                                     // nobody wants it any more, but it must still be read
                continue;
            }

            if (end is { } ended)
                return ended;

            if (turn.IsOver(waited))
                await Task.Yield();
            source.MakeRoom(ToCome > StreamThreshold ? StreamBytes : SmallBytes);
            timers.ReceiveBegins();
            var receiving = from.ReceiveAsync(source.Free);
            waited = !receiving.IsCompleted;
            var count = await receiving.ConfigureAwait(false);
            timers.ReceiveEnds();
            if (count > 0)
            {
                source.Received(count);
                continue;
            }

            if (count < 0 || !State.EndsWithInput || !from.EndedInOrder)
                return BodyEnd.SourceGone;
            return await EndAsync(sink, timers) ? BodyEnd.Complete : BodyEnd.SinkGone;
        }
    }

    /// <summary>Sends what is in <see cref="Out"/>. Most often the kernel takes it at once.</summary>
    public Step<bool> FlushAsync(Transport? sink, IBodyTimers timers)
    {
        if (Out.Length == 0)
            return new Step<bool>(true);
        if (sink is null || Volatile.Read(ref _discards))
        {
            Out.Clear();
            return new Step<bool>(true);
        }

        timers.SendBegins();
        var sending = sink.SendAsync(Out.Memory);
        return sending.IsCompletedSuccessfully ? new Step<bool>(Sent(sending.Result, timers)) : FlushedAsync(sending, timers);
    }

    private async Step<bool> FlushedAsync(ValueTask<bool> sending, IBodyTimers timers) => Sent(await sending.ConfigureAwait(false), timers);

    private bool Sent(bool isSent, IBodyTimers timers)
    {
        timers.SendEnds();
        Out.Clear();
        HasSent = true;
        return isSent;
    }

    private long ToCome => State.Kind == BodyKind.Length ? State.Remaining : Bytes > StreamThreshold ? long.MaxValue : 0;

    private bool TryBuffer(ReadOnlySpan<byte> data) => WritesChunks ? Out.TryAppendChunk(data) : Out.TryAppend(data);

    private async Step<bool> SendLargeAsync(ReadOnlyMemory<byte> data, Transport sink, IBodyTimers timers)
    {
        if (WritesChunks)
        {
            if (Out.Free < ChunkedWriter.HeadBytesMax && !await FlushAsync(sink, timers))
                return false;
            Out.AppendChunkHead(data.Length);
        }

        if (!await FlushAsync(sink, timers))
            return false;
        timers.SendBegins();
        var sent = await sink.SendAsync(data).ConfigureAwait(false);
        timers.SendEnds();
        return sent && (!WritesChunks || Out.TryAppend(ChunkedWriter.Crlf));
    }

    private Step<bool> EndAsync(Transport? sink, IBodyTimers timers)
    {
        IsComplete = true;
        return WritesChunks && sink is not null && !Volatile.Read(ref _discards) ? EndChunksAsync(sink, timers) : FlushAsync(sink, timers);
    }

    private async Step<bool> EndChunksAsync(Transport sink, IBodyTimers timers)
    {
        if (Out.Free < ChunkedWriter.LastChunk.Length && !await FlushAsync(sink, timers))
            return false;
        if (Trailers is { Length: > 0 } trailers)
        {
            while (Out.Free < trailers.Length + ChunkedWriter.LastChunk.Length)
                Out.Grow();
            Out.Wrote(trailers.WriteLastChunk(Out.Space));
        }
        else
        {
            Out.TryAppend(ChunkedWriter.LastChunk);
        }

        return await FlushAsync(sink, timers);
    }
}
