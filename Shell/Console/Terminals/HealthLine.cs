using System;
using System.Globalization;
using Fairlead.Control;
using Fairlead.Health;
using Spectre.Console;

namespace Fairlead.Console.Terminals;

/// <summary>One line for each change of a backend's verdict: which, from what to what, why, and how many are left.</summary>
internal static class HealthLine
{
    public static void Write(IAnsiConsole console, DateTimeOffset now, ControlEffect.ReportVerdict change)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var color = change.After.IsUsable ? "green" : "red";
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"{time} health: {Markup.Escape(change.Backend.Upstream)} {Markup.Escape(change.Backend.Address.ToString()!)}: {NameOf(change.Before)} -> [{color}]{NameOf(change.After)}[/]{Markup.Escape(ReasonOf(change.After))} ({change.Usable} of {change.Total} usable)"));
    }

    private static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Unchecked => "unchecked",
        Verdict.Up => "up",
        Verdict.Recovering => "recovering",
        Verdict.Down => "down",
        Verdict.Draining => "draining",
        _ => "maintenance",
    };

    private static string ReasonOf(Verdict verdict) => verdict is Verdict.Down down ? ", " + VerdictText.Describe(down.Reason) : "";
}
