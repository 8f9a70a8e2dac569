using System;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Tests.Balancing;

/// <summary>Short ways to write candidates and picks.</summary>
internal static class Members
{
    /// <summary>Candidates of addresses with weight 1, or as in <c>192.0.2.1:80=3</c>.</summary>
    public static ImmutableArray<Candidate> Of(params string[] texts) => [.. texts.Select((text, i) => OfOne(text, i))];

    /// <summary>Candidates 10.0.0.1, 10.0.0.2, … (then 10.0.1.0) with those weights.</summary>
    public static ImmutableArray<Candidate> Weighted(params int[] weights) => Of([.. weights.Select((weight, i) => $"10.0.{(i + 1) / 256}.{(i + 1) % 256}:80={weight}")]);

    /// <summary><c>PREFIX1</c> … <c>PREFIXn</c>, each followed by <c>:PORT</c>.</summary>
    public static ImmutableArray<Candidate> Numbered(string prefix, int count, int port) =>
        Of([.. Enumerable.Range(1, count).Select(i => $"{prefix}{i}:{port}")]);

    public static ImmutableArray<bool> AllOf(ImmutableArray<Candidate> candidates) => [.. candidates.Select(static _ => true)];

    public static ImmutableArray<bool> AllBut(ImmutableArray<Candidate> candidates, params int[] down) =>
        [.. candidates.Select((_, i) => !down.Contains(i))];

    public static ulong[] Tried(params int[] indexes)
    {
        var words = new ulong[indexes.Length == 0 ? 0 : indexes.Max() / 64 + 1];
        foreach (var index in indexes)
            words[index >> 6] |= 1UL << (index & 63);
        return words;
    }

    public static int Pick(this Picker picker, ulong ticket = 0, ulong entropy = 0, string key = "", params int[] tried) =>
        picker.Pick(new PickInput { Ticket = ticket, Entropy = entropy, Key = System.Text.Encoding.UTF8.GetBytes(key), Tried = Tried(tried) });

    private static Candidate OfOne(string text, int slot)
    {
        var equals = text.LastIndexOf('=');
        var (address, weight) = equals < 0 ? (text, 1) : (text[..equals], int.Parse(text.AsSpan(equals + 1), System.Globalization.CultureInfo.InvariantCulture));
        return new Candidate(
            new Slot(slot),
            BackendAddress.Parse(address).IfNone(() => throw new ArgumentException(address)),
            Weight.From(weight).IfNone(() => throw new ArgumentException(text)));
    }
}
