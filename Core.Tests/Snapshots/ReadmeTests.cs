using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Fairlead.Tests.Snapshots;

/// <summary>The READMEs tell the truth: their code is taken from files that are compiled and run, and what they point to is there.</summary>
public sealed class ReadmeTests
{
    public static TheoryData<string> Readmes => ["README.md", "Core/README.md"];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_C_sharp_sample_is_part_of_a_compiled_file(string readme)
    {
        var sources = new[] { "Core.Tests/Snapshots/ReadmeSamples.cs", "Shell/Examples/LoadBalancer/Program.cs" }.Select(static path => Squeezed(File.ReadAllText(InRepository(path)))).ToList();
        var samples = Blocks(readme, "csharp").ToList();

        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Contains(sources, source => source.Contains(Squeezed(sample), StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_file_pointed_to_is_there(string readme)
    {
        var folder = Path.GetDirectoryName(InRepository(readme))!;
        var links = Regex.Matches(File.ReadAllText(InRepository(readme)), @"\]\((?!https?:|#)([^)#]+)").Select(static match => match.Groups[1].Value);

        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{link} is not there"));
    }

    [Fact]
    public void Every_path_named_in_the_table_of_changes_is_there()
    {
        var rows = File.ReadLines(InRepository("README.md")).SkipWhile(static line => !line.StartsWith("## I want to change", StringComparison.Ordinal))
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        var paths = rows.SelectMany(static row => Regex.Matches(row, "`([^`]+)`").Select(static match => match.Groups[1].Value));

        Assert.NotEmpty(rows);
        Assert.All(paths, path => Assert.True(Path.Exists(InRepository(path)), $"{path} is not there"));
    }

    private static IEnumerable<string> Blocks(string readme, string language) =>
        Regex.Matches(File.ReadAllText(InRepository(readme)), $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(static match => match.Groups[1].Value);

    // Indentation and line ends aside: a sample stands in a method there and alone here.
    private static string Squeezed(string code) => Regex.Replace(code, @"\s+", " ").Trim();

    private static string InRepository(string path) => Path.Combine(Repository.Root, path);
}
