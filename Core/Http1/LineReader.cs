using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>
/// Walks lines that must end in CR LF (RFC 9112 §2.2). An LF without CR and a CR within a line are faults: parsers that disagree about them disagree about where a message ends.
/// </summary>
internal ref struct LineReader(ReadOnlySpan<byte> input, int start)
{
    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>Where the next line begins.</summary>
    public int At { get; private set; } = start;

    /// <summary>The line just read, without its end.</summary>
    public Slice Line { get; private set; } = default;

    /// <summary>
    /// True when <paramref name="input"/> still needs more because its first <paramref name="scanned"/> bytes did, no line has ended since, and no limit is reached: so the cost of
    /// a head does not grow with the number of pieces it comes in. Its first <paramref name="vetted"/> bytes (three at least: an empty line, and one) are judged before their line
    /// ends, so an earlier call must have seen them all.
    /// </summary>
    public static bool IsStillPartial(ReadOnlySpan<byte> input, int scanned, int vetted, in HeadLimits limits)
    {
        if (scanned < vetted || scanned > input.Length || input[scanned - 1] == (byte)'\r')
            return false;                                            // a CR at the end of what was seen waits for the byte after it
        var unseen = input[scanned..];
        if ((unseen is [.., (byte)'\r'] ? unseen[..^1] : unseen).ContainsAny((byte)'\r', (byte)'\n'))
            return false;
        var afterFirstLine = input[2..scanned].IndexOf((byte)'\n') + 3;
        return afterFirstLine < 3 ? input.Length <= limits.LineBytesMax : input.Length - afterFirstLine < limits.HeadBytesMax;
    }

    /// <summary>
    /// Reads a line: done, need more (no end yet), or invalid, and that at the first byte that is wrong. A line longer than <paramref name="bytesMax"/>, its end included, is the
    /// fault <paramref name="tooLong"/>, whatever comes after that many bytes: so it does not matter how many of them have arrived.
    /// </summary>
    public ParseStatus Next(long bytesMax, HeadFault tooLong, out HeadFault fault)
    {
        fault = HeadFault.None;
        var rest = _input[At..];
        var isCut = rest.Length >= bytesMax;
        if (isCut)
            rest = rest[..(int)Math.Max(bytesMax, 0)];
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || (end == rest.Length - 1 && rest[end] == (byte)'\r'))
        {
            fault = isCut ? tooLong : HeadFault.None;
            return isCut ? ParseStatus.Invalid : ParseStatus.NeedMore;
        }

        if (rest[end] == (byte)'\n' || rest[end + 1] != (byte)'\n')
        {
            fault = rest[end] == (byte)'\n' ? HeadFault.BareLf : HeadFault.BareCr;
            return ParseStatus.Invalid;
        }

        Line = new Slice(At, end);
        At += end + 2;
        return ParseStatus.Done;
    }
}
