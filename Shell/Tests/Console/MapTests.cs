using System;
using System.Linq;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Console;

public class MapTests
{
    private const string Config = """
        listeners: [ { bind: ":1" } ]
        upstreams:
          ring: { policy: { ketama: { key: uri } }, backends: [ "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80" ] }
          turns: { backends: [ "a.example:80", "b.example:80,weight=2" ] }
          net: { policy: source-ip-hash, backends: [ "10.0.0.1:80", "10.0.0.2:80" ] }
        routes: [ { to: ring } ]
        """;

    private static readonly string Keys = string.Concat(Enumerable.Range(0, 300).Select(static i => $"/page/{i}\n"));

    [Fact]
    public async Task Round_robin_counts_the_lines()
    {
        using var terminal = FakeTerminal.WithInput("1\n2\n3\n4\n");
        Assert.Equal(0, await MapAsync(terminal, "-u", "turns"));
        Assert.Equal("1\tb.example:80\n2\ta.example:80\n3\tb.example:80\n4\tb.example:80\n", terminal.Out);
    }

    [Fact]
    public async Task A_key_always_has_the_same_backend_and_only_the_keys_of_a_lost_one_move()
    {
        using var whole = FakeTerminal.WithInput(Keys);
        using var without = FakeTerminal.WithInput(Keys);
        Assert.Equal(0, await MapAsync(whole, "-u", "ring"));
        Assert.Equal(0, await MapAsync(without, "-u", "ring", "--down", "10.0.0.2:80"));

        var (before, after) = (whole.Out.Split('\n')[..^1], without.Out.Split('\n')[..^1]);
        Assert.Equal(300, before.Length);
        Assert.Equal(Keys.Split('\n')[..^1], before.Select(static line => line.Split('\t')[0]));
        Assert.Equal(3, before.Select(static line => line.Split('\t')[1]).Distinct().Count());
        Assert.DoesNotContain(after, static line => line.EndsWith("\t10.0.0.2:80", StringComparison.Ordinal));
        Assert.All(before.Zip(after), static pair => Assert.True(pair.Item1 == pair.Item2 || pair.Item1.EndsWith("\t10.0.0.2:80", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_key_without_a_backend_is_told_by_a_dash_and_the_exit_code()
    {
        using var terminal = FakeTerminal.WithInput("a\n");
        Assert.Equal(1, await MapAsync(terminal, "-u", "turns", "--down", "a.example:80", "--down", "B.example:80"));
        Assert.Equal("a\t-\n", terminal.Out);
    }

    [Fact]
    public async Task A_source_address_has_to_be_one()
    {
        using var terminal = FakeTerminal.WithInput("192.0.2.1\nhurz\n");
        Assert.Equal(1, await MapAsync(terminal, "-u", "net"));
        Assert.Matches("^192\\.0\\.2\\.1\t10\\.0\\.0\\.[12]:80\nhurz\t-\n$", terminal.Out);
        Assert.Equal("fairlead: line 2: 'hurz' is not an IP address\n", terminal.Error);
    }

    [Theory]
    [InlineData("fairlead: there are several upstreams, so say --upstream with one of ring, turns, net\n")]
    [InlineData("fairlead: there is no upstream 'rnig'; did you mean 'ring'?\n", "-u", "rnig")]
    [InlineData("fairlead: --down: '10.0.0.9:80' is no backend of ring; did you mean '10.0.0.1:80'?\n", "-u", "ring", "--down", "10.0.0.9:80")]
    public async Task A_question_about_nothing_is_a_wrong_call(string told, params string[] arguments)
    {
        using var terminal = FakeTerminal.WithInput("a\n");
        Assert.Equal(2, await MapAsync(terminal, arguments));
        Assert.Equal(("", told), (terminal.Out, terminal.Error));
    }

    [Fact]
    public async Task Keys_and_configuration_cannot_both_be_standard_input()
    {
        using var terminal = FakeTerminal.WithInput("a\n");
        Assert.Equal(2, await terminal.RunAsync("map", "-"));
        Assert.Equal("fairlead: standard input has the keys, so the configuration must be a file\n", terminal.Error);
    }

    [Fact]
    public async Task A_change_moves_the_keys_of_a_lost_backend_and_says_that_they_had_to()
    {
        using var terminal = FakeTerminal.WithInput(Keys);
        using var whole = FakeTerminal.WithInput(Keys);
        Assert.Equal(0, await MapAsync(whole, "-u", "ring"));
        var lost = whole.Out.Split('\n').Count(static line => line.EndsWith("\t10.0.0.2:80", StringComparison.Ordinal));

        Assert.Equal(0, await MapAsync(terminal, "-u", "ring", "--against", terminal.Write("new.yaml", Config.Replace("\"10.0.0.2:80\", \"10.0.0.3:80\"", "\"10.0.0.3:80\"", StringComparison.Ordinal))));

        var moved = terminal.Out.Split('\n')[..^1];
        Assert.Equal(lost, moved.Length);
        Assert.All(moved, static line => Assert.Matches("^/page/[0-9]+\t10\\.0\\.0\\.2:80\t10\\.0\\.0\\.[13]:80$", line));
        Assert.StartsWith(FormattableString.Invariant($"keys    300\nmoved   {lost} ({100.0 * lost / 300:0.##}%)\nhad to  {lost} ({100.0 * lost / 300:0.##}%); exactly even shares would move 33.33%\n"), terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_compares_what_each_backend_has_with_what_it_is_due()
    {
        using var terminal = FakeTerminal.WithInput("1\n2\n3\n4\n5\n6\n");
        Assert.Equal(0, await MapAsync(
            terminal, "-u", "turns", "--summary", "-a",
            terminal.Write("new.yaml", Config.Replace("\"a.example:80\", \"b.example:80,weight=2\"", "\"b.example:80\", { address: \"c.example:80\", backup: true }", StringComparison.Ordinal))));
        Assert.Equal(
            """
            keys    6
            moved   2 (33.33%)
            had to  2 (33.33%); exactly even shares would move 33.33%

            backend           before      %    due       after      %    due
            a.example:80           2  33.33  33.33           0   0.00   0.00
            b.example:80           4  66.67  66.67           6 100.00 100.00
            c.example:80           0   0.00   0.00           0   0.00   0.00

            """, terminal.Out);
        Assert.Equal("", terminal.Error);
    }

    [Theory]
    [InlineData("34%", 0)]
    [InlineData("33.4", 0)]
    [InlineData("33%", 1)]
    [InlineData("0", 1)]
    public async Task More_moved_keys_than_allowed_are_told_by_the_exit_code(string most, int code)
    {
        using var terminal = FakeTerminal.WithInput("1\n2\n3\n");
        Assert.Equal(code, await MapAsync(
            terminal, "-u", "turns", "-s", "--max-moved", most, "--against", terminal.Write("new.yaml", Config.Replace("\"a.example:80\", ", "", StringComparison.Ordinal))));
        Assert.Equal(code == 0 ? "" : $"fairlead: 33.33% of the keys move, and at most {most.TrimEnd('%')}% may\n", terminal.Error);
    }

    [Fact]
    public async Task The_same_configuration_moves_nothing()
    {
        using var terminal = FakeTerminal.WithInput(Keys);
        Assert.Equal(0, await MapAsync(terminal, "-u", "ring", "--against", "fairlead.yaml", "--max-moved", "0", "--down", "10.0.0.1:80"));
        Assert.Equal("", terminal.Out);
        Assert.StartsWith("keys    300\nmoved   0 (0%)\nhad to  0 (0%); exactly even shares would move 0%\n", terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fairlead: in the other configuration, there is no upstream 'net'; the upstreams are: other\n", "-u", "net")]
    [InlineData("fairlead: --down: '10.0.0.9:80' is no backend of ring; did you mean '10.0.0.1:80'?\n", "-u", "ring", "--down", "10.0.0.9:80")]
    public async Task A_comparison_of_what_is_not_there_is_a_wrong_call(string told, params string[] arguments)
    {
        using var terminal = FakeTerminal.WithInput("192.0.2.1\n");
        var other = terminal.Write("other.yaml", arguments[1] == "net" ? Config.Replace("net:", "other:", StringComparison.Ordinal).Replace("  ring: {", "#", StringComparison.Ordinal).Replace("  turns:", "#", StringComparison.Ordinal).Replace("to: ring", "to: other", StringComparison.Ordinal) : Config);
        Assert.Equal(2, await MapAsync(terminal, ["--against", other, .. arguments]));
        Assert.Equal(("", told), (terminal.Out, terminal.Error));
    }

    [Theory]
    [InlineData("--summary")]
    [InlineData("--max-moved", "5%")]
    public async Task A_summary_is_of_a_change(params string[] arguments)
    {
        using var terminal = FakeTerminal.WithInput("a\n");
        Assert.Equal(2, await MapAsync(terminal, ["-u", "ring", .. arguments]));
        Assert.StartsWith("fairlead: --summary and --max-moved say something about a change: name the other configuration by --against.\n", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_that_may_move_is_a_percentage()
    {
        using var terminal = FakeTerminal.WithInput("a\n");
        Assert.Equal(2, await MapAsync(terminal, "-u", "ring", "--against", "fairlead.yaml", "--max-moved", "101"));
        Assert.StartsWith("fairlead: '101' is not a percentage from 0% to 100%.\n", terminal.Error, StringComparison.Ordinal);
    }

    private static Task<int> MapAsync(FakeTerminal terminal, params string[] arguments) =>
        terminal.RunAsync(["map", terminal.Write("fairlead.yaml", Config), .. arguments]);
}
