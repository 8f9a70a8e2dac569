using System;
using Fairlead.Configuration;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

[Properties(Arbitrary = [typeof(Durations)])]
public class DurationTextLaws
{
    [Property]
    public void A_duration_that_was_written_reads_back_equal(TimeSpan duration) => Assert.Equal(Some(duration), DurationText.Parse(DurationText.Write(duration)));

    [Property]
    public void What_was_read_is_written_in_one_way(TimeSpan duration)
    {
        var milliseconds = ((long)duration.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture) + "ms";
        Assert.Equal(Some(DurationText.Write(duration)), DurationText.Parse(milliseconds).Map(DurationText.Write));
    }

    [Property]
    public void Reading_is_total_and_never_negative(string text) => Assert.True(DurationText.Parse(text ?? "").ForAll(static duration => duration >= TimeSpan.Zero));

    public static class Durations
    {
        public static Arbitrary<TimeSpan> Duration() => Gen.OneOf(SettingsCases.Duration, Gen.Elements(TimeSpan.Zero, DurationText.Max)).ToArbitrary();
    }
}
