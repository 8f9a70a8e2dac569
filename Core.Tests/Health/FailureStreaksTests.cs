using System.Linq;
using System.Runtime.CompilerServices;
using Fairlead.Health;

namespace Fairlead.Tests.Health;

/// <summary>S an answer, E a 500, G a 503, L no answer, n nothing; after each the runs that reached their length: e, g, l, or - for none.</summary>
public class FailureStreaksTests
{
    private static readonly OutlierSettings Three = new() { Consecutive5xx = 3, ConsecutiveGatewayErrors = 3, ConsecutiveLocalErrors = 3 };

    [Theory]
    [InlineData("EEE", "--e")]
    [InlineData("EESEEE", "-----e")]
    [InlineData("EnEnE", "----e")]
    [InlineData("EEEEEE", "--e--e")]
    [InlineData("GGG", "--b")]                                        // gateway errors are 5xx too
    [InlineData("GEGG", "--e-")]                                      // a 500 ends the run of gateway errors
    [InlineData("GEGEGG", "--e--e")]
    [InlineData("LLL", "--b")]                                        // no answer: the client gets a 502 or 504
    [InlineData("LEL", "--e")]
    public void Answers_and_their_absence_make_one_run(string requests, string reached) => Assert.Equal(reached, Run(requests, Three));

    [Theory]
    [InlineData("LLL", "--l")]
    [InlineData("LLELL", "-----")]                                    // any answer ends a run of none
    [InlineData("EELE", "---e")]                                      // no answer leaves the run of 5xx alone
    [InlineData("GLGLG", "----b")]
    [InlineData("LLSLLL", "-----l")]
    public void Split_they_are_counted_apart(string requests, string reached) => Assert.Equal(reached.PadRight(requests.Length, '-'), Run(requests, Three with { SplitLocalErrors = true }));

    [Fact]
    public void A_length_of_zero_is_never_reached() =>
        Assert.Equal("------", Run("GGGGGG", new OutlierSettings { Consecutive5xx = 0, ConsecutiveGatewayErrors = 0, ConsecutiveLocalErrors = 0 }));

    [Fact]
    public void Envoys_defaults_tell_both_runs_at_the_fifth_503() => Assert.Equal("----b", Run("GGGGG", OutlierSettings.Default));

    [Fact]
    public void A_length_lowered_below_the_run_is_reached_at_the_next_failure()
    {
        var (streaks, _) = new FailureStreaks().Observe(OutcomeKind.ServerError, OutlierSettings.Default);
        (streaks, _) = streaks.Observe(OutcomeKind.ServerError, OutlierSettings.Default);
        Assert.Equal(StreakCauses.ServerErrors, streaks.Observe(OutcomeKind.ServerError, Three with { Consecutive5xx = 2 }).Reached);
    }

    [Fact]
    public void The_three_counts_are_eight_bytes_and_do_not_touch()
    {
        Assert.Equal(8, Unsafe.SizeOf<FailureStreaks>());
        var never = new OutlierSettings { Consecutive5xx = 0, ConsecutiveGatewayErrors = 0, ConsecutiveLocalErrors = 0, SplitLocalErrors = true };
        var streaks = new[] { OutcomeKind.ServerError, OutcomeKind.GatewayError, OutcomeKind.GatewayError, OutcomeKind.LocalFailure }
            .Aggregate(new FailureStreaks(), (known, kind) => known.Observe(kind, never).Next);
        Assert.Equal((3, 2, 1), (streaks.ServerErrors, streaks.GatewayErrors, streaks.LocalFailures));
    }

    [Fact]
    public void The_longest_run_is_the_end_of_counting_and_of_thresholds()
    {
        var full = new FailureStreaks(FailureStreaks.LengthMax - 1UL);
        var never = new OutlierSettings { Consecutive5xx = 0, ConsecutiveGatewayErrors = 0 };
        Assert.Equal(FailureStreaks.LengthMax, full.Observe(OutcomeKind.ServerError, never).Next.Observe(OutcomeKind.ServerError, never).Next.ServerErrors);
        Assert.Equal(StreakCauses.ServerErrors, full.Observe(OutcomeKind.ServerError, never with { Consecutive5xx = int.MaxValue }).Reached);
    }

    private static string Run(string requests, OutlierSettings settings)
    {
        var (streaks, told) = (new FailureStreaks(), "");
        foreach (var request in requests)
        {
            (streaks, var reached) = streaks.Observe(
                request switch { 'S' => OutcomeKind.Success, 'E' => OutcomeKind.ServerError, 'G' => OutcomeKind.GatewayError, 'L' => OutcomeKind.LocalFailure, _ => OutcomeKind.Nothing }, settings);
            told += reached switch
            {
                StreakCauses.None => '-',
                StreakCauses.ServerErrors => 'e',
                StreakCauses.GatewayErrors => 'g',
                StreakCauses.LocalFailures => 'l',
                StreakCauses.ServerErrors | StreakCauses.GatewayErrors => 'b',
                _ => '?',
            };
        }

        return told;
    }
}
