using System;
using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads whole percentages: <c>125%</c> or <c>125</c>.</summary>
internal static class PercentReader
{
    /// <summary>A percentage from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Reader<int> Between(int least, int most) => node =>
        ScalarReader.Parsed(node, FaultCode.Percent, FormattableString.Invariant($"a whole percentage from {least}% to {most}%"), text => Parse(text).Filter(n => n >= least && n <= most));

    private static Option<int> Parse(string text) => NumberReader.Whole(text.EndsWith('%') ? text[..^1] : text);
}
