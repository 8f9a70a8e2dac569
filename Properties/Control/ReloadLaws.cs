using System;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Primitives;
using Fairlead.Upstreams;
using FsCheck.Xunit;
using LanguageExt;

namespace Fairlead.Properties.Control;

[Properties(Arbitrary = [typeof(Moves)], MaxTest = 150)]
public class ReloadLaws
{
    [Property]
    public void Equal_settings_again_emit_nothing_and_change_nothing(Plan plan, Move[] moves, int laterMilliseconds)
    {
        var walk = Walk.Of(plan, moves);
        var number = moves.LastOrDefault(static move => move.Kind == MoveKind.Load)?.Value ?? plan.Number;
        walk.Wait(TimeSpan.FromMilliseconds(Math.Abs((long)laterMilliseconds)));
        var (after, effects) = ControlPlane.Step(walk.State, walk.Now, new ControlEvent.SettingsLoaded(new Plan(number).Build()));
        Assert.Equal(walk.State, after);
        Assert.Empty(effects);
    }

    // migrate(c, s, c) = s: what Traefik loses with every reload (traefik#13223), and Pingora with every change of a weight.
    [Property]
    public void Traefik_13223_health_and_slots_survive_a_reload_there_and_back(Plan plan, Move[] moves, int weight)
    {
        var walk = Walk.Of(plan, moves);
        var settings = new Plan(moves.LastOrDefault(static move => move.Kind == MoveKind.Load)?.Value ?? plan.Number).Build();
        var weights = Weight.From(Math.Abs(weight % 100)).IfNone(Weight.One);
        walk.TickUntil(walk.Now);
        var before = Written.Of(ControlPlane.Snapshot(walk.State));
        var shown = ControlPlane.Snapshot(walk.State);
        walk.Happen(new ControlEvent.SettingsLoaded(Changed(settings, weights)));
        foreach (var (then, now) in from then in shown.Upstreams
                                    from now in ControlPlane.Snapshot(walk.State).Upstreams
                                    where then.Settings.Name == now.Settings.Name
                                    select (then, now))
        {
            Assert.Equal(
                then.Backends.Reverse().Select(static backend => (backend.Slot, backend.Address, backend.Verdict)),
                now.Backends.Select(static backend => (backend.Slot, backend.Address, backend.Verdict)));
            Assert.All(now.Backends, backend => Assert.Equal(weights, backend.Weight));
        }

        walk.Happen(new ControlEvent.SettingsLoaded(settings));
        Assert.Equal(before, Written.Of(ControlPlane.Snapshot(walk.State)));
    }

    [Property]
    public void Backends_are_shown_in_the_order_of_the_settings(Plan plan, Move[] moves)
    {
        var walk = Walk.Of(plan, moves);
        var settings = new Plan(moves.LastOrDefault(static move => move.Kind == MoveKind.Load)?.Value ?? plan.Number).Build();
        var shown = ControlPlane.Snapshot(walk.State);
        Assert.Equal(settings.Upstreams.AsEnumerable(), shown.Upstreams.Select(static upstream => upstream.Settings));
        Assert.Equal(settings.Routes.AsEnumerable(), shown.Routes.Routes);
        foreach (var upstream in shown.Upstreams)
        {
            Assert.Equal(upstream.Settings.Backends.Map(static backend => backend.Address), upstream.Backends.Select(static backend => backend.Address));
            Assert.Equal(upstream.Backends.Select(static backend => (backend.Slot, backend.Address)), upstream.Picker.Candidates.Select(static one => (one.Slot, one.Address)));
            if (!upstream.Backends.Any(static backend => backend.Verdict is Verdict.Recovering))
                Assert.Equal(upstream.Backends.Select(static backend => backend.Weight), upstream.Picker.Candidates.Select(static one => one.Weight));
            Assert.Equal(upstream.Backends.Select(static backend => backend.Weight.Drains), upstream.Picker.Candidates.Select(static one => one.Weight.Drains));
            Assert.Equal(upstream.Backends.Select(static backend => backend.Verdict.IsUsable && !backend.Weight.Drains), upstream.Picker.Available);
        }
    }

    [Property]
    public void Slots_are_unique_dense_and_kept_for_life(Plan plan, Move[] moves)
    {
        foreach (var step in Walk.Of(plan, moves).Steps)
        {
            var (before, after) = (Slots(ControlPlane.Snapshot(step.Before)), Slots(ControlPlane.Snapshot(step.After)));
            Assert.Equal(after.Length, after.Select(static one => one.Slot).Distinct().Count());
            foreach (var (id, slot) in after)
            {
                var known = before.Where(one => one.Id == id).Select(static one => one.Slot).ToArray();
                Assert.Equal(known.Length == 1 ? known[0] : slot, slot);
                if (known.Length == 0)
                    Assert.DoesNotContain(slot, before.Select(static one => one.Slot));
                Assert.True(slot < 2 * Plan.Everyone.Count);
            }
        }
    }

    [Property]
    public void A_picker_that_lived_through_changes_picks_as_one_made_anew(Plan plan, Move[] moves, ulong draw)
    {
        foreach (var upstream in ControlPlane.Snapshot(Walk.Of(plan, moves).State).Upstreams)
        {
            var anew = Pickers.Of(upstream.Settings.Policy, upstream.Picker.Candidates, upstream.Picker.Available);
            for (var i = 0UL; i < 20; i++)
            {
                var input = new PickInput { Ticket = draw + i, Entropy = Entropy.Mix(draw + i), Key = BitConverter.GetBytes(draw + i) };
                Assert.Equal(anew.Pick(input), upstream.Picker.Pick(input));
            }
        }
    }

    /// <summary>Everything that must not touch health: weights, order, intervals, limits, policy.</summary>
    private static ProxySettings Changed(ProxySettings settings, Weight weight) => settings with
    {
        Upstreams = settings.Upstreams.Rev().Map(upstream => upstream with
        {
            Backends = upstream.Backends.Rev().Map(backend => backend with { Weight = weight }).Strict(),
            Policy = new PolicySettings.RoundRobin(),
            Health = upstream.Health.Map(static check => check with { Timeout = check.Timeout * 2, Every = check.Every * 2, Rise = check.Rise + 1 }),
        }).Strict(),
    };

    private static (BackendId Id, int Slot)[] Slots(RoutingSnapshot snapshot) =>
    [
        .. from upstream in snapshot.Upstreams
           from backend in upstream.Backends
           select (new BackendId(upstream.Settings.Name, backend.Address), backend.Slot.Value),
    ];
}
