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
    /// True when <paramref name="input"/> still needs more because its first <paramref name="scanned"/> bytes did, no line has ended since, and no limit is near. Its first
    /// <paramref name="vetted"/> bytes are judged before their line ends, so an earlier call must have seen them all.
    /// </summary>
    public static bool IsStillPartial(ReadOnlySpan<byte> input, int scanned, int vetted, in HeadLimits limits) =>
        scanned >= vetted && scanned <= input.Length && input.Length <= limits.LineBytesMax && input.Length <= limits.HeadBytesMax && !input[scanned..].Contains((byte)'\n');

    /// <summary>
    /// Reads a line: done, need more (no LF yet), or invalid. A line longer than <paramref name="bytesMax"/>, its end included, is the fault <paramref name="tooLong"/>, whatever
    /// comes after that many bytes: so it does not matter how many of them have arrived.
    /// </summary>
    public ParseStatus Next(long bytesMax, HeadFault tooLong, out HeadFault fault)
    {
        fault = HeadFault.None;
        var rest = _input[At..];
        var isCut = rest.Length >= bytesMax;
        var lf = (isCut ? rest[..(int)Math.Max(bytesMax, 0)] : rest).IndexOf((byte)'\n');
        if (lf < 0)
        {
            fault = isCut ? tooLong : HeadFault.None;
            return isCut ? ParseStatus.Invalid : ParseStatus.NeedMore;
        }

        if (lf == 0 || rest[lf - 1] != (byte)'\r')
        {
            fault = HeadFault.BareLf;
            return ParseStatus.Invalid;
        }

        if (rest[..(lf - 1)].Contains((byte)'\r'))
        {
            fault = HeadFault.BareCr;
            return ParseStatus.Invalid;
        }

        Line = new Slice(At, lf - 1);
        At += lf + 1;
        return ParseStatus.Done;
    }
}
