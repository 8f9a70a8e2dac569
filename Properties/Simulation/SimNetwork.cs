using System;

namespace Fairlead.Properties.Simulation;

/// <summary>Carries messages between the proxy and backends, each with a delay of its own; some are lost, all of them while a backend is cut off.</summary>
internal sealed class SimNetwork(SimClock clock, SimChance chance, double loss)
{
    private static readonly TimeSpan _delayMin = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan _delayMax = TimeSpan.FromMilliseconds(8);

    /// <summary>Messages dropped so far.</summary>
    public int Lost { get; private set; }

    /// <summary>A message to or from that backend.</summary>
    public void Send(SimBackend backend, Action arrives)
    {
        var delay = chance.Between(_delayMin, _delayMax);             // drawn for lost ones too: a loss must not shift the draws after it
        var isLost = chance.Hits(loss);
        if (isLost || backend.IsCutOff)
        {
            Lost++;
            return;
        }

        clock.After(delay, arrives);
    }
}
