using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads whole numbers and shares.</summary>
internal static class NumberReader
{
    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Reader<int> Between(int least, int most) => node =>
        ScalarReader.Parsed(node, FaultCode.Number, Invariant($"a whole number from {least} to {most}"), text => Whole(text).Filter(n => n >= least && n <= most));

    /// <summary>A TCP port.</summary>
    public static Validation<ConfigFault, int> Port(ConfigNode node) => Between(1, 65_535)(node);

    /// <summary>A share from 0 to 0.5, written as a fraction or in percent.</summary>
    public static Validation<ConfigFault, double> ShareUpToHalf(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.Number, "a share from 0 to 0.5, such as 0.1 or 10%", Share);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, perhaps with decimals.</summary>
    public static Reader<double> Decimal(double least, double most) => node =>
        ScalarReader.Parsed(node, FaultCode.Number, Invariant($"a number from {least} to {most}"), text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? Some(number) : None);

    /// <summary>The digits of a whole number, without sign.</summary>
    public static Option<int> Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Some(number) : None;

    private static Option<double> Share(string text)
    {
        var percent = text.EndsWith('%');
        return double.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
               && (percent ? number / 100 : number) is >= 0 and <= 0.5 and var share
            ? Some(share)
            : None;
    }

    private static string Invariant(System.FormattableString text) => System.FormattableString.Invariant(text);
}
