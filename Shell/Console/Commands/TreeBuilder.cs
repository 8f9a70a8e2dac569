using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Console.Commands;

/// <summary>
/// Builds a configuration in code, so that flags go through the same readers as files and have the same faults. A place is the number of the flag it came from
/// (line 1 is the first), or line 0.
/// </summary>
internal static class TreeBuilder
{
    public static ConfigNode Text(string text, int flag = 0) => new ConfigNode.Scalar(At(flag), text, IsQuoted: true);

    public static ConfigNode List(params ConfigNode[] items) => new ConfigNode.List(At(0), toSeq(items).Strict());

    public static ConfigNode Map(params (string Key, ConfigNode Value)[] entries) =>
        new ConfigNode.Map(At(0), toSeq(entries).Map(static entry => new ConfigEntry(entry.Key, entry.Value.At, entry.Value)).Strict());

    private static ConfigPosition At(int flag) => new(flag, 1);
}
