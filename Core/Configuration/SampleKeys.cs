using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>Keys that stand for those of real requests: the numbers from 0 as text, or addresses spread evenly over IPv4 for policies that hash the client's network.</summary>
internal static class SampleKeys
{
    /// <summary>Enough to see a share of one per cent to a tenth of it (standard deviation), few enough for a reload.</summary>
    public const int Count = 10_000;

    /// <summary>What becomes of them; none when keys decide nothing or mean something else before or after, or when nothing that decides changed.</summary>
    public static Option<KeyMovement> Movement(UpstreamSettings was, UpstreamSettings now)
    {
        if (!was.Policy.IsHash || !now.Policy.IsHash || was.Policy.KeyFrom != now.Policy.KeyFrom
            || (was.Policy == now.Policy && was.Selection == now.Selection && was.Backends == now.Backends))
            return None;

        var (before, after) = (SelectorOf(was), SelectorOf(now));
        var flows = new Dictionary<(int From, int To), long>();
        for (var i = 0; i < Count; i++)
        {
            var flow = (Pick(before, i), Pick(after, i));
            flows[flow] = flows.GetValueOrDefault(flow) + 1;
        }

        return KeyMovement.Of(before, after, flows.Select(static flow => new KeyFlow(flow.Key.From, flow.Key.To, flow.Value)));
    }

    private static Selector SelectorOf(UpstreamSettings upstream) => Selector.Of(
        upstream.Policy, upstream.Selection,
        [.. upstream.Backends.Select(static (backend, index) => new Candidate(new Slot(index), backend.Address, backend.Weight, backend.Tier, backend.InFlightMax))],
        [.. upstream.Backends.Select(static _ => Standing.Ready)]);

    private static int Pick(Selector selector, int number)
    {
        var key = PickKey.OfText(selector.Policy, TextOf(selector.Policy, number)).IfNone([]);
        return selector.Picker.Pick(new PickInput { Ticket = (ulong)number, Entropy = Entropy.Mix((ulong)number), Key = key });
    }

    private static string TextOf(PolicySettings policy, int number) => policy.KeyFrom.IsSome
        ? number.ToString(CultureInfo.InvariantCulture)
        : AddressOf(number).ToString();

    // Fibonacci hashing (Knuth, 6.4): consecutive numbers far apart, none twice.
    private static IPAddress AddressOf(int number)
    {
        var spread = (uint)number * 2_654_435_769;
        return new IPAddress([(byte)(spread >> 24), (byte)(spread >> 16), (byte)(spread >> 8), (byte)spread]);
    }
}
