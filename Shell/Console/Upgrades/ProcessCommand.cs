using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Fairlead.Console.Upgrades;

/// <summary>How this process was started, so that its successor can be: the program's file as it was named then (what lies there now may be newer), and the arguments.</summary>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments)
{
    private const string Deleted = " (deleted)";                      // what /proc/self/exe adds once the file was replaced

    /// <summary>Of this process; <paramref name="binary"/> is another program to start instead. To be asked while the working directory is that of the start.</summary>
    public static ProcessCommand OfThisProcess(string? binary, string directory)
    {
        var words = Words();
        var file = binary ?? (words[0].Contains('/') ? words[0] : ProgramFile() ?? words[0]);
        return new ProcessCommand(file.Contains('/') ? Path.GetFullPath(file, directory) : file, [.. words.Skip(1)]);
    }

    private static string[] Words()
    {
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0');
            return words[0].Length > 0 ? words[..^1] : Environment.GetCommandLineArgs();   // each ends with a NUL
        }
        catch (IOException)
        {
            return Environment.GetCommandLineArgs();
        }
    }

    private static string? ProgramFile() => Environment.ProcessPath is { } path && path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : Environment.ProcessPath;
}
