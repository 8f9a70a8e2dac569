using System;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads durations: whole numbers with units, the largest first, each at most once: <c>250ms</c>, <c>1m30s</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class DurationReader
{
    private const string Wanted = "a duration such as 250ms, 5s or 1m30s";

    /// <summary>More than zero.</summary>
    public static Validation<ConfigFault, TimeSpan> Positive(ConfigNode node) => Any(node).Bind(duration => duration > TimeSpan.Zero
        ? Good(duration)
        : Bad<TimeSpan>(node, FaultCode.Duration, "0 would end it before it began; write a duration of at least 1ms"));

    /// <summary>Zero or more.</summary>
    public static Validation<ConfigFault, TimeSpan> Any(ConfigNode node) => ScalarReader.Text(node, Wanted).Bind(text => DurationText.Parse(text).Match(
        Some: duration => duration <= DurationText.Max
            ? Good(duration)
            : Bad<TimeSpan>(node, FaultCode.Duration, $"'{Shapes.Shortened(text)}' is too long; the longest duration is 24d"),
        None: () => Bad<TimeSpan>(node, FaultCode.Duration, $"'{Shapes.Shortened(text)}' is not {Wanted}{Hint(text)}")));

    /// <summary>Whole seconds, at least one.</summary>
    public static Validation<ConfigFault, TimeSpan> WholeSeconds(ConfigNode node) => Positive(node).Bind(duration => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? Good(duration)
        : Bad<TimeSpan>(node, FaultCode.Duration, "only whole seconds can be said there; write a duration such as 1s or 30m"));

    private static string Hint(string text) =>
        text.Length is > 0 and < 10 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? $"; say the unit: {text}s" : "";
}
