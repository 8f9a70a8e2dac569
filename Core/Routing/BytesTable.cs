using System;
using System.Collections.Generic;
using System.Text;

namespace Fairlead.Routing;

/// <summary>
/// Byte strings to numbers, looked up by a hash the caller computes along the way (FNV-1a, a byte at a time), so that every prefix or suffix of a text costs one probe. Immutable;
/// open addressing, at most half full. The keys come from the settings, so nobody outside can make them collide.
/// </summary>
internal sealed class BytesTable
{
    /// <summary>The hash of no bytes.</summary>
    public const uint EmptyHash = 2_166_136_261;

    private readonly record struct Entry(uint Hash, byte[]? Key, int Value);

    private readonly Entry[] _entries;
    private readonly bool _ignoreCase;

    /// <summary>The table of those distinct keys, whose hashes <paramref name="hashOf"/> computes as the look-ups will.</summary>
    public BytesTable(IReadOnlyCollection<KeyValuePair<string, int>> pairs, Func<byte[], uint> hashOf, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        var size = 2;
        while (size < 2 * pairs.Count)
            size *= 2;
        _entries = new Entry[size];
        foreach (var (text, value) in pairs)
        {
            var key = Encoding.UTF8.GetBytes(text);
            LengthMax = Math.Max(LengthMax, key.Length);
            var hash = hashOf(key);
            var at = hash & (uint)(size - 1);
            while (_entries[at].Key is not null)
                at = (at + 1) & (uint)(size - 1);
            _entries[at] = new Entry(hash, key, value);
        }
    }

    /// <summary>Length of the longest key: longer texts need no look-up.</summary>
    public int LengthMax { get; } = -1;

    /// <summary>The hash after one more byte.</summary>
    public static uint Append(uint hash, byte next) => (hash ^ next) * 16_777_619;

    /// <summary>The number of <paramref name="key"/>, or -1.</summary>
    public int Find(uint hash, ReadOnlySpan<byte> key)
    {
        for (var at = hash & (uint)(_entries.Length - 1); _entries[at].Key is { } candidate; at = (at + 1) & (uint)(_entries.Length - 1))
        {
            if (_entries[at].Hash == hash && (_ignoreCase ? Ascii.EqualsIgnoreCase(candidate, key) : key.SequenceEqual(candidate)))
                return _entries[at].Value;
        }

        return -1;
    }
}
