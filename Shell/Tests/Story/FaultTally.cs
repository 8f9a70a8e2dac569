using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Fairlead.Shell.Tests.Story;

/// <summary>What became of one request of a client.</summary>
internal enum Fate : byte
{
    /// <summary>Its own body came, whole, with 200.</summary>
    Answered = 0,

    /// <summary>A status said why not.</summary>
    Failed,

    /// <summary>The answer began and broke off where its framing says that more was to come.</summary>
    Cut,

    /// <summary>Anything else, which there must not be: no answer, somebody else's, one without an end that can be told, another status.</summary>
    Wrong,
}

/// <summary>One try of one request: when it ended, and how. <c>By</c> is the origin that answered; <c>Status</c> and <c>Why</c> tell of failures.</summary>
internal sealed record Told(long Number, string Method, string Phase, Fate Fate, int Status = 0, string By = "", string Why = "")
{
    public bool IsIdempotent => Method != "POST";

    /// <summary>What its client does not put up with.</summary>
    public bool MayBeSentAgain => IsIdempotent && Fate == Fate.Cut;
}

/// <summary>One phase summed up. Its lines, in a table, are what the story says in the end.</summary>
internal sealed record PhaseTally(string Phase, int Requests, int Answered, string Failed, int Cut, int Wrong, int Retried, int SeenTwice, int PostsSeenTwice)
{
    /// <summary>A table of the phases in their order. A phase that came several times is one line.</summary>
    public static IReadOnlyList<PhaseTally> Of(IEnumerable<Told> told, IReadOnlySet<long> retried, IReadOnlyDictionary<long, int> seen) =>
    [
        .. told.GroupBy(static one => one.Phase).Select(phase =>
        {
            var numbers = phase.DistinctBy(static one => one.Number).ToList();
            return new PhaseTally(
                phase.Key,
                numbers.Count,
                phase.Count(static one => one.Fate == Fate.Answered),
                string.Join(' ', phase.Where(static one => one.Fate == Fate.Failed).CountBy(static one => one.Status).OrderBy(static pair => pair.Key).Select(static pair => Text($"{pair.Key}:{pair.Value}"))),
                phase.Count(static one => one.Fate == Fate.Cut),
                phase.Count(static one => one.Fate == Fate.Wrong),
                numbers.Count(one => retried.Contains(one.Number)),
                numbers.Count(one => one.IsIdempotent && seen.GetValueOrDefault(one.Number) > 1),
                numbers.Count(one => !one.IsIdempotent && seen.GetValueOrDefault(one.Number) > 1));
        }),
    ];

    public static string Table(IReadOnlyList<PhaseTally> phases)
    {
        var table = new StringBuilder();
        var width = phases.Max(static phase => phase.Phase.Length);
        table.AppendLine(Row(width, "phase", "requests", "answered", "failed", "cut", "wrong", "retried", "twice", "POST twice"));
        foreach (var phase in phases)
            table.AppendLine(Row(width, phase.Phase, Text($"{phase.Requests}"), Text($"{phase.Answered}"), phase.Failed, Text($"{phase.Cut}"), Text($"{phase.Wrong}"), Text($"{phase.Retried}"), Text($"{phase.SeenTwice}"), Text($"{phase.PostsSeenTwice}")));
        return table.ToString();
    }

    private static string Row(int width, params string[] cells) =>
        Text($"{cells[0].PadRight(width)} {cells[1],9} {cells[2],9}  {cells[3],-16} {cells[4],5} {cells[5],5} {cells[6],8} {cells[7],6} {cells[8],10}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
