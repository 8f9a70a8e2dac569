using System;

namespace Fairlead.Configuration.Readers;

/// <summary>How people call what stands at a node.</summary>
internal static class Shapes
{
    public static string NameOf(ConfigNode node) => node switch
    {
        ConfigNode.Scalar { IsNothing: true } => "nothing",
        ConfigNode.Scalar scalar => $"'{Shortened(scalar.Text)}'",
        ConfigNode.List => "a list",
        _ => "a mapping",
    };

    /// <summary>A value as a message shows it: never so long that the message is lost.</summary>
    public static string Shortened(string text)
    {
        const int lengthMax = 80;
        return text.Length <= lengthMax ? text : string.Concat(text.AsSpan(0, lengthMax), "…");
    }
}
