using System.Linq;
using Fairlead.Health;

namespace Fairlead.Tests.Health;

/// <summary>The counter against tables of known answers: S is a passed check, F a failed one, u up and d down after it.</summary>
public class RiseFallTests
{
    [Theory]
    [InlineData("F", "d", 0)]
    [InlineData("F F F", "ddd", 0)]
    [InlineData("F S F F", "dudd", 0)]
    [InlineData("F F F S", "dddu", 0)]
    [InlineData("F F F S S", "ddduu", 0)]
    [InlineData("F F F S F S S", "ddduduu", 0)]
    public void One_result_flips_with_rise_1_and_fall_1(string results, string verdicts, int streak) => Check(results, verdicts, streak, rise: 1, fall: 1);

    [Theory]
    [InlineData("F", "u", 1)]
    [InlineData("F F F", "uud", 0)]
    [InlineData("F S F F", "uuuu", 2)]
    [InlineData("F F F S", "uudd", 1)]
    [InlineData("F F F S S", "uuddu", 0)]
    [InlineData("F F F S F S S", "uuddddu", 0)]
    public void Runs_in_a_row_flip_with_rise_2_and_fall_3(string results, string verdicts, int streak) => Check(results, verdicts, streak, rise: 2, fall: 3);

    // The other machine of the reference: HAProxy's counter h, up from rise on, with rise 2 and fall 3. Start 4 is fully up, 2 up by one failure, 1 down by one success, 0 fully down.
    [Theory]
    [InlineData(4, "F F S", "3 2 4", "uuu")]
    [InlineData(4, "F F F", "3 2 0", "uud")]
    [InlineData(4, "F F F S F S S", "3 2 0 1 0 1 4", "uuddddu")]
    [InlineData(4, "F S F S F S", "3 4 3 4 3 4", "uuuuuu")]
    [InlineData(2, "F", "0", "d")]
    [InlineData(1, "S", "4", "u")]
    [InlineData(0, "S S", "1 4", "du")]
    public void Verdicts_agree_with_the_tables_of_haproxy(int start, string results, string counts, string verdicts)
    {
        var h = start;
        Assert.Equal(counts, string.Join(' ', results.Split(' ').Select(result => h = HAProxy(h, result == "S", rise: 2, fall: 3))));
        var counter = OfHAProxy(start, rise: 2, fall: 3);
        Assert.Equal(verdicts, Run(ref counter, results, rise: 2, fall: 3));
        Assert.Equal(OfHAProxy(h, rise: 2, fall: 3), counter);
    }

    [Fact]
    public void The_streak_and_haproxys_count_are_one_machine_under_two_names()
    {
        foreach (var (rise, fall) in from rise in Enumerable.Range(1, 6) from fall in Enumerable.Range(1, 6) select (rise, fall))
        {
            foreach (var (h, passed) in from h in Enumerable.Range(0, rise + fall) from passed in new[] { true, false } select (h, passed))
                Assert.Equal(OfHAProxy(HAProxy(h, passed, rise, fall), rise, fall), OfHAProxy(h, rise, fall).Observe(passed, rise, fall));
        }
    }

    [Fact]
    public void A_down_backend_needs_rise_passes()
    {
        var counter = default(RiseFall);
        Assert.Equal("ddu", Run(ref counter, "S S S", rise: 3, fall: 1));
    }

    [Fact]
    public void Thresholds_of_zero_and_below_count_as_one()
    {
        var counter = new RiseFall(IsUp: true, Streak: 0);
        Assert.Equal("du", Run(ref counter, "F S", rise: -1, fall: 0));
    }

    [Fact]
    public void A_threshold_lowered_below_the_streak_flips_at_the_next_result()
    {
        var counter = new RiseFall(IsUp: true, Streak: 0);
        Run(ref counter, "F F F", rise: 1, fall: 5);
        Assert.Equal(new RiseFall(IsUp: false, Streak: 0), counter.Observe(passed: false, rise: 1, fall: 2));
    }

    private static int HAProxy(int h, bool passed, int rise, int fall) => (passed, h) switch
    {
        (true, var at) when at == rise + fall - 1 => at,
        (true, var at) => at + 1 >= rise ? rise + fall - 1 : at + 1,
        (false, 0) => 0,
        (false, var at) => at - 1 < rise ? 0 : at - 1,
    };

    private static RiseFall OfHAProxy(int h, int rise, int fall) => h >= rise ? new RiseFall(IsUp: true, rise + fall - 1 - h) : new RiseFall(IsUp: false, h);

    private static void Check(string results, string verdicts, int streak, int rise, int fall)
    {
        var counter = new RiseFall(IsUp: true, Streak: 0);
        Assert.Equal(verdicts, Run(ref counter, results, rise, fall));
        Assert.Equal(new RiseFall(IsUp: verdicts[^1] == 'u', streak), counter);
    }

    private static string Run(ref RiseFall counter, string results, int rise, int fall)
    {
        var verdicts = "";
        foreach (var result in results.Where(static c => c != ' '))
        {
            counter = counter.Observe(result == 'S', rise, fall);
            verdicts += counter.IsUp ? 'u' : 'd';
        }

        return verdicts;
    }
}
