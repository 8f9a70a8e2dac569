using System;

namespace Fairlead.Properties.Fuzz;

/// <summary>An input broke a law.</summary>
internal sealed class BrokenLawException(string law) : Exception(law);

/// <summary>Asserting millions of times: nothing is allocated while the law holds.</summary>
internal static class Law
{
    public static void Holds(bool condition, string law)
    {
        if (!condition)
            throw new BrokenLawException(law);
    }

    public static void Agrees<T>(T expected, T actual, string law)
        where T : IEquatable<T>?
    {
        if (!(expected is null ? actual is null : expected.Equals(actual)))
            throw new BrokenLawException($"{law}\nexpected: {expected}\nactual:   {actual}");
    }
}
