using System;
using System.Collections.Generic;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.Properties.Simulation;

/// <summary>How a request to a backend ended, as seen on the wire.</summary>
internal enum WireEnd { Status200, Status500, Reset }

/// <summary>
/// A server. Alive, it accepts and answers; dead, its machine refuses connections; cut off, nothing arrives or leaves. Each start of the process is another
/// <see cref="Incarnation"/>, and connections to an earlier one are worth nothing.
/// </summary>
internal sealed class SimBackend(int number, SimClock clock, SimChance chance, SimNetwork network, Reference reference)
{
    private readonly List<(long Key, Action<WireEnd> Answer)> _working = [];
    private long _key;

    public int Number { get; } = number;

    public BackendAddress Address { get; } = Scenario.AddressOf(number);

    public bool IsAlive { get; private set; } = true;

    public bool IsCutOff { get; private set; }

    /// <summary>Answers 500 to everything, checks too.</summary>
    public bool IsBroken { get; private set; }

    public bool IsSlow { get; private set; }

    public int Incarnation { get; private set; } = 1;

    /// <summary>Since when no check can pass; never while one may.</summary>
    public Instant BadSince { get; private set; } = Instant.Never;

    public void Crash()
    {
        IsAlive = false;
        foreach (var (_, answer) in _working)
            network.Send(this, () => answer(WireEnd.Reset));
        _working.Clear();
        Changed();
    }

    public void Start()
    {
        Incarnation++;
        IsAlive = true;
        (IsBroken, IsSlow) = (false, false);
        Changed();
    }

    public void CutOff(bool isCutOff)
    {
        IsCutOff = isCutOff;
        Changed();
    }

    public void Break()
    {
        IsBroken = true;
        Changed();
    }

    public void SlowDown() => IsSlow = true;

    /// <summary>A connection attempt arrives; the answer is the incarnation that accepted it, or 0 for a refusal.</summary>
    public void Connect(Action<int> answer)
    {
        var accepted = IsAlive ? Incarnation : 0;
        network.Send(this, () => answer(accepted));
    }

    /// <summary>A request arrives over a connection to <paramref name="incarnation"/>. Only the process that made the connection can receive it.</summary>
    public void Request(int incarnation, long request, Action<WireEnd> answer)
    {
        if (!IsAlive || incarnation != Incarnation)
        {
            network.Send(this, () => answer(WireEnd.Reset));
            return;
        }

        reference.Received(request, Number);
        Work(IsSlow ? TimeSpan.FromMilliseconds(500 + chance.Below(3000)) : TimeSpan.FromMicroseconds(500 + chance.Below(20_000)), answer);
    }

    /// <summary>A health check arrives; it is answered ahead of other work, but not when all is slow.</summary>
    public void Check(int incarnation, Action<WireEnd> answer)
    {
        if (!IsAlive || incarnation != Incarnation)
            network.Send(this, () => answer(WireEnd.Reset));
        else
            Work(TimeSpan.FromMicroseconds(500), answer);
    }

    private void Work(TimeSpan takes, Action<WireEnd> answer)
    {
        var key = _key++;
        _working.Add((key, answer));
        clock.After(takes, () =>
        {
            if (_working.RemoveAll(one => one.Key == key) == 0)
                return;                                              // it crashed meanwhile, and said so with a reset
            var end = IsBroken ? WireEnd.Status500 : WireEnd.Status200;
            network.Send(this, () => answer(end));
        });
    }

    private void Changed()
    {
        var isBad = !IsAlive || IsCutOff || IsBroken;
        BadSince = !isBad ? Instant.Never : Instant.Min(BadSince, clock.Now);
    }
}
