using System.Linq;
using Fairlead.Configuration.Readers;
using Fairlead.Primitives;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>Makes settings of a configuration as written, or says everything that is wrong with it, in the order of the text.</summary>
public static class SettingsReader
{
    /// <summary>Reads <paramref name="root"/> with <c>${NAME}</c> standing for the value that <paramref name="variables"/> has under that name.</summary>
    public static Validation<ConfigFault, ProxySettings> Read(ConfigNode root, HashMap<string, string> variables)
    {
        var (expanded, unexpanded) = Variables.Expand(root, variables);
        var settings = RootReader.Read(expanded);
        return settings.Match(
            Succ: read => unexpanded.IsEmpty ? Success<ConfigFault, ProxySettings>(read) : InOrder(unexpanded),
            Fail: faults => InOrder(unexpanded.Then(WithoutThoseAt(unexpanded, faults))));
    }

    /// <summary>Reads <paramref name="root"/>, in which no variable may stand.</summary>
    public static Validation<ConfigFault, ProxySettings> Read(ConfigNode root) => Read(root, HashMap<string, string>());

    /// <summary>The faults of a value that could not be expanded would only repeat it.</summary>
    private static Seq<ConfigFault> WithoutThoseAt(Seq<ConfigFault> unexpanded, Seq<ConfigFault> faults)
    {
        var places = toHashSet(unexpanded.Map(static f => f.At));
        return faults.Filter(fault => !places.Contains(fault.At)).Strict();
    }

    private static Validation<ConfigFault, ProxySettings> InOrder(Seq<ConfigFault> faults)
    {
        var sorted = faults.ToArray();
        System.Array.Sort(sorted, ConfigFault.Compare);
        return Fail<ConfigFault, ProxySettings>(toSeq(sorted.Distinct()).Strict());
    }
}
