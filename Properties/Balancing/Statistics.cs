using System;

namespace Fairlead.Properties.Balancing;

/// <summary>Bounds of statistical tests.</summary>
public static class Statistics
{
    /// <summary>What chi-square exceeds once in a thousand times (Wilson and Hilferty 1931; within 1 % from one degree of freedom on).</summary>
    public static double ChiSquareLimit(int degreesOfFreedom)
    {
        const double Z = 3.0902;
        var spread = 2.0 / (9 * degreesOfFreedom);
        return degreesOfFreedom * Math.Pow(1 - spread + Z * Math.Sqrt(spread), 3);
    }
}
