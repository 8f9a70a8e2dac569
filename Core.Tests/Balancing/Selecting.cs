using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Balancing;

/// <summary>Selectors and selections in few words.</summary>
internal static class Selecting
{
    public static readonly PolicySettings ByTurns = new PolicySettings.RoundRobin();
    public static readonly PolicySettings AtRandom = new PolicySettings.Random();
    public static readonly PolicySettings OnRing = new PolicySettings.Ketama(new KeySource.Uri());
    public static readonly TierSettings Spill = new(Some(TierSettings.EnvoySpillPercent), 0);
    public static readonly TierSettings SpillAndPanic = new(Some(TierSettings.EnvoySpillPercent), TierSettings.EnvoyPanicPercent);
    public static readonly StickySettings Sticky = new("lb", "secret", StickyFailure.Redistribute, "/", None, Secure: true, HttpOnly: true, SameSite.Lax, None);

    public static SelectionSettings Bounded(BoundedOrder order) => SelectionSettings.Default with { BoundedLoad = new BoundedLoadSettings(125, order) };

    public static ImmutableArray<Standing> Ready(int count) => [.. Enumerable.Repeat(Standing.Ready, count)];

    public static ImmutableArray<Candidate> Limited(params int[] inFlightMax) =>
        [.. Members.Weighted([.. inFlightMax.Select(static _ => 1)]).Select((candidate, i) => candidate with { InFlightMax = inFlightMax[i] })];

    public static ImmutableArray<Candidate> Tiered(params int[] tiers) =>
        [.. Members.Weighted([.. tiers.Select(static _ => 1)]).Select((candidate, i) => candidate with { Tier = tiers[i] })];

    public static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));

    public static string TokenOf(Selector selector, int index) => StickyTokens.TokenOf("secret", selector.Candidates[index].Address);

    public static string Sequence(Selector selector, int count, params int[] inFlight) =>
        string.Concat(Enumerable.Range(0, count).Select(ticket => (char)('a' + Select(selector, ticket: (ulong)ticket, inFlight: inFlight).Index)));

    public static Selection Select(Selector selector, ulong ticket = 0, ulong entropy = 0, string key = "", string token = "", int waiting = 0, int[]? inFlight = null, params int[] tried) => selector.Select(
        new PickInput { Ticket = ticket, Entropy = entropy, Key = Encoding.UTF8.GetBytes(key), InFlight = inFlight, Tried = Members.Tried(tried) },
        Encoding.ASCII.GetBytes(token),
        waiting);
}
