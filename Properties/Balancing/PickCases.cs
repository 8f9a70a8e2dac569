using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.Balancing;

/// <summary>Generates <see cref="PickCase"/>: up to twelve candidates of all kinds of address, small weights with zeros among them, any availability.</summary>
public static class PickCases
{
    private static readonly Gen<ulong> Words =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select ((ulong)(uint)high << 32) | (uint)low;

    private static readonly Gen<int> Weights = Gen.Frequency(
        (1, Gen.Constant(0)), (3, Gen.Constant(1)), (3, Gen.Choose(2, 5)), (1, Gen.Choose(6, 20)));

    private static readonly Gen<string> Addresses = Gen.OneOf(
        Gen.Choose(1, 250).Select(static i => string.Create(CultureInfo.InvariantCulture, $"10.0.0.{i}:80")),
        Gen.Choose(1, 9_999).Select(static i => string.Create(CultureInfo.InvariantCulture, $"192.0.2.1:{i}")),
        Gen.Choose(1, 65_535).Select(static i => string.Create(CultureInfo.InvariantCulture, $"[2001:db8::{i:x}]:443")),
        Gen.Choose(1, 99).Select(static i => string.Create(CultureInfo.InvariantCulture, $"backend{i}.example:8080")),
        Gen.Choose(1, 99).Select(static i => string.Create(CultureInfo.InvariantCulture, $"unix:/run/{i}.sock")));

    public static Arbitrary<PickCase> Arbitrary() => Arb.From(
        from size in Gen.Choose(0, 12)
        from addresses in Gen.ArrayOf(Addresses, size)
        from weights in Gen.ArrayOf(Weights, size)
        from available in Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false))), size)
        from tried in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false))), size)
        from ticket in Words
        from entropy in Words
        from key in Gen.ArrayOf(Gen.Choose(0, 255).Select(static b => (byte)b))
        from inFlight in Gen.ArrayOf(Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 5)), (1, Gen.Choose(0, 1_000))), size)
        from now in Gen.Choose(0, int.MaxValue).Select(static ms => Instant.Zero + TimeSpan.FromMilliseconds(ms))
        from latencies in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(default(PeakLatency))), (3, LatenciesUntil(now))), size)
        select Of(addresses, weights, available, tried, ticket, entropy, key) with { InFlight = [.. inFlight], Latencies = [.. latencies], Now = now });

    private static Gen<PeakLatency> LatenciesUntil(Instant now) =>
        from microseconds in Gen.OneOf(Gen.Choose(0, 2_000), Gen.Choose(0, 5_000_000))
        from age in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 60_000))
        select default(PeakLatency).Observe(TimeSpan.FromMicroseconds(microseconds), now + TimeSpan.FromMilliseconds(-age), PolicySettings.PeakEwma.DefaultDecay);

    /// <summary>A candidate of that address and weight.</summary>
    public static Candidate CandidateOf(string address, int weight, int slot) => new(
        new Slot(slot),
        BackendAddress.Parse(address).IfNone(() => throw new FormatException(address)),
        WeightOf(weight));

    public static Weight WeightOf(int value) => Weight.From(value).IfNone(() => throw new FormatException(value.ToString(CultureInfo.InvariantCulture)));

    private static PickCase Of(string[] addresses, int[] weights, bool[] available, bool[] tried, ulong ticket, ulong entropy, byte[] key)
    {
        ImmutableArray<Candidate> candidates = [.. addresses.Distinct().Select((address, i) => CandidateOf(address, weights[i], i))];
        return new PickCase(
            candidates,
            [.. available.Take(candidates.Length)],
            [.. Enumerable.Range(0, candidates.Length).Where(i => tried[i])],
            ticket, entropy, [.. key]);
    }
}
