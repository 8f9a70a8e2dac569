using System;
using System.Linq;
using System.Text;
using Fairlead.Balancing;
using static Fairlead.Tests.Balancing.Selecting;

namespace Fairlead.Tests.Balancing;

public sealed class SelectorExplanationTests
{
    [Fact]
    public void An_explanation_names_who_is_full_and_what_was_decided_from_the_outside_in()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Limited(1, 0, 0).SetItem(2, Tiered(0, 0, 7)[2]), Ready(3));
        var told = selector.Explain(new PickInput { InFlight = [1] }, []);
        Assert.Equal(1, told.Chosen);
        Assert.Equal([new Exclusion.Full(1, 1), new Exclusion.No(), new Exclusion.OtherTier(0)], told.Excluded.ToArray());
        Assert.True(told.Steps is [PickStep.TierChosen(0, 100, _, 0, false), PickStep.Limited(0, 1, 1), PickStep.Turn]);
    }

    [Fact]
    public void An_explanation_names_the_bound()
    {
        var selector = Selector.Of(OnRing, Bounded(BoundedOrder.Next), Members.Weighted(1, 1, 1), Ready(3));
        var first = selector.Picker.Pick(key: "a");
        var busy = new int[3];
        busy[first] = 9;
        var told = selector.Explain(new PickInput { Key = "a"u8, InFlight = busy }, []);
        Assert.Equal(new Exclusion.OverBound(9, first == 2 ? 5 : 4), told.Excluded[first]);
        Assert.Equal(new PickStep.Bounded(first, 9, first == 2 ? 5 : 4), told.Steps[0]);
        Assert.Equal(2, told.Excluded.Count(static excluded => excluded is Exclusion.No));
    }

    [Fact]
    public void An_explanation_names_the_candidate_of_the_cookie_whether_it_is_used_or_not()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Limited(0, 3), [Standing.Ready, Standing.Draining]);
        var token = Encoding.ASCII.GetBytes(TokenOf(selector, 1));

        var stuck = selector.Explain(default, token);
        Assert.Equal((1, true), (stuck.Chosen, stuck.Steps is [PickStep.Stuck(1)]));
        Assert.Equal([new Exclusion.No(), new Exclusion.No()], stuck.Excluded.ToArray());

        var waits = selector.Explain(new PickInput { InFlight = [0, 3] }, token);
        Assert.Equal((Picker.None, true), (waits.Chosen, waits.Steps is [PickStep.Stuck(1)]));
        Assert.Equal(new Exclusion.Full(3, 3), waits.Excluded[1]);

        var gone = selector.WithStandings([Standing.Ready, Standing.Failed]).Explain(default, token);
        Assert.Equal((0, true), (gone.Chosen, gone.Steps is [PickStep.Stuck(1), PickStep.Turn]));
        Assert.Equal(new Exclusion.Unavailable(), gone.Excluded[1]);
    }
}
