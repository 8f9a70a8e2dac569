using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Fairlead.Benchmarks.SideBySide;

namespace Fairlead.Benchmarks.Profile;

/// <summary>
/// Makes the profile that native builds of <c>fairlead</c> are compiled with: the managed program counts its own way through requests of each kind, and what it counted is written in the form the compiler
/// takes. Which way is taken most, and which types are met there, a compiler cannot find out by itself.
/// </summary>
internal static class ProfileRun
{
    private const int SecondsEach = 3;

    /// <summary>What was taken less often than this has to do with starting, not with requests.</summary>
    private const int UsedOften = 1000;

    private static readonly string[] Kinds = ["small", "upload", "close", "64k", "1m", "tls", "handshake"];

    /// <summary>Everything counts from its first call on, none of it compiled before, and stays as it is for as many calls as can be asked for.</summary>
    private static readonly (string Name, string Value)[] Counting =
    [
        ("DOTNET_TieredPGO", "1"), ("DOTNET_TieredPGO_InstrumentOnlyHotCode", "0"), ("DOTNET_ReadyToRun", "0"), ("DOTNET_TC_CallCountThreshold", "7FFF"), ("DOTNET_WritePGOData", "1"),
    ];

    public static int Run(string published)
    {
        var console = ConsoleFolder();
        var output = Path.Combine(console, "fairlead.mibc");
        using var mibc = new Mibc(Inputs(console));
        var used = Count(published).Where(static counted => counted.Most >= UsedOften).ToList();
        var left = used.Where(counted => !mibc.TryAdd(counted)).ToList();
        mibc.Save(output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mibc.Methods} methods in {output}, without {left.Count} that are generic, or that the native runtime has not, or otherwise"));
        return 0;
    }

    public static string ConsoleFolder() => Path.GetFullPath(Path.Combine(Folder(), "../../Console"));

    private static IReadOnlyList<Counted> Count(string published)
    {
        using var stage = new Stage(published);
        var (http, tls) = (Stage.FreePort(), Stage.FreePort());
        var counts = Path.Combine(stage.Folder, "counts.txt");
        using (var fairlead = Contestant.LaunchManaged(stage, http, tls, "round-robin", [.. Counting, ("DOTNET_PGODataPath", counts)]))
        {
            Stage.WaitFor(http, fairlead);
            foreach (var load in Scenario.All.OfType<Scenario.Load>().Where(static load => Kinds.Contains(load.Name)))
                load.Ask(load, load.IsTls ? tls : http, SecondsEach);
            fairlead.Terminate();
        }

        return [.. Counts.Read(counts)];
    }

    /// <summary>What the native build before this one was compiled from.</summary>
    private static IEnumerable<string> Inputs(string console)
    {
        const string reference = "-r:";
        return File.ReadLines(Path.Combine(console, "obj/Release/net10.0/linux-x64/native/fairlead.ilc.rsp"))
            .Where(static line => line.EndsWith(".dll", StringComparison.Ordinal) && (line[0] != '-' || line.StartsWith(reference, StringComparison.Ordinal)))
            .Select(line => Path.Combine(console, line.StartsWith(reference, StringComparison.Ordinal) ? line[reference.Length..] : line));
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
