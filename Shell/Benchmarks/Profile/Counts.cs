using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fairlead.Benchmarks.Profile;

/// <summary>What the runtime counted at one place of a method: how often it was there, or which types it saw. Kind, offset and flags are the JIT's own and pass through as they are.</summary>
internal sealed record Counter(int Kind, int Offset, int Other, IReadOnlyList<long> Numbers, IReadOnlyList<string?> Types)
{
    private const int DataMask = 0xF;
    private const int TypeData = 3;
    private const int MethodData = 4;

    /// <summary>True when it tells of types.</summary>
    public bool IsOfTypes => (Kind & DataMask) == TypeData;

    /// <summary>True when it tells of methods, as seen where a delegate is called.</summary>
    public bool IsOfMethods => (Kind & DataMask) == MethodData;
}

/// <summary>A method as the runtime names it, after its type, the size of its code, and what was counted in it.</summary>
internal sealed record Counted(string Name, bool IsGeneric, int CodeBytes, IReadOnlyList<Counter> Counters)
{
    /// <summary>How often its most used way was taken.</summary>
    public long Most => Counters.SelectMany(static counter => counter.Numbers).DefaultIfEmpty(0).Max();

    /// <summary>The ways to read the name as a type and a method of it, the longest type first: both may have dots.</summary>
    public IEnumerable<(string Type, string Method)> Readings()
    {
        var depth = 0;
        for (var i = Name.Length - 1; i > 0; i--)
        {
            depth += Name[i] switch { ']' or '>' => 1, '[' or '<' => -1, _ => 0 };
            if (Name[i] == '.' && depth == 0)
                yield return Name[i - 1] == '.' ? (Name[..(i - 1)], Name[i..]) : (Name[..i], Name[(i + 1)..]);   // ".ctor"
        }
    }
}

/// <summary>Reads what the runtime writes at its end into DOTNET_PGODataPath when DOTNET_WritePGOData is set: a line for each method, each counter, and each number of it.</summary>
internal static class Counts
{
    private const int Eight = 2;                                      // a number of 64 bits, written as two

    public static IEnumerable<Counted> Read(string path)
    {
        using var lines = File.ReadLines(path).GetEnumerator();
        while (lines.MoveNext())
        {
            if (!lines.Current.StartsWith("@@@ ", StringComparison.Ordinal))
                continue;
            var words = lines.Current.Split(' ');
            var (codeBytes, counters) = (Hex(words[6]), Hex(words[8]));
            var name = After(lines, "MethodName: ");
            var signature = After(lines, "Signature: ");
            var read = new List<Counter>(counters);
            for (var i = 0; i < counters; i++)
                read.Add(Next(lines));
            yield return new Counted(name, signature.StartsWith("generic ", StringComparison.Ordinal) || signature.StartsWith("instance generic ", StringComparison.Ordinal), codeBytes, read);
        }
    }

    private static Counter Next(IEnumerator<string> lines)
    {
        var words = After(lines, "Schema ").Split(' ');              // InstrumentationKind K ILOffset O Count C Other X
        var counter = new Counter(Number(words[1]), Number(words[3]), unchecked((int)uint.Parse(words[7], CultureInfo.InvariantCulture)), [], []);
        var (numbers, types) = (new List<long>(), new List<string?>());
        for (var i = Number(words[5]); i > 0; i--)
        {
            lines.MoveNext();
            if (counter.IsOfTypes)
                types.Add(TypeOf(lines.Current));
            else if (!counter.IsOfMethods)
                numbers.Add(Value(lines.Current.Split(' '), counter.Kind));
        }

        return counter with { Numbers = numbers, Types = types };
    }

    private static long Value(string[] words, int kind)
    {
        var low = (long)uint.Parse(words[0], CultureInfo.InvariantCulture);
        return (kind & 0xF) == Eight ? low | ((long)uint.Parse(words[1], CultureInfo.InvariantCulture) << 32) : low;
    }

    /// <summary>Null for a place of the histogram that is not taken; empty for a type that has no name.</summary>
    private static string? TypeOf(string line) => line["TypeHandle: ".Length..] switch
    {
        "NULL" => null,
        "UNKNOWN" => "",
        var name => name,
    };

    private static string After(IEnumerator<string> lines, string start) =>
        lines.MoveNext() && lines.Current.StartsWith(start, StringComparison.Ordinal) ? lines.Current[start.Length..] : throw new FormatException($"'{start}' expected, not '{lines.Current}'");

    private static int Hex(string word) => int.Parse(word.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
