using Fairlead.Console;
using Fairlead.Console.Terminals;

TypeClasses.LookForNone();
return await CommandLine.RunAsync(args, Terminal.OfProcess()).ConfigureAwait(false);
