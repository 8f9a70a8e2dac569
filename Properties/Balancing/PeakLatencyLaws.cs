using System;
using Fairlead.Balancing;
using Fairlead.Primitives;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

[Properties(MaxTest = 500)]
public sealed class PeakLatencyLaws
{
    private static readonly Instant Start = new(1_234_567_890_123);

    [Property]
    public void No_bits_at_no_time_give_anything_but_a_number_that_is_not_negative(ulong bits, long ticks, long sampleTicks, long decayTicks)
    {
        var (latency, now, decay) = (new PeakLatency(bits), new Instant(ticks), new TimeSpan(decayTicks));
        foreach (var one in (PeakLatency[])[latency, new(bits | 0x7F80_0000_0000_0000), latency.Observe(new TimeSpan(sampleTicks), now, decay), latency.Observe(TimeSpan.MaxValue, Instant.Never, decay)])
        {
            foreach (var at in (Instant[])[now, Instant.Zero, Instant.Never, new(long.MinValue)])
                Assert.True(one.MicrosecondsAt(at, decay) is >= 0 and <= float.MaxValue);
        }
    }

    [Property]
    public void A_faster_sample_leads_to_between_itself_and_the_average(ushort before, ushort sample, uint milliseconds, ushort decaySeconds)
    {
        var (decay, now) = (TimeSpan.FromSeconds(1 + decaySeconds), After(milliseconds));
        var after = Of(before, decay).Observe(TimeSpan.FromMicroseconds(sample), now, decay).MicrosecondsAt(now, decay);
        if (sample >= before)
            Assert.Equal(sample, after);
        else
            Assert.InRange(after, sample, before);
    }

    [Property]
    public void A_slower_sample_never_leads_to_a_lower_average(ushort before, ushort one, ushort other, uint milliseconds)
    {
        var (decay, now) = (TimeSpan.FromSeconds(10), After(milliseconds));
        double With(ushort sample) => Of(before, decay).Observe(TimeSpan.FromMicroseconds(sample), now, decay).MicrosecondsAt(now, decay);
        Assert.True(With(Math.Min(one, other)) <= With(Math.Max(one, other)));
    }

    [Property]
    public void Without_samples_the_average_only_falls(ushort before, uint one, uint other)
    {
        var decay = TimeSpan.FromSeconds(10);
        Assert.True(Of(before, decay).MicrosecondsAt(After(Math.Min(one, other)), decay) >= Of(before, decay).MicrosecondsAt(After(Math.Max(one, other)), decay));
    }

    [Property]
    public void Forgiving_in_two_steps_is_forgiving_in_one(ushort before, ushort first, ushort second)
    {
        var decay = TimeSpan.FromSeconds(10);
        var inOne = Of(before, decay).MicrosecondsAt(After((uint)first + second), decay);
        var inTwo = Of(before, decay).Observe(TimeSpan.Zero, After(first), decay).MicrosecondsAt(After((uint)first + second), decay);
        Assert.Equal(inOne, inTwo, before * 1e-6);
    }

    [Property]
    public void Every_sample_leaves_history(ulong bits, long sampleTicks, long ticks, long decayTicks) =>
        Assert.True(new PeakLatency(bits).Observe(new TimeSpan(sampleTicks), new Instant(ticks), new TimeSpan(decayTicks)).HasHistory);

    private static PeakLatency Of(ushort microseconds, TimeSpan decay) => default(PeakLatency).Observe(TimeSpan.FromMicroseconds(microseconds), Start, decay);

    /// <summary>Up to 49.7 days less the minute by which a stamp may lie ahead.</summary>
    private static Instant After(uint milliseconds) => Start + TimeSpan.FromMilliseconds(Math.Min(milliseconds, uint.MaxValue - 60_001));
}
