using System;
using System.IO;

namespace Fairlead.Shell.Tests.Console;

/// <summary>Files of the repository that tests look at.</summary>
internal static class Sources
{
    public const string Minimal = """
        listeners: [ { bind: "127.0.0.1:6188" } ]
        upstreams: { app: { backends: [ "127.0.0.1:8001", "127.0.0.1:8002" ] } }
        routes: [ { to: app } ]
        """;

    private static readonly string Root = Find();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Functional.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
