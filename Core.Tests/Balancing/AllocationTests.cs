using System;
using System.Linq;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Primitives;

namespace Fairlead.Tests.Balancing;

/// <summary>A pick costs no heap, whatever the policy, and neither does its key.</summary>
public sealed class AllocationTests
{
    public static TheoryData<PolicySettings> Policies =>
    [
        new PolicySettings.RoundRobin(),
        new PolicySettings.Random(),
        new PolicySettings.PowerOfTwoChoices(),
        new PolicySettings.LeastRequests(),
        new PolicySettings.PeakEwma(PolicySettings.PeakEwma.DefaultDecay),
        new PolicySettings.First(),
        new PolicySettings.SourceIpHash(),
        new PolicySettings.NginxIpHash(),
        new PolicySettings.Hash(new KeySource.Uri()),
        new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Nginx),
        new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Pingora),
        new PolicySettings.Rendezvous(new KeySource.ClientIp()),
        new PolicySettings.Maglev(new KeySource.Uri()),
        new PolicySettings.JumpHash(new KeySource.Uri()),
        new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.Libketama),
        new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.Envoy),
        new PolicySettings.Ketama(new KeySource.Uri(), RingVariant.HAProxy),
        new PolicySettings.Ketama(new KeySource.ClientIp()),
        new PolicySettings.Ketama(new KeySource.Header("x-tenant")),
        new PolicySettings.Ketama(new KeySource.Cookie("sid")),
        new PolicySettings.Ketama(new KeySource.Query("id")),
        new PolicySettings.Ketama(new KeySource.Path()),
        new PolicySettings.Ketama(new KeySource.Uri()),
    ];

    [Theory]
    [MemberData(nameof(Policies), DisableDiscoveryEnumeration = true)]
    public void A_pick_and_its_key_allocate_nothing(PolicySettings policy)
    {
        var candidates = Members.Weighted([.. Enumerable.Range(0, 100).Select(static i => i % 7)]);
        var picker = Pickers.Of(policy, candidates, Members.AllBut(candidates, 3, 5, 8));
        var request = new RequestText("/a/b?x=1&id=7", "Host: a", "X-Tenant: t", "Cookie: a=b; sid=42");
        var client = IPAddress.Parse("2001:db8::77");
        var tried = Members.Tried(1, 2, 64, 99);
        int[] inFlight = [.. Enumerable.Range(0, 100).Select(static i => i % 5)];
        PeakLatency[] latencies = [.. Enumerable.Range(0, 100).Select(static i => i % 9 == 0 ? default : default(PeakLatency).Observe(TimeSpan.FromMilliseconds(i), Instant.Zero, PolicySettings.PeakEwma.DefaultDecay))];

        // The picks of a round are the same each time, so what the policy allocates comes again each time; what compiling a method for the second time allocates does not.
        var least = Enumerable.Range(0, 6).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            PickAll(policy, picker, request, client, tried, inFlight, latencies);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

    private static void PickAll(PolicySettings policy, Picker picker, RequestText request, IPAddress client, ulong[] tried, int[] inFlight, PeakLatency[] latencies)
    {
        Span<byte> scratch = stackalloc byte[PickKey.ScratchBytes];
        for (ulong i = 0; i < 1_000; i++)
        {
            var key = PickKey.Of(policy, new KeyInput { Client = client, Head = request.Head, Fields = request.Fields, Path = request.Path, Query = request.Query }, scratch);
            var input = new PickInput { Ticket = i, Entropy = Entropy.Mix(i), Key = key, InFlight = inFlight, Latencies = latencies, Now = new Instant((long)i * 100_000) };
            picker.Pick(input);
            picker.Pick(input.WithTried(tried));
        }
    }
}
