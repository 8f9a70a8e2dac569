using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fairlead.Console.Upgrades;

/// <summary>The signals a process catches or ignores, as proc(5) tells them; none where there is no such process, or no proc.</summary>
internal readonly record struct SignalMask(ulong Bits)
{
    public static SignalMask Caught(int process) => Read(process.ToString(CultureInfo.InvariantCulture), "SigCgt:");

    public static SignalMask IgnoredHere() => Read("self", "SigIgn:");

    public bool Has(int signal) => (Bits >> (signal - 1) & 1) != 0;

    private static SignalMask Read(string process, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line[name.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) ? new(bits) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
