using System;
using System.Collections.Immutable;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Health;
using Fairlead.Primitives;
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

    [Fact]
    public void A_selection_and_its_explanation_agree()
    {
        static Candidate Backend(int slot, string address, int weight) =>
            (from a in BackendAddress.Parse(address)
             from w in Weight.From(weight)
             select new Candidate(new Slot(slot), a, w)).IfNone(() => throw new ArgumentException(address));
        var backends = ImmutableArray.Create(Backend(0, "10.0.0.1:80", 3), Backend(1, "10.0.0.2:80", 1));

        var around = SelectionSettings.Default with
        {
            BoundedLoad = new BoundedLoadSettings(Percent: 125),                    // nobody gets more than 125 % of the average by weight
            Tiers = new TierSettings(TierSettings.EnvoySpillPercent, TierSettings.EnvoyPanicPercent),
        };
        var selector = Selector.Of(new PolicySettings.Ketama(new KeySource.Uri()), around, backends, [Standing.Ready, Standing.Failed]);

        var told = selector.Explain(new PickInput { Key = "/cart/7"u8 }, stickyToken: []);
        var chosen = selector.Select(new PickInput { Key = "/cart/7"u8 }, stickyToken: [], waiting: 0);   // Chosen, the same index

        Assert.Equal(new Selection(SelectionKind.Chosen, 0), chosen);
        Assert.Equal(0, told.Chosen);
    }

    [Fact]
    public void A_breaker_opens()
    {
        var settings = BreakerSettings.Default;                                     // opens at 30 % failures of at least 20 requests in 10 s
        var breaker = default(CircuitBreaker);
        for (var request = 0; request < 20; request++)
            breaker = breaker.Observe(pass: default, success: request % 2 == 0, now: Instant.Zero, settings);

        var (pass, _) = breaker.Allows(Instant.Zero, draw: 0, settings);            // pass.IsAllowed is false: it is open, for 10 s

        Assert.False(pass.IsAllowed);
    }
}
