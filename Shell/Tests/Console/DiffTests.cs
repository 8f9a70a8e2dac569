using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Console;

public class DiffTests
{
    private const string Old = """
        listeners: [ { bind: ":80" } ]
        upstreams:
          shop: { policy: { ketama: { key: header x-user } }, backends: [ "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80" ] }
          turns: { backends: [ "a.example:80" ] }
        routes: [ { host: a.test, to: turns }, { to: shop } ]
        """;

    private const string New = """
        listeners: [ { bind: ":80" }, { bind: ":81" } ]
        upstreams:
          shop: { policy: { ketama: { key: header x-user } }, backends: [ "10.0.0.1:80", "10.0.0.2:80" ] }
          turns: { backends: [ "a.example:80,weight=3", { address: "b.example:80", backup: true } ], pool: { idle-max: 1 } }
        routes: [ { host: a.test, to: shop }, { to: shop } ]
        drain-limit: 5s
        """;

    [Fact]
    public async Task Each_change_is_a_line_and_keys_are_counted()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(1, await DiffAsync(terminal, Old, New));
        Assert.Matches("""
            ^\+ listener 0\.0\.0\.0:81
            - backend shop 10\.0\.0\.3:80: drains
            ~ upstream shop: ([0-9.]+)% of 10000 sample keys go to another backend, \1% had to
            ~ upstream turns: pool
            ~ backend turns a\.example:80: weight 1 -> 3
            \+ backend turns b\.example:80, weight 1
            ~ route host a\.test, every path -> shop, before to turns
            ~ drain-limit
            $
            """, terminal.Out);
        Assert.Equal("", terminal.Error);
    }

    [Fact]
    public async Task The_same_configuration_in_other_words_is_no_difference()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(0, await DiffAsync(terminal, Old, Old.Replace("\":80\"", "0.0.0.0:80", StringComparison.Ordinal) + "\naccess-log: text"));
        Assert.Equal(("", ""), (terminal.Out, terminal.Error));
    }

    [Fact]
    public async Task Programs_get_one_object()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(1, await DiffAsync(terminal, Old, New, "--json"));
        using var json = JsonDocument.Parse(terminal.Out);
        Assert.True(json.RootElement.GetProperty("differs").GetBoolean());
        var changes = json.RootElement.GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(
            ["listener-added", "backend-removed", "keys-moved", "upstream-changed", "backend-reweighted", "backend-added", "route-changed", "setting-changed"],
            changes.Select(static change => change.GetProperty("kind").GetString()));
        Assert.Equal(("turns", "a.example:80", 1, 3), (
            changes[4].GetProperty("upstream").GetString(), changes[4].GetProperty("backend").GetString(),
            changes[4].GetProperty("before").GetInt32(), changes[4].GetProperty("after").GetInt32()));
        Assert.Equal(10_000, changes[2].GetProperty("keys").GetInt32());
        Assert.Equal(changes[2].GetProperty("had_to").GetInt32(), changes[2].GetProperty("moved").GetInt32());
    }

    [Fact]
    public async Task One_that_is_not_valid_is_no_difference_but_a_wrong_call()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await DiffAsync(terminal, Old, "listeners: []"));
        Assert.Equal("", terminal.Out);
        Assert.Contains("new.yaml:1:12: FL0302: ", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_can_be_standard_input()
    {
        using var terminal = FakeTerminal.WithInput(Old);
        Assert.Equal(0, await terminal.RunAsync("diff", "-", terminal.Write("old.yaml", Old)));
        Assert.Equal(2, await terminal.RunAsync("diff", "-", "-"));
        Assert.Equal("fairlead: only one of them can be standard input\n", terminal.Error);
    }

    [Fact]
    public async Task The_answer_on_the_page_is_the_answer_given()
    {
        const string shop = """
            listeners: [ { bind: ":1" } ]
            upstreams: { shop: { policy: { ketama: { key: header x-user } }, backends: [ "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80" ] } }
            routes: [ { to: shop } ]
            """;
        using var terminal = new FakeTerminal();
        Assert.Equal(1, await DiffAsync(terminal, shop, """
            listeners: [ { bind: ":1" }, { bind: ":2" } ]
            upstreams: { shop: { policy: { ketama: { key: header x-user } }, backends: [ "10.0.0.1:80", "10.0.0.2:80,weight=2" ] } }
            routes: [ { to: shop } ]
            drain-limit: 10s
            """));
        Assert.Contains($"```\n$ fairlead diff shop.yaml new.yaml\n{terminal.Out}```\n", Sources.Read("Shell/Console/CONFIGURATION.md"), StringComparison.Ordinal);
    }

    private static Task<int> DiffAsync(FakeTerminal terminal, string old, string changed, params string[] options) =>
        terminal.RunAsync(["diff", terminal.Write("old.yaml", old), terminal.Write("new.yaml", changed), .. options]);
}
