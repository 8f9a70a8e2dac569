using System;
using System.Collections.Generic;
using Fairlead.Primitives;

namespace Fairlead.Properties.Simulation;

/// <summary>Virtual time: what is planned happens in order of time, then of planning. Nothing waits; an hour takes as long as what happens in it.</summary>
internal sealed class SimClock
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _planned = new();
    private long _order;

    public Instant Now { get; private set; }

    public void At(Instant when, Action what) => _planned.Enqueue(what, (Math.Max(when.Ticks, Now.Ticks), _order++));

    public void After(TimeSpan wait, Action what) => At(Now + wait, what);

    /// <summary>Lets everything happen that is planned until <paramref name="end"/>.</summary>
    public void RunUntil(Instant end)
    {
        while (_planned.TryPeek(out _, out var next) && next.Ticks <= end.Ticks)
        {
            Now = new Instant(next.Ticks);
            _planned.Dequeue()();
        }

        Now = end;
    }
}

/// <summary>One actor's chance: a stream of draws of its own, so that one actor's draws do not shift another's.</summary>
internal sealed class SimChance(ulong seed, ulong actor)
{
    private Entropy _entropy = new(Entropy.Mix(seed ^ Entropy.Mix(actor)));

    public ulong Draw()
    {
        (var draw, _entropy) = _entropy.Draw();
        return draw;
    }

    public int Below(int bound) => (int)Entropy.Below(Draw(), (ulong)bound);

    /// <summary>True with that probability.</summary>
    public bool Hits(double share) => Entropy.Unit(Draw()) < share;

    /// <summary>A time between the two, in whole microseconds.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromMicroseconds(Below((int)((most - least).Ticks / TimeSpan.TicksPerMicrosecond) + 1));
}
