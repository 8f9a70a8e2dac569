using Fairlead.Console;
using Fairlead.Console.Terminals;

return await CommandLine.RunAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
