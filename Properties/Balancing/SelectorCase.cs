using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using FsCheck;
using FsCheck.Fluent;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Balancing;

/// <summary>A pick with everything around it. <paramref name="Cookie"/> is the candidate the client's cookie names, -1 without a cookie, and beyond the candidates a cookie nobody gave out.</summary>
public sealed record SelectorCase(PickCase Given, ImmutableArray<Standing> Standings, SelectionSettings Settings, int Cookie, int Waiting)
{
    public const string Secret = "s3cret";

    public byte[] Token =>
        Cookie < 0 ? []
        : Encoding.ASCII.GetBytes(Cookie < Given.Candidates.Length ? StickyTokens.TokenOf(Secret, Given.Candidates[Cookie].Address) : new string('0', StickyTokens.TokenBytes));

    public bool IsFull(int index) => Given.Candidates[index].InFlightMax is > 0 and var most && Given.InFlightOf(index) >= most;

    public Selector Of(PolicySettings policy) => Selector.Of(policy, Settings, Given.Candidates, Standings);

    public Selection Select(PolicySettings policy) => Of(policy).Select(Given.Input, Token, Waiting);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Given} tiers [{string.Join(' ', Given.Candidates.Select(static c => c.Tier))}] most [{string.Join(' ', Given.Candidates.Select(static c => c.InFlightMax))}] standings [{string.Join(' ', Standings)}] cookie {Cookie} waiting {Waiting} {Settings}");
}

/// <summary>Generates <see cref="SelectorCase"/>: up to three tiers, limits on some, any standings, each thing around the policy there or not.</summary>
public static class SelectorCases
{
    private static readonly Gen<Standing> Standings = Gen.Frequency(
        (5, Gen.Constant(Standing.Ready)), (2, Gen.Constant(Standing.Failed)), (1, Gen.Constant(Standing.Draining)), (1, Gen.Constant(Standing.Out)));

    private static readonly Gen<SelectionSettings> Settings =
        from bounded in Gen.Choose(0, 2)
        from percent in Gen.Choose(90, 200)
        from spill in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(50, 200)))
        from panic in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(1, 100)))
        from sticky in Gen.Choose(0, 2)
        from queue in Gen.Choose(0, 2)
        select new SelectionSettings
        {
            BoundedLoad = bounded == 0 ? None : new BoundedLoadSettings(percent, (BoundedOrder)(bounded - 1)),
            Tiers = new TierSettings(spill == 0 ? None : spill, panic),
            Sticky = sticky == 0 ? None : new StickySettings("lb", SelectorCase.Secret, (StickyFailure)(sticky - 1), None, None, false, false, None, None),
            Queue = new QueueSettings(queue, TimeSpan.FromSeconds(1)),
        };

    public static Arbitrary<SelectorCase> Arbitrary() => Arb.From(
        from given in PickCases.Arbitrary().Generator
        let size = given.Candidates.Length
        from tiers in Gen.ArrayOf(Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Constant(3)), (1, Gen.Constant(4))), size)
        from most in Gen.ArrayOf(Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 4))), size)
        from standings in Gen.ArrayOf(Standings, size)
        from settings in Settings
        from cookie in Gen.Choose(-1, size)
        from waiting in Gen.Choose(0, 2)
        select new SelectorCase(
            given with { Candidates = [.. given.Candidates.Select((candidate, i) => candidate with { Tier = tiers[i], InFlightMax = most[i] })] },
            [.. standings], settings, cookie, waiting));
}
