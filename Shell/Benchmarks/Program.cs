using BenchmarkDotNet.Running;

// dotnet run -c Release --project Shell/Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Fairlead.Benchmarks.Micro.Picks).Assembly).Run(args);
