using System;
using Fairlead.Balancing;
using Fairlead.Upstreams;

namespace Fairlead.Health;

/// <summary>
/// A backend that came back gets its share little by little (Envoy's formula, HAProxy's occasion: only after it was seen unusable, never at process start). Not for hash policies:
/// each step would build their rings anew and move keys to and fro.
/// </summary>
public static class SlowStart
{
    /// <summary>How many steps a ramp has: the weights are looked at that often, not with every request.</summary>
    public const int Steps = 10;

    /// <summary>
    /// What the weight is multiplied by: (max(t, 1 s) / window)^(1 / aggression), at least the minimum share and at most 1 (after the window, or for a window of nothing).
    /// </summary>
    public static double Factor(TimeSpan elapsed, SlowStartSettings settings)
    {
        var least = Math.Clamp(settings.MinimumPercent, 0, 100) / 100.0;
        if (elapsed >= settings.Window || settings.Window <= TimeSpan.Zero)
            return 1;
        var share = Math.Max(elapsed.TotalSeconds, 1) / settings.Window.TotalSeconds;
        return Math.Clamp(Math.Pow(share, 1 / (settings.Aggression > 0 ? settings.Aggression : 1)), least, 1);
    }

    /// <summary>
    /// Weights in the same proportions, times the factors: all scaled alike so that the least of them is still a whole number, at least 1 unless it was 0, at most
    /// <see cref="Weight.Max"/>. Where every factor is 1 the weights stay as they are.
    /// </summary>
    public static Weight[] Weights(ReadOnlySpan<Weight> weights, ReadOnlySpan<double> factors)
    {
        var scaled = new Weight[weights.Length];
        var (largest, isRamping) = (0, false);
        for (var i = 0; i < weights.Length; i++)
        {
            largest = Math.Max(largest, weights[i].Value);
            isRamping |= FactorAt(factors, i) < 1;
        }

        var scale = isRamping && largest > 0 ? Math.Clamp(Weight.Max / largest, 1, ScaleMax) : 1;
        for (var i = 0; i < weights.Length; i++)
            scaled[i] = weights[i].Drains ? weights[i] : Of(weights[i].Value * scale * FactorAt(factors, i));
        return scaled;
    }

    // Fine enough for one per cent of weight 1, and small enough for cycles: a smooth round robin's is as long as the sum of its weights.
    private const int ScaleMax = 100;

    private static double FactorAt(ReadOnlySpan<double> factors, int index) => index < factors.Length ? Math.Clamp(factors[index], 0, 1) : 1;

    private static Weight Of(double value) => Weight.From(Math.Clamp((int)Math.Round(value), 1, Weight.Max)).IfNone(Weight.One);
}
