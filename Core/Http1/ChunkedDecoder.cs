using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>What <see cref="ChunkedDecoder.Step"/> found.</summary>
public enum ChunkedEvent : byte
{
    /// <summary>The input is used up (as far as it can be) and the body goes on.</summary>
    NeedMore = 0,

    /// <summary>Bytes of the body.</summary>
    Data,

    /// <summary>The trailer section: its field lines, without the blank line after them.</summary>
    Trailers,

    /// <summary>The body is complete.</summary>
    End,

    /// <summary>The coding is broken.</summary>
    Invalid,
}

/// <summary>What is wrong with a chunked body, one case per cause.</summary>
public enum ChunkedFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The size is not 1–16 hex digits within 63 bits.</summary>
    BadSize,
    /// <summary>An extension is not <c>;name</c>, <c>;name=token</c> or <c>;name="text"</c>.</summary>
    BadExtension,
    /// <summary>A line ends in something other than CR LF.</summary>
    BadLineEnd,
    /// <summary>A chunk's data is not followed by CR LF.</summary>
    BadDataEnd,
    /// <summary>A chunk line is longer than the limit.</summary>
    LineTooLong,
    /// <summary>The extensions of all chunks are longer than the limit.</summary>
    ExtensionsTooLong,
    /// <summary>A line of the trailer section is no field line.</summary>
    BadTrailer,
    /// <summary>The trailer section is larger, or has more fields, than the limit.</summary>
    TrailersTooLarge,
    /// <summary>A trailer field that would change framing or routing after the fact.</summary>
    ForbiddenTrailer,
}

/// <summary>Sizes within a chunked body.</summary>
public readonly record struct ChunkedLimits(int LineBytesMax, int ExtensionBytesMax, int TrailerBytesMax, int TrailerFieldsMax)
{
    /// <summary>1 KiB, 16 KiB (Go closes at 16 KiB of overhead), 8 KiB, 32.</summary>
    public static ChunkedLimits Default => new(1024, 16 * 1024, 8 * 1024, 32);

    /// <summary>The same for a response: a trailer that would frame or route is no fault, because <see cref="TrailerSection"/> leaves it out and nobody reads it before.</summary>
    public static ChunkedLimits Response => Default with { PassesForbiddenTrailers = true };

    /// <summary>True hands Content-Length, Transfer-Encoding and Host over with the other trailers; false refuses them.</summary>
    public bool PassesForbiddenTrailers { get; init; }
}

/// <summary>How far a chunked body was read. <c>default</c> is before its first byte.</summary>
public readonly record struct ChunkedState
{
    internal ChunkedPhase Phase { get; init; }

    /// <summary>What broke it, for good.</summary>
    internal ChunkedFault Fault { get; init; }

    /// <summary>Bytes of the current chunk still to come.</summary>
    public long Remaining { get; init; }

    /// <summary>Bytes of extensions so far, in all chunks.</summary>
    public int ExtensionBytes { get; init; }
}

internal enum ChunkedPhase : byte
{
    Size = 0,
    Data,
    DataEnd,
    Trailers,
    Done,
    Broken,
}

/// <summary>One step through a chunked body. <see cref="Data"/> lies inside the <see cref="Consumed"/> bytes.</summary>
public readonly record struct ChunkedStep(ChunkedEvent Event, ChunkedState Next, int Consumed, Slice Data, ChunkedFault Fault);

/// <summary>
/// Decodes the chunked transfer coding (RFC 9112 §7.1) piece by piece: any split of the input gives the same bytes. A chunk line and the trailer section are used whole, so the
/// caller keeps what was not consumed; their limits bound that. Nothing is ever resynchronised.
/// </summary>
public static class ChunkedDecoder
{
    /// <summary>The next thing in <paramref name="input"/>, which begins where the previous step stopped consuming. Total, allocates nothing.</summary>
    public static ChunkedStep Step(ChunkedState state, ReadOnlySpan<byte> input, in ChunkedLimits limits)
    {
        var at = 0;
        while (true)
        {
            switch (state.Phase)
            {
                case ChunkedPhase.Size:
                    var sized = ReadSizeLine(ref state, input, ref at, limits, out var fault);
                    if (sized != ParseStatus.Done)
                        return sized == ParseStatus.Invalid ? Invalid(state, fault) : NeedMore(state, at);
                    break;

                case ChunkedPhase.Data:
                    if (at == input.Length)
                        return NeedMore(state, at);
                    var take = (int)Math.Min(input.Length - at, state.Remaining);
                    var rest = state.Remaining - take;
                    state = state with { Remaining = rest, Phase = rest == 0 ? ChunkedPhase.DataEnd : ChunkedPhase.Data };
                    return new ChunkedStep(ChunkedEvent.Data, state, at + take, new Slice(at, take), default);

                case ChunkedPhase.DataEnd:
                    if (!IsCrlfOrPrefix(input[at..]))
                        return Invalid(state, ChunkedFault.BadDataEnd);
                    if (input.Length - at < 2)
                        return NeedMore(state, at);
                    at += 2;
                    state = state with { Phase = ChunkedPhase.Size };
                    break;

                case ChunkedPhase.Trailers:
                    return ReadTrailers(state, input, at, limits);

                case ChunkedPhase.Broken:
                    return Invalid(state, state.Fault);

                default:
                    return new ChunkedStep(ChunkedEvent.End, state, at, default, default);
            }
        }
    }

    private static ParseStatus ReadSizeLine(ref ChunkedState state, ReadOnlySpan<byte> input, ref int at, in ChunkedLimits limits, out ChunkedFault fault)
    {
        var lines = new LineReader(input, at);
        var status = lines.Next(limits.LineBytesMax + 2L, HeadFault.HeadTooLarge, out var lineFault);
        fault = FaultOf(lineFault, ChunkedFault.LineTooLong);
        if (status != ParseStatus.Done)
            return status;

        var line = lines.Line.Of(input);
        var digits = TrySize(line, out var size);
        if (digits == 0)
            fault = ChunkedFault.BadSize;
        else if (!ChunkExtensions.AreValid(line[digits..]))
            fault = line[digits] == (byte)';' ? ChunkedFault.BadExtension : ChunkedFault.BadSize;
        else if (state.ExtensionBytes + line.Length - digits > limits.ExtensionBytesMax)
            fault = ChunkedFault.ExtensionsTooLong;
        if (fault != ChunkedFault.None)
            return ParseStatus.Invalid;

        at = lines.At;
        state = new ChunkedState
        {
            Phase = size == 0 ? ChunkedPhase.Trailers : ChunkedPhase.Data,
            Remaining = size,
            ExtensionBytes = state.ExtensionBytes + line.Length - digits,
        };
        return ParseStatus.Done;
    }

    /// <summary>How many digits the size has; 0 when it is none.</summary>
    private static int TrySize(ReadOnlySpan<byte> line, out long size)
    {
        ulong value = 0;
        var digits = 0;
        while (digits < line.Length && char.IsAsciiHexDigit((char)line[digits]))
        {
            value = (value << 4) | (uint)HexValue(line[digits]);
            digits++;
            if (digits > 16)
                break;
        }

        size = (long)value;
        return digits > 16 || value > long.MaxValue ? 0 : digits;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static ChunkedStep ReadTrailers(ChunkedState state, ReadOnlySpan<byte> input, int at, in ChunkedLimits limits)
    {
        var lines = new LineReader(input, at);
        var count = 0;
        while (true)
        {
            var status = lines.Next(limits.TrailerBytesMax - (lines.At - at), HeadFault.HeadTooLarge, out var lineFault);
            if (status == ParseStatus.Invalid)
                return Invalid(state, FaultOf(lineFault, ChunkedFault.TrailersTooLarge));
            if (status == ParseStatus.NeedMore)
                return NeedMore(state, at);
            if (lines.Line.IsEmpty)
            {
                return count == 0
                    ? new ChunkedStep(ChunkedEvent.End, state with { Phase = ChunkedPhase.Done }, lines.At, default, default)
                    : new ChunkedStep(ChunkedEvent.Trailers, state with { Phase = ChunkedPhase.Done }, lines.At, new Slice(at, lines.Line.Start - at), default);
            }

            if (count >= limits.TrailerFieldsMax)
                return Invalid(state, ChunkedFault.TrailersTooLarge);
            if (FieldLine.Parse(input, lines.Line, out var field) != HeadFault.None)
                return Invalid(state, ChunkedFault.BadTrailer);
            if (!limits.PassesForbiddenTrailers && field.Known is FieldName.ContentLength or FieldName.TransferEncoding or FieldName.Host)
                return Invalid(state, ChunkedFault.ForbiddenTrailer);
            count++;
        }
    }

    private static bool IsCrlfOrPrefix(ReadOnlySpan<byte> input) => input switch
    {
        [] => true,
        [(byte)'\r'] => true,
        [(byte)'\r', (byte)'\n', ..] => true,
        _ => false,
    };

    /// <summary>A line is too long for its place, or ends in something other than CR LF.</summary>
    private static ChunkedFault FaultOf(HeadFault lineFault, ChunkedFault tooLong) =>
        lineFault == HeadFault.None ? ChunkedFault.None : lineFault == HeadFault.HeadTooLarge ? tooLong : ChunkedFault.BadLineEnd;

    private static ChunkedStep NeedMore(ChunkedState state, int consumed) => new(ChunkedEvent.NeedMore, state, consumed, default, default);

    /// <summary>For good: the state may be past bytes that are not consumed, so going on from it would read them as something else.</summary>
    private static ChunkedStep Invalid(ChunkedState state, ChunkedFault fault) =>
        new(ChunkedEvent.Invalid, state with { Phase = ChunkedPhase.Broken, Fault = fault }, 0, default, fault);
}
