using System;

namespace Fairlead.Http1;

/// <summary>A header section up to and with its blank line: the lines into the caller's array, what they say into <see cref="FieldFacts"/>.</summary>
internal static class FieldSection
{
    /// <summary>
    /// Reads on from <paramref name="lines"/>. Limits are enforced on what is there, complete or not, so that nothing has to be buffered beyond them. Trailing bytes after the
    /// blank line do not matter.
    /// </summary>
    public static ParseStatus Parse(
        ReadOnlySpan<byte> input, ref LineReader lines, in HeadLimits limits, Span<HeaderField> fields, ref FieldFacts facts, out int count, out HeadFault fault)
    {
        count = 0;
        var start = lines.At;
        var fieldsMax = Math.Min(limits.FieldsMax, fields.Length);
        while (true)
        {
            var status = lines.Next(limits.HeadBytesMax - (lines.At - start), HeadFault.HeadTooLarge, out fault);
            if (status != ParseStatus.Done || lines.Line.IsEmpty)
                return status;
            fault = count >= fieldsMax ? HeadFault.TooManyFields : FieldLine.Parse(input, lines.Line, out fields[count]);
            if (fault != HeadFault.None)
                return ParseStatus.Invalid;
            facts.Note(input, fields[count]);
            count++;
        }
    }
}
