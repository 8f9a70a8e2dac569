using System;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Upstreams;

namespace Fairlead.Tests.Snapshots;

/// <summary>What the READMEs show, so that it compiles and does what they say.</summary>
public sealed class ReadmeSamples
{
    [Fact]
    public void A_pick_is_a_function()
    {
        static Candidate Backend(int slot, string address, int weight) =>
            (from a in BackendAddress.Parse(address)
             from w in Weight.From(weight)
             select new Candidate(new Slot(slot), a, w)).IfNone(() => throw new ArgumentException(address));

        var backends = ImmutableArray.Create(Backend(0, "10.0.0.1:80", 3), Backend(1, "10.0.0.2:80", 1));
        var picker = Pickers.Of(new PolicySettings.RoundRobin(), backends, available: [true, true]);

        var picks = Enumerable.Range(0, 4).Select(ticket => picker.Pick(new PickInput { Ticket = (ulong)ticket }));   // 0, 0, 1, 0

        Assert.Equal([0, 0, 1, 0], picks);
    }

    [Fact]
    public void Health_is_a_value_that_observes()
    {
        var health = new RiseFall(IsUp: true, Streak: 0);
        foreach (var passed in new[] { false, true, false, false })
            health = health.Observe(passed, rise: 1, fall: 2);                                                       // down after two failures in a row

        Assert.False(health.IsUp);
    }
}
