using BenchmarkDotNet.Running;
using Fairlead.Benchmarks.Micro;
using Fairlead.Benchmarks.Profile;
using Fairlead.Benchmarks.SideBySide;
using Fairlead.Benchmarks.Soak;

// Shell/Benchmarks/run.sh                                              Fairlead beside other proxies
// Shell/Benchmarks/run.sh profile                                      what native builds are compiled with: Shell/Console/fairlead.mibc, fairlead.order
// dotnet run -c Release --project Shell/Benchmarks -- results          measures every policy and writes Shell/Benchmarks/RESULTS.md
// dotnet run -c Release --project Shell/Benchmarks -- soak             five minutes of mixed traffic: nothing grows, nothing leaks
// dotnet run -c Release --project Shell/Benchmarks -- slow-clients     two thousand slow clients beside a fast one
// dotnet run -c Release --project Shell/Benchmarks -- --filter '*'     BenchmarkDotNet as usual
switch (args)
{
    case ["results"]:
        return Results.Write();
    case ["side-by-side", var published, .. var rest]:
        return Runner.Run(published, rest);
    case ["profile", var published]:
        return ProfileRun.Run(published);
    case ["order", var published]:
        return OrderRun.Run(published);
    case ["soak", .. var rest]:
        return SoakRun.Run(rest);
    case ["slow-clients"]:
        return SlowRun.Run();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Policies).Assembly).Run(args);
        return 0;
}
