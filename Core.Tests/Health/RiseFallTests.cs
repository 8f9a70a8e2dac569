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

    // The other machine of the reference: HAProxy's counter, fully up at first. It accepts the same runs.
    [Theory]
    [InlineData("F F S", "uuu")]
    [InlineData("F F F", "uud")]
    [InlineData("F F F S F S S", "uuddddu")]
    [InlineData("F S F S F S", "uuuuuu")]
    public void Verdicts_agree_with_the_tables_of_haproxy(string results, string verdicts)
    {
        var counter = new RiseFall(IsUp: true, Streak: 0);
        Assert.Equal(verdicts, Run(ref counter, results, rise: 2, fall: 3));
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
