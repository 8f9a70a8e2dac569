using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Console.Commands;
using Fairlead.Console.Explaining;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Console;

/// <summary>Whatever can decide is put into words, each kind in its own.</summary>
public class SentencesTests
{
    private static readonly Decision Asked = DecisionOf();

    private static readonly PickStep[] Steps =
    [
        new PickStep.Turn(7, 1, 3), new PickStep.Drawn(1, 2, 3), new PickStep.TwoDrawn(0, 4, 1, 5), new PickStep.LeastLoaded(6, 2, 9), new PickStep.LowestCost(1234.56, true, 1, 9),
        new PickStep.FirstInOrder(), new PickStep.Keyed("2F6D", 255), new PickStep.RingPointed(254, 9, 10, 2), new PickStep.RingPointed(254, 0, 10, 1), new PickStep.BestScore(0.5), new PickStep.TableSlot(6, 7, 0),
        new PickStep.Bucket(1, 2, 1), new PickStep.Remainder(3, 4, 2), new PickStep.GaveUpHashing(20), new PickStep.TierChosen(1, 29, 99, 1, true), new PickStep.Bounded(0, 5, 5),
        new PickStep.Limited(1, 32, 32), new PickStep.Stuck(1),
    ];

    private static readonly Exclusion[] Exclusions =
    [
        new Exclusion.No(), new Exclusion.WeightZero(), new Exclusion.Unavailable(), new Exclusion.Tried(), new Exclusion.OtherTier(1), new Exclusion.Full(4, 4), new Exclusion.OverBound(5, 3),
    ];

    [Fact]
    public void There_is_an_example_of_every_kind()
    {
        Assert.Equal(CasesOf<PickStep>(), Steps.Select(static step => step.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(CasesOf<Exclusion>(), Exclusions.Select(static exclusion => exclusion.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_step_is_told() => Assert.Equal(
        [
            "turn: ticket 7 is step 1 of a cycle of 3",
            "drawn: 2 was drawn of 0 to 2, of which each has a part by its weight",
            "two-drawn: a:1 (4 in flight) and b:1 (5 in flight) were drawn; a:1 has fewer by weight",
            "least-loaded: 6 in flight are the fewest by weight; 2 are so near that ticket 9 chose among them",
            "lowest-cost: 1234.6 µs are the least expected latency by weight",
            "first-in-order: it is the first in the order given that is left",
            "keyed: the key hashes to 0xff",
            "ring-point: ring point 0xfe, number 10 of 10, decides; 2 before it were passed over",
            "ring-point: ring point 0xfe, number 1 of 10, decides; 1 before it was passed over",
            "best-score: 0.5 is the best score of all, the lowest",
            "table-slot: slot 6 of 7 decides",
            "bucket: bucket 1 of 2 decides after 1 hash that led to nobody who may be picked",
            "remainder: remainder 3 of 4 decides after 2 hashes that led to nobody who may be picked",
            "gave-up-hashing: 20 hashes led to nobody who may be picked, so another rule decides",
            "tier: tier 1 has 29% of the requests, and this one's draw is 99 of 0 to 99; it is in panic and uses its failed members, too",
            "bounded: a:1 comes first but has 5 in flight and is bound to 5",
            "limited: b:1 comes first but is full (32 of 32 in flight)",
            "cookie: the cookie names b:1",
        ],
        Steps.Select(static step => Sentences.Of(step, Asked)).Select(static told => $"{told.Kind}: {told.Text}"));

    [Fact]
    public void What_lies_otherwise_is_told_otherwise() => Assert.Equal(
        [
            "a:1 (4 in flight) and b:1 (4 in flight) were drawn; as many by weight, so a draw by weight decides",
            "its latency is not known yet, so it gets one request; 2 are so near that ticket 9 chose among them",
            "no latency is known of anybody left, so the fewest in flight by weight decide",
            "this key is not hashed, so another rule decides",
            "this one's draw, 57 of 0 to 99, led to tier 0, where nobody may be picked; tier 1 takes its place",
        ],
        ((PickStep[])[new PickStep.TwoDrawn(0, 4, 1, 4), new PickStep.LowestCost(0, false, 2, 9), new PickStep.LowestCost(1e18, false, 1, 9), new PickStep.GaveUpHashing(0), new PickStep.TierChosen(1, 30, 57, 0, false)])
        .Select(static step => Sentences.Of(step, Asked).Text));

    [Fact]
    public void Who_waits_for_the_backend_of_its_cookie_is_told_so()
    {
        var waits = Asked with { Explanation = Asked.Explanation with { Chosen = Picker.None, Steps = [new PickStep.Stuck(1)] } };
        Assert.StartsWith("nobody yet: the backend of the cookie is full,", Sentences.Of(new Selection(SelectionKind.Wait, Picker.None), waits).Text, StringComparison.Ordinal);
        Assert.StartsWith("nobody yet: all that may be used are full,", Sentences.Of(new Selection(SelectionKind.Wait, Picker.None), Asked).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Standing.Failed, "down")]
    [InlineData(Standing.Draining, "draining")]
    [InlineData(Standing.Out, "out")]
    public void Every_exclusion_is_told_and_why_somebody_is_unavailable(Standing standing, string unavailable) => Assert.Equal(
        ["", "weight 0", unavailable, "tried before", "tier 1 is used", "full (4/4)", "at its bound (5/3)"],
        Exclusions.Select(exclusion => Sentences.Of(exclusion, standing).Map(static told => told.Text).IfNone("")));

    [Fact]
    public void Every_outcome_is_told()
    {
        var told = Enum.GetValues<SelectionKind>().Select(static kind => Sentences.Of(new Selection(kind, kind is SelectionKind.Chosen or SelectionKind.Stuck ? 0 : Picker.None), Asked)).ToArray();
        Assert.Equal(told.Length, told.Select(static outcome => outcome.Kind).Distinct().Count());
        Assert.Equal(2, told.Count(static outcome => outcome.Text.StartsWith("a:1", StringComparison.Ordinal)));
        Assert.Equal(told.Length - 2, told.Count(static outcome => outcome.Text.StartsWith("nobody", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_policy_is_called_as_in_the_configuration()
    {
        var names = MapShape.Policy.Keys.Map(static name => PolicyText.NameOf(
            SettingsReader.Read(TreeOf(name)).Match(Succ: static settings => settings.Upstreams[0].Policy, Fail: static faults => throw new ArgumentException(faults[0].Message)))).Strict();
        Assert.Equal(MapShape.Policy.Keys, names);
    }

    [Fact]
    public void Every_step_can_be_written_as_json()
    {
        var told = DecisionJson.Of(Asked with { Explanation = Asked.Explanation with { Steps = [.. Steps] } });
        using var json = System.Text.Json.JsonDocument.Parse(told);
        Assert.Equal(Steps.Select(static step => Sentences.Of(step, Asked).Kind), json.RootElement.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("kind").GetString()));
        Assert.Equal(1234.56, json.RootElement.GetProperty("steps")[4].GetProperty("cost_us").GetDouble());
    }

    private static IEnumerable<string> CasesOf<T>() => typeof(T).GetNestedTypes().Select(static type => type.Name).Order(StringComparer.Ordinal);

    private static Decision DecisionOf()
    {
        var upstream = NamedUpstream.Of(UpstreamSettings.Of("x", Seq("a:1", "b:1").Map(static text => new BackendSettings(BackendAddress.Parse(text).IfNone(() => throw new ArgumentException(text)), Weight.One)).Strict()));
        var request = AskedRequest.Of(ProxySettings.Empty, IPAddress.Loopback, "/", Seq1("Host: h")).IfLeft(static why => throw new ArgumentException(why));
        return new Decision(request, None, upstream, [0, 0], [], new Selection(SelectionKind.Chosen, 1), new Explanation(1, [new Exclusion.No(), new Exclusion.No()], []), "");
    }

    private static ConfigNode TreeOf(string policy) => TreeBuilder.Map(
        ("listeners", TreeBuilder.List(TreeBuilder.Map(("bind", TreeBuilder.Text(":1"))))),
        ("upstreams", TreeBuilder.Map(("x", TreeBuilder.Map(("policy", TreeBuilder.Text(policy)), ("backends", TreeBuilder.List(TreeBuilder.Text("a:1"))))))),
        ("routes", TreeBuilder.List(TreeBuilder.Map(("to", TreeBuilder.Text("x"))))));
}
