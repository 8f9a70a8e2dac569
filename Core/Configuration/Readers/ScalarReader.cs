using System;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads a scalar as text; every reader of a single value begins here.</summary>
internal static class ScalarReader
{
    /// <summary>The text of a scalar; <paramref name="wanted"/> says what belongs there ("a duration such as 5s").</summary>
    public static Validation<ConfigFault, string> Text(ConfigNode node, string wanted) => node switch
    {
        ConfigNode.Scalar { IsNothing: true } => Bad<string>(node, FaultCode.WrongShape, $"no value; write {wanted}"),
        ConfigNode.Scalar scalar => Good(scalar.Text),
        _ => Bad<string>(node, FaultCode.WrongShape, $"{Shapes.NameOf(node)} where {wanted} was expected"),
    };

    /// <summary>A scalar that <paramref name="parse"/> understands; otherwise "'text' is not wanted" under <paramref name="code"/>.</summary>
    public static Validation<ConfigFault, T> Parsed<T>(ConfigNode node, FaultCode code, string wanted, Func<string, Option<T>> parse) =>
        Text(node, wanted).Bind(text => parse(text).Match(
            Some: Good,
            None: () => Bad<T>(node, code, $"'{Shapes.Shortened(text)}' is not {wanted}")));
}
