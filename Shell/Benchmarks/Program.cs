using BenchmarkDotNet.Running;
using Fairlead.Benchmarks.Micro;

// dotnet run -c Release --project Shell/Benchmarks -- results          measures every policy and writes Shell/Benchmarks/RESULTS.md
// dotnet run -c Release --project Shell/Benchmarks -- --filter '*'     BenchmarkDotNet as usual
if (args is ["results"])
    return Results.Write();
BenchmarkSwitcher.FromAssembly(typeof(Policies).Assembly).Run(args);
return 0;
