using System;
using System.Globalization;
using System.Linq;
using Fairlead.Primitives;
using Fairlead.Upstreams;

namespace Fairlead.Properties.Simulation;

/// <summary>What befalls the world: one fault after the other strikes a backend and passes, and the operator changes things meanwhile.</summary>
internal sealed class Transition(Simulation simulation, Scenario scenario, SimChance chance)
{
    public void BeginFaults() => Later(500, 3000, Strike);

    public void BeginReloads() => Later(1000, 5000, Operate);

    private bool IsOver => simulation.Clock.Now - Instant.Zero >= scenario.Lasts;

    private void Strike()
    {
        if (IsOver)
            return;
        var backend = simulation.Backends[chance.Below(Scenario.Backends)];
        var (what, strikes, passes) = chance.Below(4) switch
        {
            0 => ("crash", (Action)backend.Crash, (Action)backend.Start),
            1 => ("cut off", () => backend.CutOff(true), () => backend.CutOff(false)),
            2 => ("break", backend.Break, backend.Start),
            _ => ("slow down", backend.SlowDown, backend.Start),
        };
        simulation.At(Second, $"{what} {backend.Number}", strikes);
        Later(200, 7000, () => simulation.At(Second, $"end of {what} {backend.Number}", passes));
        Later(500, 6000, Strike);
    }

    private void Operate()
    {
        if (IsOver)
            return;
        if (chance.Hits(0.3))
        {
            var backend = new BackendId("app", Scenario.AddressOf(chance.Below(Scenario.Backends - 1)));
            var isEnabled = chance.Hits(0.6);
            simulation.At(Second, (isEnabled ? "enable " : "disable ") + backend.Address, () => simulation.Proxy.Enable(backend, isEnabled));
        }
        else
        {
            var weights = new int[Scenario.Backends];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = chance.Below(8) switch { 0 => -1, 1 => 0, var weight => weight };
            simulation.At(Second, "load weights " + string.Join(' ', weights.Select(static weight => weight.ToString(CultureInfo.InvariantCulture))), () => simulation.Proxy.Load(scenario.Settings(weights)));
        }

        Later(1500, 7000, Operate);
    }

    private double Second => (simulation.Clock.Now - Instant.Zero).TotalSeconds;

    private void Later(int leastMilliseconds, int mostMilliseconds, Action what) =>
        simulation.Clock.After(chance.Between(TimeSpan.FromMilliseconds(leastMilliseconds), TimeSpan.FromMilliseconds(mostMilliseconds)), what);
}
