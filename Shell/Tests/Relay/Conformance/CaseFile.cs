using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Fairlead.Tests.Snapshots;

namespace Fairlead.Shell.Tests.Relay.Conformance;

/// <summary>One line of a case: its first character says what it is.</summary>
internal sealed record CaseLine(char Kind, string Text)
{
    /// <summary>The name and the value of a line that is a field.</summary>
    public (string Name, string Value) Field => (Text[..Text.IndexOf(':', StringComparison.Ordinal)], Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' '));
}

/// <summary>One case of a file: "section: what", and its lines.</summary>
internal sealed record WireCase(string Name, IReadOnlyList<CaseLine> Lines)
{
    public bool Has(string option) => Lines.Any(line => line is { Kind: '!' } && line.Text == option);

    /// <summary>What stands behind an option's name, if it is there.</summary>
    public string? Value(string option) =>
        Lines.Where(line => line.Kind == '!' && line.Text.StartsWith(option + " ", StringComparison.Ordinal)).Select(line => line.Text[(option.Length + 1)..]).FirstOrDefault();
}

/// <summary>Reads a file of cases; its first lines say how they are written. The bytes are Latin-1 text, so that a character is a byte.</summary>
internal static class CaseFile
{
    private static readonly Regex Repeated = new(@"\\\{(?<text>.*?)\*(?<times>[0-9]+)\}");
    private static readonly Regex Escaped = new(@"\\(?:x(?<hex>[0-9a-fA-F]{2})|(?<one>.))");

    public static IReadOnlyDictionary<string, WireCase> Read(string file)
    {
        var cases = new Dictionary<string, WireCase>();
        var (section, name, lines) = ("", "", new List<CaseLine>());
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "Shell", "Tests", "Relay", "Conformance", file)).Append("## "))
        {
            if (line.StartsWith("? ", StringComparison.Ordinal) || line.StartsWith("## ", StringComparison.Ordinal))
            {
                if (lines.Count > 0)
                    cases.Add(name, new WireCase(name, lines));
                lines = [];
                section = line[0] == '#' ? line[3..] : section;
                name = $"{section}: {line[2..]}";
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                lines.Add(new CaseLine(line[0], Bytes(line.Length > 2 ? line[2..] : "")));
            }
        }

        return cases;
    }

    private static string Bytes(string text) => Escaped.Replace(
        Repeated.Replace(text, static match => string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture)))),
        static match => match.Groups["hex"] is { Success: true, Value: var hex } ? ((char)Convert.ToByte(hex, 16)).ToString() : match.Groups["one"].Value switch
        {
            "r" => "\r",
            "n" => "\n",
            "t" => "\t",
            "0" => "\0",
            "\\" => "\\",
            var other => throw new InvalidDataException("no escape: \\" + other),
        });
}
