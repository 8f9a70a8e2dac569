using System;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>One field line (RFC 9112 §5): a token, a colon directly after it, a value with white space around it.</summary>
internal static class FieldLine
{
    public static HeadFault Parse(ReadOnlySpan<byte> input, Slice line, out HeaderField field)
    {
        field = default;
        var bytes = line.Of(input);
        if (bytes[0] is (byte)' ' or (byte)'\t')
            return HeadFault.FoldedLine;
        var colon = FieldNames.TokenLength(bytes);
        if (colon == 0 || colon == bytes.Length || bytes[colon] != (byte)':')
            return HeadFault.BadFieldName;

        var (start, end) = (colon + 1, bytes.Length);
        while (start < end && bytes[start] is (byte)' ' or (byte)'\t')
            start++;
        while (end > start && bytes[end - 1] is (byte)' ' or (byte)'\t')
            end--;
        if (!FieldNames.IsValue(bytes[start..end]))
            return HeadFault.BadFieldValue;
        field = new HeaderField(new Slice(line.Start, colon), new Slice(line.Start + start, end - start), FieldNames.Recognise(bytes[..colon]));
        return HeadFault.None;
    }
}
