using System;
using System.IO;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Console;

/// <summary>Which file is read when none is named. A marker in each tells which it was.</summary>
public class ConfigSearchTests
{
    [Fact]
    public async Task The_variable_comes_first()
    {
        using var terminal = Terminal(("FAIRLEAD_CONFIG", "named.yaml"));
        foreach (var name in new[] { "named.yaml", "fairlead.yaml", "xdg/fairlead/fairlead.yaml" })
            terminal.Write(name, "hurz: 1");
        Assert.Equal("named.yaml", await FileReadAsync(terminal));
    }

    [Fact]
    public async Task A_variable_that_names_no_file_is_not_passed_over()
    {
        using var terminal = Terminal(("FAIRLEAD_CONFIG", "named.yaml"));
        terminal.Write("fairlead.yaml", Sources.Minimal);
        Assert.Equal(2, await terminal.RunAsync("validate"));
        Assert.Contains("cannot read named.yaml", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_working_directory_comes_before_the_home_directory()
    {
        using var terminal = Terminal();
        terminal.Write("fairlead.yaml", "hurz: 1");
        terminal.Write("home/.config/fairlead/fairlead.yaml", "hurz: 1");
        Assert.Equal("fairlead.yaml", await FileReadAsync(terminal));
    }

    [Fact]
    public async Task The_home_directory_is_looked_at_when_there_is_no_configuration_directory()
    {
        var home = System.IO.Directory.CreateTempSubdirectory("fairlead-home-").FullName;
        try
        {
            var file = Path.Combine(home, ".config", "fairlead", "fairlead.yaml");
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "hurz: 1");

            using var unset = Terminal(("HOME", home));
            using var relative = Terminal(("HOME", home), ("XDG_CONFIG_HOME", "relative"));
            using var other = Terminal(("HOME", home), ("XDG_CONFIG_HOME", "/nowhere"));

            Assert.Equal(file, await FileReadAsync(unset));
            Assert.Equal(file, await FileReadAsync(relative));
            Assert.Equal(2, await other.RunAsync("validate"));
            Assert.Contains("/nowhere/fairlead/fairlead.yaml, /etc/fairlead/fairlead.yaml exists", other.Error, StringComparison.Ordinal);
        }
        finally
        {
            System.IO.Directory.Delete(home, recursive: true);
        }
    }

    private static FakeTerminal Terminal(params (string Name, string Value)[] variables) => new(null, variables);

    private static async Task<string> FileReadAsync(FakeTerminal terminal)
    {
        Assert.Equal(1, await terminal.RunAsync("validate"));
        return terminal.Error[..terminal.Error.IndexOf(":1:1: ", StringComparison.Ordinal)];
    }
}
