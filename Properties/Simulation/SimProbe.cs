using System;
using Fairlead.Control;
using Fairlead.Health;

namespace Fairlead.Properties.Simulation;

/// <summary>One check: connect, ask, judge, all within the time limit.</summary>
internal static class SimProbe
{
    public static void Start(SimProxy proxy, ControlEffect.StartProbe probe, Action<ProbeResult> done)
    {
        var backend = proxy.At(probe.Target);
        var isDone = false;
        void End(ProbeResult result)
        {
            if (isDone)
                return;
            isDone = true;
            done(result);
        }

        proxy.Clock.After(probe.Timeout, () => End(new ProbeResult.Failed("no answer in time")));
        proxy.Network.Send(backend, () => backend.Connect(incarnation =>
        {
            if (isDone)
                return;
            if (incarnation == 0)
            {
                End(new ProbeResult.Failed("connection refused"));
                return;
            }

            proxy.Network.Send(backend, () => backend.Check(incarnation, end => End(end switch
            {
                WireEnd.Status200 => new ProbeResult.Passed(),
                WireEnd.Status500 => new ProbeResult.Failed("status 500, expected 200"),
                _ => new ProbeResult.Failed("connection reset"),
            })));
        }));
    }
}
