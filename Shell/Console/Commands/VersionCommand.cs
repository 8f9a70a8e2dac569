using System.Runtime.InteropServices;
using Fairlead.Console.Terminals;

namespace Fairlead.Console.Commands;

/// <summary><c>fairlead version</c>, and what runs it.</summary>
internal static class VersionCommand
{
    public static DocumentedCommand Create(Terminal terminal)
    {
        var command = new DocumentedCommand("version", "Print the version, the runtime and the platform.", "  fairlead version\n  fairlead --version                 only the number");
        command.SetAction(_ =>
        {
            terminal.Out.WriteLine($"fairlead {CommandLine.Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCode.Ok;
        });
        return command;
    }
}
