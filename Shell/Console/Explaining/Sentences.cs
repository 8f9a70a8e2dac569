using System;
using System.Diagnostics;
using System.Globalization;
using Fairlead.Balancing;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Explaining;

/// <summary>One thing told: its kind, a sentence for people, and the facts in it for programs (numbers, texts, switches).</summary>
internal sealed record Told(string Kind, string Text, Seq<(string Name, object Value)> Facts)
{
    public static Told Of(string kind, FormattableString text, params (string Name, object Value)[] facts) => new(kind, text.ToString(CultureInfo.InvariantCulture), toSeq(facts).Strict());
}

/// <summary>Puts steps and exclusions into words.</summary>
internal static class Sentences
{
    /// <summary>What decided.</summary>
    public static Told Of(PickStep step, Decision decision) => step switch
    {
        PickStep.Turn turn => Told.Of("turn", $"ticket {turn.Ticket} is step {turn.Step} of a cycle of {turn.Period}", ("ticket", turn.Ticket), ("step", turn.Step), ("period", turn.Period)),
        PickStep.Drawn drawn => Told.Of("drawn", $"{drawn.Draw} was drawn of 0 to {drawn.Total - 1}, of which each has a part by its weight", ("draw", drawn.Draw), ("total", drawn.Total)),
        PickStep.TwoDrawn { Second: Picker.None } two => Told.Of(
            "two-drawn", $"only {decision.NameOf(two.First)} was left to draw ({two.FirstInFlight} in flight)",
            ("first", decision.NameOf(two.First)), ("first_in_flight", two.FirstInFlight)),
        PickStep.TwoDrawn two => Told.Of(
            "two-drawn", $"{decision.NameOf(two.First)} ({two.FirstInFlight} in flight) and {decision.NameOf(two.Second)} ({two.SecondInFlight} in flight) were drawn; {Better(two, decision)}",
            ("first", decision.NameOf(two.First)), ("first_in_flight", two.FirstInFlight), ("second", decision.NameOf(two.Second)), ("second_in_flight", two.SecondInFlight)),
        PickStep.LeastLoaded least => Told.Of(
            "least-loaded", $"{least.InFlight} in flight are the fewest by weight{Tie(least.Tied, least.Ticket)}", ("in_flight", least.InFlight), ("tied", least.Tied), ("ticket", least.Ticket)),
        PickStep.LowestCost { IsMeasured: false } cost => Told.Of(
            "lowest-cost", $"{(cost.CostMicroseconds == 0 ? "its latency is not known yet, so it gets one request" : "no latency is known of anybody left, so the fewest in flight by weight decide")}{Tie(cost.Tied, cost.Ticket)}",
            ("measured", false), ("tied", cost.Tied), ("ticket", cost.Ticket)),
        PickStep.LowestCost cost => Told.Of(
            "lowest-cost", $"{cost.CostMicroseconds:0.#} µs are the least expected latency by weight{Tie(cost.Tied, cost.Ticket)}",
            ("measured", true), ("cost_us", cost.CostMicroseconds), ("tied", cost.Tied), ("ticket", cost.Ticket)),
        PickStep.FirstInOrder => Told.Of("first-in-order", $"it is the first in the order given that is left"),
        PickStep.Keyed keyed => Told.Of("keyed", $"the key hashes to 0x{keyed.Hash:x}", ("key_hex", keyed.KeyHex.ToLowerInvariant()), ("hash", Hex(keyed.Hash))),
        PickStep.RingPointed ring => Told.Of(
            "ring-point", $"ring point 0x{ring.PointHash:x}, number {ring.Position + 1} of {ring.Points}, decides{(ring.Passed == 0 ? "" : Invariant($"; {ring.Passed} before it {(ring.Passed == 1 ? "was" : "were")} passed over"))}",
            ("point", Hex(ring.PointHash)), ("position", ring.Position), ("points", ring.Points), ("passed", ring.Passed)),
        PickStep.BestScore best => Told.Of("best-score", $"{best.Score:0.######} is the best score of all, the lowest", ("score", best.Score)),
        PickStep.TableSlot slot => Told.Of("table-slot", $"slot {slot.Slot} of {slot.Size} decides{After(slot.Retries)}", ("slot", slot.Slot), ("size", slot.Size), ("retries", slot.Retries)),
        PickStep.Bucket bucket => Told.Of("bucket", $"bucket {bucket.Number} of {bucket.Count} decides{After(bucket.Retries)}", ("bucket", bucket.Number), ("buckets", bucket.Count), ("retries", bucket.Retries)),
        PickStep.Remainder rest => Told.Of("remainder", $"remainder {rest.Value} of {rest.Total} decides{After(rest.Retries)}", ("remainder", rest.Value), ("total", rest.Total), ("retries", rest.Retries)),
        PickStep.GaveUpHashing { Attempts: 0 } => Told.Of("gave-up-hashing", $"this key is not hashed, so another rule decides", ("attempts", 0)),
        PickStep.GaveUpHashing gaveUp => Told.Of("gave-up-hashing", $"{gaveUp.Attempts} hashes led to nobody who may be picked, so another rule decides", ("attempts", gaveUp.Attempts)),
        PickStep.TierChosen tier => Told.Of(
            "tier", $"{Led(tier)}{(tier.IsPanic ? "; it is in panic and uses its failed members, too" : "")}",
            ("tier", tier.Tier), ("percent", tier.Percent), ("draw", tier.Draw), ("drawn_tier", tier.DrawnTier), ("panic", tier.IsPanic)),
        PickStep.Bounded bounded => Told.Of(
            "bounded", $"{decision.NameOf(bounded.FirstChoice)} comes first but has {bounded.InFlight} in flight and is bound to {bounded.Bound}",
            ("first_choice", decision.NameOf(bounded.FirstChoice)), ("in_flight", bounded.InFlight), ("bound", bounded.Bound)),
        PickStep.Limited limited => Told.Of(
            "limited", $"{decision.NameOf(limited.FirstChoice)} comes first but is full ({limited.InFlight} of {limited.InFlightMax} in flight)",
            ("first_choice", decision.NameOf(limited.FirstChoice)), ("in_flight", limited.InFlight), ("in_flight_max", limited.InFlightMax)),
        PickStep.Stuck { Index: Picker.None } => Told.Of("cookie", $"the cookie names no backend of this upstream", ("names", "")),
        PickStep.Stuck stuck => Told.Of("cookie", $"the cookie names {decision.NameOf(stuck.Index)}{Why(decision, stuck.Index)}", ("names", decision.NameOf(stuck.Index))),
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    /// <summary>Why a candidate could not be picked; none when it could.</summary>
    public static Option<Told> Of(Exclusion exclusion, Standing standing) => exclusion switch
    {
        Exclusion.No => None,
        Exclusion.WeightZero => Told.Of("weight-zero", $"weight 0"),
        Exclusion.Unavailable => standing switch
        {
            Standing.Draining => Told.Of("draining", $"draining"),
            Standing.Failed => Told.Of("down", $"down"),
            _ => Told.Of("out", $"out"),
        },
        Exclusion.Tried => Told.Of("tried", $"tried before"),
        Exclusion.OtherTier other => Told.Of("other-tier", $"tier {other.Tier} is used", ("used_tier", other.Tier)),
        Exclusion.Full full => Told.Of("full", $"full ({full.InFlight}/{full.InFlightMax})", ("in_flight", full.InFlight), ("in_flight_max", full.InFlightMax)),
        Exclusion.OverBound over => Told.Of("over-bound", $"at its bound ({over.InFlight}/{over.Bound})", ("in_flight", over.InFlight), ("bound", over.Bound)),
        _ => throw new UnreachableException(),
    };

    /// <summary>What becomes of the request.</summary>
    public static Told Of(Selection selection, Decision decision) => selection.Kind switch
    {
        SelectionKind.Chosen => Told.Of("chosen", $"{decision.NameOf(selection.Index)}"),
        SelectionKind.Stuck => Told.Of("stuck", $"{decision.NameOf(selection.Index)}, by the cookie"),
        SelectionKind.NoneAvailable => Told.Of("none-available", $"nobody: no backend may be used (503)"),
        SelectionKind.AllTried => Told.Of("all-tried", $"nobody: all that may be used were tried before"),
        SelectionKind.Wait => Told.Of("wait", $"nobody yet: {(decision.Explanation.Steps is [PickStep.Stuck] ? "the backend of the cookie is full" : "all that may be used are full")}, and the request waits up to {decision.Upstream.Settings.Selection.Queue.Timeout.TotalSeconds} s in the queue"),
        SelectionKind.QueueFull => Told.Of("queue-full", $"nobody: all that may be used are full, and the queue has no room (503)"),
        SelectionKind.StickyGone => Told.Of("sticky-gone", $"nobody: the backend of the cookie cannot be used, and the settings say to refuse (503)"),
        _ => throw new UnreachableException(),
    };

    private static string Why(Decision decision, int index) =>
        Of(decision.Explanation.Excluded[index], decision.Upstream.Standings[index]).Match(Some: static why => $" ({why.Text})", None: static () => "");

    private static string Led(PickStep.TierChosen tier) => tier.DrawnTier == tier.Tier
        ? Invariant($"tier {tier.Tier} has {tier.Percent}% of the requests, and this one's draw is {tier.Draw} of 0 to 99")
        : Invariant($"this one's draw, {tier.Draw} of 0 to 99, led to tier {tier.DrawnTier}, where nobody may be picked; tier {tier.Tier} takes its place");

    private static string Better(PickStep.TwoDrawn two, Decision decision)
    {
        var (first, second) = (two.FirstInFlight * WeightOf(two.Second), two.SecondInFlight * WeightOf(two.First));
        return first == second ? "as many by weight, so a draw by weight decides" : $"{decision.NameOf(first < second ? two.First : two.Second)} has fewer by weight";

        long WeightOf(int index) => decision.Upstream.Candidates[index].Weight.Value;
    }

    private static string Tie(int tied, ulong ticket) => tied > 1 ? Invariant($"; {tied} are so near that ticket {ticket} chose among them") : "";

    private static string After(int retries) => retries switch
    {
        0 => "",
        1 => " after 1 hash that led to nobody who may be picked",
        _ => Invariant($" after {retries} hashes that led to nobody who may be picked"),
    };

    private static string Hex(ulong number) => Invariant($"0x{number:x}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
