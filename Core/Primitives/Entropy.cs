using System;
using System.Numerics;

namespace Fairlead.Primitives;

/// <summary>
/// A reproducible stream of random draws as a value (SplitMix64, Steele, Lea and Flood 2014): same state, same draws. <c>default</c> is seed 0, a good stream.
/// </summary>
public readonly record struct Entropy(ulong State)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A 64-bit draw and the stream after it.</summary>
    public (ulong Draw, Entropy Next) Draw()
    {
        var next = new Entropy(State + Golden);
        return (Mix(next.State), next);
    }

    /// <summary>Spreads the bits of <paramref name="value"/> over all 64 (a bijection).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The same of each element.</summary>
    internal static Vector<ulong> Mix(Vector<ulong> values)
    {
        values = (values ^ (values >>> 30)) * 0xBF58476D1CE4E5B9;
        values = (values ^ (values >>> 27)) * 0x94D049BB133111EB;
        return values ^ (values >>> 31);
    }

    /// <summary>Maps a draw to [0, <paramref name="bound"/>) by multiplication (Lemire 2019); 0 for a bound of 0. The bias is below bound / 2^64.</summary>
    public static ulong Below(ulong draw, ulong bound) => Math.BigMul(draw, bound, out _);

    /// <summary>Maps a draw to [0, 1), with 53 bits.</summary>
    public static double Unit(ulong draw) => (draw >> 11) * (1.0 / (1UL << 53));
}
