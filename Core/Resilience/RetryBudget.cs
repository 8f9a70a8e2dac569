using System;

namespace Fairlead.Resilience;

/// <summary>What an upstream is busy with: exchanges under way, and how many of them are retries, those that still wait included. <c>default</c> is idle.</summary>
public readonly record struct RetryLoad(int Active, int Retrying);

/// <summary>
/// How many retries may run at once: a share of the exchanges under way, and a few in any case (Envoy's retry budget), so that a backend in trouble is not buried under repetition.
/// A retry counts from the decision on, before it waits.
/// </summary>
public sealed record RetryBudget(int Percent, int Minimum)
{
    /// <summary>A fifth, and at least three (Envoy's).</summary>
    public static RetryBudget Default { get; } = new(20, 3);

    /// <summary>True when one more may run.</summary>
    public bool Allows(RetryLoad load) => load.Retrying < MaxOf(load.Active);

    /// <summary>Retries that may run among <paramref name="active"/> exchanges.</summary>
    public int MaxOf(int active) => (int)Math.Min(int.MaxValue, Math.Max(Minimum, (long)active * Percent / 100));
}
