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

    private static Task<int> MapAsync(FakeTerminal terminal, params string[] arguments) =>
        terminal.RunAsync(["map", terminal.Write("fairlead.yaml", Config), .. arguments]);
}
