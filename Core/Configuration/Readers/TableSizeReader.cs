using System;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the size of a Maglev table: a prime, so that every step goes through the whole table.</summary>
internal static class TableSizeReader
{
    /// <summary>The largest table, a prime (Envoy's bound).</summary>
    public const int SizeMax = 5_000_011;

    public static Validation<ConfigFault, int> Read(ConfigNode node) => NumberReader.Between(2, SizeMax)(node).Bind(size => IsPrime(size)
        ? Good(size)
        : Bad<int>(node, FaultCode.TableSize, FormattableString.Invariant($"{size} is not a prime, and only a prime lets every backend reach the whole table; the next one is {NextPrime(size)}")));

    private static int NextPrime(int size)
    {
        while (!IsPrime(size))
            size++;
        return size;
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return number >= 2;
    }
}
