using System;
using System.IO.Hashing;
using Fairlead.Primitives;

namespace Fairlead.Properties.Fuzz;

/// <summary>Draws that a seed decides. Checks are given dice thrown from the input itself, so that a kept input is checked again exactly as when it failed.</summary>
internal sealed class Dice(ulong seed)
{
    private Entropy _entropy = new(seed);

    public static Dice Of(ReadOnlySpan<byte> input) => new(XxHash64.HashToUInt64(input));

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)Entropy.Below(Draw(), (ulong)bound);

    public bool OneIn(int bound) => Below(bound) == 0;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    private ulong Draw()
    {
        (var draw, _entropy) = _entropy.Draw();
        return draw;
    }
}
