using System;
using System.IO;

namespace Fairlead.Tests.Snapshots;

/// <summary>Where the sources are, for tests that read or write files beside them.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution. Source paths compiled in will not do: a reproducible build writes <c>/_/</c> for it.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The place on this machine of a path the compiler wrote down.</summary>
    public static string OnDisk(string compiledPath) =>
        compiledPath.StartsWith("/_/", StringComparison.Ordinal) ? Path.Combine(Root, compiledPath[3..]) : compiledPath;

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Functional.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Functional.sln is in no folder above the tests"));
}
