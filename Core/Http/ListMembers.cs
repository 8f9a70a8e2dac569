using System;
using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Http;

/// <summary>Walks the members of a comma-separated value (RFC 9110 §5.6.1), white space trimmed, empty ones skipped. Quotes are not understood: for lists of tokens.</summary>
internal ref struct ListMembers
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _end;
    private int _at;

    public ListMembers(ReadOnlySpan<byte> bytes, Slice value)
    {
        _bytes = bytes;
        (_at, _end) = (value.Start, value.End);
        Current = default;
    }

    public Slice Current { get; private set; }

    public readonly ListMembers GetEnumerator() => this;

    /// <summary>True when one of the members is <paramref name="member"/>, in any case.</summary>
    public static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> member)
    {
        foreach (var one in new ListMembers(list, new Slice(0, list.Length)))
        {
            if (FieldNames.EqualsIgnoreCase(one.Of(list), member))
                return true;
        }

        return false;
    }

    public bool MoveNext()
    {
        while (_at < _end)
        {
            var comma = _bytes[_at.._end].IndexOf((byte)',');
            var start = _at;
            var end = comma < 0 ? _end : _at + comma;
            _at = comma < 0 ? _end : end + 1;

            while (start < end && IsBlank(_bytes[start]))
                start++;
            while (end > start && IsBlank(_bytes[end - 1]))
                end--;
            if (start == end)
                continue;
            Current = new Slice(start, end - start);
            return true;
        }

        return false;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t';
}
