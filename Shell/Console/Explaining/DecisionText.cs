using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Fairlead.Console.Explaining;

/// <summary>A decision for people.</summary>
internal static class DecisionText
{
    public static void Write(Decision decision, TextWriter to)
    {
        var upstream = decision.Upstream.Settings;
        decision.Route.IfSome(route => Line("route", $"{route.Number}: {RouteText.Of(route.Settings)}"));
        Line("upstream", upstream.Name);
        Line("policy", PolicyText.Of(upstream.Policy));
        Line("request", $"GET {decision.Request.Target}, host {decision.Request.Authority}, client {decision.Request.Client}");
        if (upstream.Policy.IsHash)
            Line("key", decision.KeyShown);

        var number = 0;
        foreach (var step in decision.Explanation.Steps)
            Line(number++ == 0 ? "because" : "", Sentences.Of(step, decision).Text);
        Line("chosen", Sentences.Of(decision.Selection, decision).Text);
        if (decision.SetCookie.Length > 0)
            Line("set-cookie", decision.SetCookie);
        to.WriteLine();
        foreach (var line in Table(decision))
            to.WriteLine(line);

        void Line(string name, string text) => to.WriteLine($"{name,-10}  {text}");
    }

    private static IEnumerable<string> Table(Decision decision)
    {
        string[][] rows =
        [
            ["backend", "weight", "tier", "in flight", "may be picked"],
            .. decision.Upstream.Candidates.Select((candidate, i) => new[]
            {
                candidate.Address.ToString()!,
                FormattableString.Invariant($"{candidate.Weight.Value}"),
                FormattableString.Invariant($"{candidate.Tier}"),
                candidate.InFlightMax == 0 ? FormattableString.Invariant($"{decision.InFlight[i]}") : FormattableString.Invariant($"{decision.InFlight[i]}/{candidate.InFlightMax}"),
                Sentences.Of(decision.Explanation.Excluded[i], decision.Upstream.Standings[i]).Match(
                    Some: static why => "no: " + why.Text,
                    None: () => i == decision.Explanation.Chosen ? "yes, and chosen" : "yes"),
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => column < widths.Length ? cell.PadRight(widths[column]) : cell)));
    }
}
