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

    /// <summary>Reads a line: done, need more (no LF yet), or invalid.</summary>
    public ParseStatus Next(out HeadFault fault)
    {
        fault = HeadFault.None;
        var rest = _input[At..];
        var lf = rest.IndexOf((byte)'\n');
        if (lf < 0)
            return ParseStatus.NeedMore;
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
