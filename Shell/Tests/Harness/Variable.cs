using System;
using System.Globalization;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>What long runs are told by the environment.</summary>
internal static class Variable
{
    /// <summary>The whole number a variable holds; <paramref name="otherwise"/> when it is not set, or holds none.</summary>
    public static long Number(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
