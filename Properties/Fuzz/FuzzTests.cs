using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Fairlead.Http1;

namespace Fairlead.Properties.Fuzz;

/// <summary>
/// Parsers under millions of inputs that are nearly right. FAIRLEAD_FUZZ_INPUTS says how many in all (the README's long runs), FAIRLEAD_FUZZ_SEED from which seed.
/// </summary>
public sealed class FuzzTests
{
    private const ulong Seed = 20_261_124;
    private const long Inputs = 200_000;

    public static TheoryData<string> Parsers => [.. FuzzedParser.All.Select(static parser => parser.Name)];

    public static TheoryData<string> Kept => [.. Directory.EnumerateFiles(Fuzzer.Regressions, "*.bin").Select(static file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void No_input_breaks_a_law(string name)
    {
        var run = Fuzzer.Run(FuzzedParser.Named(name), (ulong)Number("FAIRLEAD_FUZZ_SEED", (long)Seed), Number("FAIRLEAD_FUZZ_INPUTS", Inputs) / FuzzedParser.All.Length);

        Assert.Null(run.Finding);
        Assert.True(run.Inputs > 0);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void An_input_that_once_broke_a_law_does_not_any_more(string file)
    {
        var parser = FuzzedParser.Named(file[..file.LastIndexOf('-')]);

        Assert.Null(parser.Broken(File.ReadAllBytes(Path.Combine(Fuzzer.Regressions, file))));
    }

    /// <summary>Inputs that are all refused, or all taken, would try one half of a parser.</summary>
    [Fact]
    public void Inputs_are_right_and_wrong_and_unfinished()
    {
        var parser = FuzzedParser.Named("request-head");
        var verdicts = Enumerable.Range(0, 2_000).Select(index => RequestHeadParser.Parse(parser.Input(Seed, index), 0, HeadLimits.Request, new HeaderField[100]).Status).CountBy(static status => status);

        Assert.All(verdicts, static verdict => Assert.InRange(verdict.Value, 100, 1_700));
        Assert.Equal(3, verdicts.Count());
    }

    [Fact]
    public void A_parser_that_throws_is_found_out()
    {
        var wrong = new FuzzedParser("wrong", Traffic.Request, static (input, _) => Assert.True(input.AsSpan().IndexOf("\r\n "u8) < 0));

        Assert.Contains(Enumerable.Range(0, 2_000), index => wrong.Broken(wrong.Input(Seed, index)) is not null);
    }

    [Fact]
    public void The_same_seed_gives_the_same_inputs() =>
        Assert.All(FuzzedParser.All, static parser => Assert.All(Enumerable.Range(0, 100), index => Assert.Equal(parser.Input(Seed, index), parser.Input(Seed, index))));

    private static long Number(string variable, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
