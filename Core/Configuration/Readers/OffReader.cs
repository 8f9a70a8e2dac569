using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads a value that can be switched off by the word <c>off</c>.</summary>
internal static class OffReader
{
    /// <summary><c>off</c> for none, or what <paramref name="read"/> reads.</summary>
    public static Reader<Option<T>> Or<T>(Reader<T> read) => node =>
        node is ConfigNode.Scalar { Text: "off" } ? Good(Option<T>.None) : read(node).Map(static value => Some(value));
}
