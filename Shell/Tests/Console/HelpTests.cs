using System;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Console;

public class HelpTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("run")]
    [InlineData("proxy")]
    [InlineData("validate")]
    [InlineData("explain")]
    [InlineData("map")]
    [InlineData("diff")]
    [InlineData("upgrade")]
    [InlineData("schema")]
    [InlineData("version")]
    public async Task Every_command_explains_itself_with_examples(string command)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(0, await terminal.RunAsync(command, "--help"));
        Assert.Equal("", terminal.Error);
        Assert.Contains($"fairlead {command}", terminal.Out, StringComparison.Ordinal);
        Assert.Contains($"Examples:\n  fairlead {command}", terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public async Task The_program_explains_its_commands_and_exit_codes(string option)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(0, await terminal.RunAsync(option));
        foreach (var expected in new[] { "demo", "run", "proxy", "validate", "explain", "map", "diff", "upgrade", "schema", "version", "Exit codes: 0" })
            Assert.Contains(expected, terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_wins_over_what_is_missing()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(0, await terminal.RunAsync("proxy", "--listen", ":1", "--help"));
        Assert.Equal("", terminal.Error);
    }

    [Fact]
    public async Task The_version_is_a_number_or_more()
    {
        using var number = new FakeTerminal();
        using var more = new FakeTerminal();
        Assert.Equal(0, await number.RunAsync("--version"));
        Assert.Equal(0, await more.RunAsync("version"));
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\n$", number.Out);
        Assert.Matches($"^fairlead {number.Out.Trim()} \\(\\.NET .+\\)\n$", more.Out);
    }

    [Theory]
    [InlineData("fairlead: say what to do: demo, run, proxy, validate, explain, map, diff, upgrade, schema, version")]
    [InlineData("fairlead: there is no command 'validat'; did you mean 'validate'?", "validat")]
    [InlineData("fairlead: there is no command 'hurz'; the commands are: demo, run, proxy, validate, explain, map, diff, upgrade, schema, version", "hurz")]
    [InlineData("fairlead: There is no option '--quite'; a file of that name is './--quite'.", "run", "--quite")]
    [InlineData("fairlead: Unrecognized command or argument 'b.yaml'.", "validate", "a.yaml", "b.yaml")]
    [InlineData("fairlead: Option '--to' is required.", "proxy", "--listen", ":1")]
    public async Task A_wrong_call_is_told_on_standard_error_and_ends_with_two(string told, params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync(arguments));
        Assert.Equal("", terminal.Out);
        Assert.Equal(told, terminal.Error.Split('\n')[0]);
        Assert.Contains("--help'", terminal.Error, StringComparison.Ordinal);
    }
}
