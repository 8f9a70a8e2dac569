using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Console.Commands;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Mapping;

/// <summary>Writes which keys a change of configuration moves, and what that comes to.</summary>
internal static class KeyComparison
{
    /// <summary>A line a moved key, unless only the summary is wanted; the exit code is 1 when more than <paramref name="movedPercentMax"/> moved.</summary>
    public static int Write(NamedUpstream before, NamedUpstream after, KeyStream keys, bool isSummaryOnly, double? movedPercentMax, Terminal terminal)
    {
        var (old, changed) = (before.Selector, after.Selector);
        var flows = new Dictionary<(int From, int To), long>();
        using (var output = KeyMapping.Lines(terminal))
        {
            foreach (var key in keys.Read())
            {
                var (from, to) = (keys.Pick(old, key), keys.Pick(changed, key));
                flows[(from, to)] = flows.GetValueOrDefault((from, to)) + 1;
                var (fromName, toName) = (KeyMapping.NameOf(old, from), KeyMapping.NameOf(changed, to));
                if (!isSummaryOnly && fromName != toName)
                    output.Write($"{key.Text}\t{fromName}\t{toName}\n");
            }
        }

        var movement = KeyMovement.Of(old, changed, flows.Select(static flow => new KeyFlow(flow.Key.From, flow.Key.To, flow.Value)));
        Summarize(movement, isSummaryOnly ? terminal.Out : terminal.Error);
        if (movedPercentMax is not { } most || Percent(movement.Moved, movement.Keys) <= most)
            return ExitCode.Ok;
        terminal.Error.WriteLine(Invariant($"fairlead: {Percent(movement.Moved, movement.Keys):0.##}% of the keys move, and at most {most:0.##}% may"));
        return ExitCode.False;
    }

    private static void Summarize(KeyMovement movement, TextWriter to)
    {
        var (keys, width) = (movement.Keys, movement.Backends.Select(static backend => backend.Address.ToString()!.Length).Prepend("backend".Length).Max());
        to.WriteLine(Invariant($"keys    {keys}"));
        to.WriteLine(Invariant($"moved   {movement.Moved} ({Percent(movement.Moved, keys):0.##}%)"));
        to.WriteLine(Invariant($"had to  {movement.Smallest} ({Percent(movement.Smallest, keys):0.##}%); exactly even shares would move {Percent(movement.SmallestByWeight, keys):0.##}%"));
        to.WriteLine();
        to.WriteLine(Invariant($"{"backend".PadRight(width)}  {"before",10} {"%",6} {"due",6}  {"after",10} {"%",6} {"due",6}"));
        foreach (var backend in movement.Backends)
        {
            to.WriteLine(string.Concat(
                backend.Address.ToString()!.PadRight(width),
                Load(backend.Before, backend.ExpectedBefore, keys), Load(backend.After, backend.ExpectedAfter, keys)));
        }
    }

    private static string Load(long count, double due, long keys) => Invariant($"  {count,10} {Percent(count, keys),6:0.00} {Percent(due, keys),6:0.00}");

    private static double Percent(double part, long all) => all == 0 ? 0 : 100 * part / all;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
