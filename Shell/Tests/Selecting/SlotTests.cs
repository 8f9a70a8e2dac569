using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>A slot counts for the backend that has it, whoever had it before.</summary>
public sealed class SlotTests
{
    private static readonly Slot One = new(1);

    private readonly SlotArrays _slots = new(2);

    [Fact]
    public void Who_gets_a_slot_begins_with_nothing_in_flight()
    {
        var former = Holder();
        Assert.True(former.TryEnter(2));
        Assert.True(former.TryEnter(2));
        Assert.False(former.TryEnter(2));

        var holder = Holder();
        Assert.Equal(0, _slots.InFlight[1]);
        Assert.True(holder.TryEnter(1));
        Assert.False(holder.TryEnter(1));
    }

    [Fact]
    public void What_ends_at_the_former_holder_frees_no_place_of_the_new_one()
    {
        var former = Holder();
        former.TryEnter(0);
        former.TryEnter(0);
        var holder = Holder();
        holder.TryEnter(0);

        End(former);
        Assert.Equal(1, _slots.InFlight[1]);
        End(holder);
        Assert.Equal(0, _slots.InFlight[1]);
        End(former);
        Assert.Equal(0, _slots.InFlight[1]);
    }

    [Fact]
    public void Who_still_goes_to_the_former_holder_counts_nowhere()
    {
        var former = Holder();
        Holder();

        Assert.True(former.TryEnter(0));
        Assert.Equal(0, _slots.InFlight[1]);
        End(former);
        Assert.Equal(0, _slots.InFlight[1]);
    }

    [Fact]
    public void Times_of_the_former_holder_are_not_the_new_one_s()
    {
        var former = Holder();
        former.TryEnter(0);
        former.Answered(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Assert.NotEqual(default, _slots.Latencies[1]);

        var holder = Holder();
        Assert.Equal(default, _slots.Latencies[1]);
        former.Answered(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Assert.Equal(default, _slots.Latencies[1]);
        holder.Answered(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Assert.NotEqual(default, _slots.Latencies[1]);
    }

    [Fact]
    public async Task Nothing_is_lost_or_left_while_a_slot_changes_hands_under_load()
    {
        for (var round = 0; round < 200; round++)
        {
            var former = Holder();
            var requests = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    former.TryEnter(0);
                    End(former);
                }
            })).ToArray();
            Assert.True(Holder().TryEnter(0));
            await Task.WhenAll(requests);
            Assert.Equal(1, _slots.InFlight[1]);
        }
    }

    private static void End(BackendCounts counts) => counts.End(Outcome.None, 200, 0);

    private BackendCounts Holder() => new(
        _slots, One, waiting: null, new BackendRules(new BackendId("u", new BackendAddress.Ip(System.Net.IPAddress.Loopback, 1)), TimeSpan.FromSeconds(10), Outlier: null, Breaker: null, static _ => { }));
}
