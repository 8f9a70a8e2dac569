using System;
using System.Globalization;
using System.IO;

namespace Fairlead.Console.Upgrades;

/// <summary>A file with the number of the process that serves. Written by a rename, so that a reader never sees half of it; removed only by the process it names.</summary>
internal sealed class PidFile(string path) : IDisposable
{
    /// <summary>This process serves now.</summary>
    public void Claim()
    {
        var temporary = path + "." + Own;
        File.WriteAllText(temporary, Own + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The process that serves, or null when the file says none.</summary>
    public static int? Read(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0 ? process : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (Read(path) == Environment.ProcessId)
            File.Delete(path);
    }

    private static string Own => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
}
