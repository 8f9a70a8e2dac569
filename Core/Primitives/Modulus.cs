using System;

namespace Fairlead.Primitives;

/// <summary>
/// A divisor that is used again and again: remainders by two multiplications instead of a 64-bit division. With m = ⌊(2^64 − 1) / d⌋ the estimate ⌊value · m / 2^64⌋ of the
/// quotient is never too large and at most 1 too small, so one subtraction makes it exact. <c>default</c> answers 0.
/// </summary>
internal readonly record struct Modulus
{
    private readonly ulong _reciprocal;

    public Modulus(int divisor)
    {
        Divisor = Math.Max(0, divisor);
        _reciprocal = divisor > 0 ? ulong.MaxValue / (ulong)divisor : 0;
    }

    /// <summary>The divisor, below 2^31.</summary>
    public int Divisor { get; }

    /// <summary><paramref name="value"/> modulo <see cref="Divisor"/>; 0 for a divisor of 0.</summary>
    public int Of(ulong value)
    {
        var divisor = (ulong)(uint)Divisor;
        var remainder = value - (Math.BigMul(value, _reciprocal, out _) * divisor);
        return Divisor == 0 ? 0 : (int)(remainder >= divisor ? remainder - divisor : remainder);
    }
}
