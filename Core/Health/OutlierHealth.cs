using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Health;

/// <summary>Why requests had a backend ejected.</summary>
public abstract record EjectionCause
{
    private EjectionCause() { }

    /// <summary>That many 5xx in a row.</summary>
    public sealed record ServerErrors(int InRow) : EjectionCause;

    /// <summary>That many 502, 503 or 504 in a row.</summary>
    public sealed record GatewayErrors(int InRow) : EjectionCause;

    /// <summary>That many requests in a row without an answer.</summary>
    public sealed record LocalFailures(int InRow) : EjectionCause;

    /// <summary>A success rate of <paramref name="Percent"/>, below the <paramref name="Limit"/> drawn by the others'.</summary>
    public sealed record SuccessRate(double Percent, double Limit) : EjectionCause;

    /// <summary>That share of the requests failed.</summary>
    public sealed record FailureShare(double Percent) : EjectionCause;
}

/// <summary>A removal by requests. <paramref name="TimesInRow"/> is the factor on the base time: how often it was ejected, less the healthy intervals since.</summary>
public sealed record Ejection(EjectionCause Cause, Instant Since, Instant Until, int TimesInRow);

/// <summary>
/// What requests have told about one backend: the counts of this interval, the ejection in force, and the factor its next ejection builds on. It belongs to a backend of one
/// upstream, never to an address.
/// </summary>
public sealed record OutlierHealth(OutcomeTally Tally, Option<Ejection> Ejection, int TimesInRow)
{
    /// <summary>Nothing told yet.</summary>
    public static OutlierHealth Clear { get; } = new(default, Option<Ejection>.None, 0);

    /// <summary>True when the end of the interval would change something: requests were counted, or a former ejection is still held against it.</summary>
    public bool AwaitsLook => Tally != default || (Ejection.IsNone && TimesInRow > 0);

    /// <summary>With more requests counted.</summary>
    public OutlierHealth Count(OutcomeTally more) => more == default ? this : this with { Tally = Tally + more };

    /// <summary>After its ejection; the same when there is none.</summary>
    public OutlierHealth Return() => Ejection.IsSome ? this with { Ejection = Option<Ejection>.None } : this;
}
