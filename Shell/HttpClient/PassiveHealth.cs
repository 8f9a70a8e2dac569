using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.HttpClients;

/// <summary>
/// What requests have told about all backends of a client, as a value. There is no timer: whoever comes after <see cref="NextDue"/> asks for the state <see cref="At"/> that time, and
/// every return and interval that passed meanwhile is made up for at its own instant.
/// </summary>
internal sealed class PassiveHealth(OutlierSettings settings, Seq<OutlierHealth> backends, Instant nextLook, Entropy entropy)
{
    public Seq<OutlierHealth> Backends => backends;

    public static PassiveHealth Start(OutlierSettings settings, int backends, Instant now, Entropy entropy) =>
        new(settings, Enumerable.Repeat(OutlierHealth.Clear, backends).ToSeq().Strict(), now + settings.Interval, entropy);

    /// <summary>When time alone changes something next.</summary>
    public Instant NextDue { get; } = Instant.Min(nextLook, OutlierDetection.NextReturn(backends));

    /// <summary>Ejected ones are to be used in panic only.</summary>
    public Standing StandingOf(int index) => Backends[index].Ejection.IsSome ? Standing.Failed : Standing.Ready;

    /// <summary>With those requests counted.</summary>
    public PassiveHealth Count(ImmutableArray<OutcomeTally> more) =>
        With(Backends.Select((backend, index) => backend.Count(more[index])));

    /// <summary>With other backends.</summary>
    public PassiveHealth With(IEnumerable<OutlierHealth> backends) => new(settings, backends.ToSeq().Strict(), nextLook, entropy);

    /// <summary>At a later time.</summary>
    public PassiveHealth At(Instant now)
    {
        var state = this;
        while (state.NextDue <= now)
            state = state.Backends.Exists(static backend => backend.AwaitsLook || backend.Ejection.IsSome) ? state.Next() : state.Skip(now);
        return state;
    }

    /// <summary>After a run of failures.</summary>
    public PassiveHealth Reached(int index, StreakCauses causes, Instant now)
    {
        var step = OutlierDetection.StreakReached(settings, Backends, index, causes, now, entropy);
        return new(settings, step.Backends, nextLook, step.Entropy);
    }

    // A return at the very end of an interval comes after the look: the backend was out for all of it.
    private PassiveHealth Next()
    {
        if (NextDue < nextLook)
            return new(settings, OutlierDetection.ReturnDue(Backends, NextDue), nextLook, entropy);
        var step = OutlierDetection.Look(settings, Backends, nextLook, entropy);
        return new(settings, step.Backends, nextLook + settings.Interval, step.Entropy);
    }

    // Nothing to look at: the intervals up to now are over at once, on the same beat.
    private PassiveHealth Skip(Instant now) =>
        new(settings, Backends, nextLook + new TimeSpan(settings.Interval.Ticks * ((now - nextLook).Ticks / settings.Interval.Ticks + 1)), entropy);
}
