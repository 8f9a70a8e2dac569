using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Console.Terminals;

namespace Fairlead.Shell.Tests.Console;

/// <summary>The program as a process: exit codes and streams as a shell sees them.</summary>
public class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_valid_configuration_on_standard_input_is_ok() =>
        Assert.Equal((0, "ok\n", ""), await RunAsync(Sources.Minimal, "validate", "-"));

    [Fact]
    public async Task Faults_go_to_standard_error_without_colours_when_it_is_no_terminal()
    {
        var (code, output, error) = await RunAsync(Sources.Minimal + "\nhurz: 1", "-t", "-");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("<stdin>:4:1: FL0102: unknown key 'hurz' in the configuration; ", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Fact]
    public async Task Run_refuses_a_faulty_configuration_in_a_way_that_is_not_worth_a_restart()
    {
        var (code, output, error) = await RunAsync("listeners: []", "run", "-");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("<stdin>:1:12: FL0302: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_without_a_file_that_exists_is_a_wrong_call() =>
        Assert.Equal((2, "", "fairlead: cannot read /nowhere/fairlead.yaml: it does not exist\n"), await RunAsync("", "run", "/nowhere/fairlead.yaml"));

    [Fact]
    public async Task Keys_are_mapped_in_a_pipeline()
    {
        using var terminal = new FakeTerminal();
        var file = terminal.Write("fairlead.yaml", Sources.Minimal);
        Assert.Equal((0, "a\t127.0.0.1:8001\nb\t127.0.0.1:8002\n", ""), await RunAsync("a\nb\n", "map", terminal.Directory + "/" + file));
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Terminal).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
        }
    }
}
