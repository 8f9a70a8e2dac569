using System.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>
/// Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> in values (not in keys) after the text was parsed, so that a variable can never add keys or lines.
/// The default is taken when the variable is unset or empty, as in a POSIX shell; <c>$${</c> is a literal <c>${</c>. Values are not expanded again.
/// </summary>
public static class Variables
{
    /// <summary>The tree with variables replaced, and a fault for each scalar where that failed (which is left as it was).</summary>
    public static (ConfigNode Expanded, Seq<ConfigFault> Faults) Expand(ConfigNode node, HashMap<string, string> variables)
    {
        switch (node)
        {
            case ConfigNode.Scalar scalar:
                return Expand(scalar, variables);
            case ConfigNode.List list:
                {
                    var items = list.Items.Map(item => Expand(item, variables)).Strict();
                    return (list with { Items = items.Map(static i => i.Expanded).Strict() }, items.Bind(static i => i.Faults).Strict());
                }

            case ConfigNode.Map map:
                {
                    var values = map.Entries.Map(entry => (Entry: entry, Value: Expand(entry.Value, variables))).Strict();
                    return (map with { Entries = values.Map(static v => v.Entry with { Value = v.Value.Expanded }).Strict() }, values.Bind(static v => v.Value.Faults).Strict());
                }

            default:
                return (node, Seq<ConfigFault>());
        }
    }

    private static (ConfigNode Expanded, Seq<ConfigFault> Faults) Expand(ConfigNode.Scalar scalar, HashMap<string, string> variables)
    {
        if (!scalar.Text.Contains("${", System.StringComparison.Ordinal))
            return (scalar, Seq<ConfigFault>());

        var text = scalar.Text;
        var expanded = new StringBuilder(text.Length);
        var faults = Seq<ConfigFault>();
        for (var i = 0; i < text.Length;)
        {
            if (Continues(text, i, "$${"))
            {
                expanded.Append("${");
                i += "$${".Length;
            }
            else if (Continues(text, i, "${"))
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                    return (scalar, faults.Add(new ConfigFault(scalar.At, FaultCode.Variable, "'${' has no '}'; write ${NAME} or ${NAME:-default}, or $${ for a literal ${")));
                ValueOf(text[(i + 2)..end], scalar.At, variables).Match(
                    Right: value => { expanded.Append(value); },
                    Left: fault => { faults = faults.Add(fault); });
                i = end + 1;
            }
            else
            {
                expanded.Append(text[i++]);
            }
        }

        // What a variable holds is text, even when it is empty: it was said, so it is not nothing.
        return faults.IsEmpty ? (scalar with { Text = expanded.ToString(), IsQuoted = true }, faults) : (scalar, faults);
    }

    private static Either<ConfigFault, string> ValueOf(string inside, ConfigPosition at, HashMap<string, string> variables)
    {
        var split = inside.IndexOf(":-", System.StringComparison.Ordinal);
        var name = split < 0 ? inside : inside[..split];
        if (!IsName(name))
            return Left(new ConfigFault(at, FaultCode.Variable, $"'${{{inside}}}' is not a variable; write ${{NAME}} or ${{NAME:-default}} with letters, digits and underscores"));

        var value = variables.Find(name);
        if (split >= 0)
            return Right(value.Filter(static v => v.Length > 0).IfNone(inside[(split + 2)..]));
        return value.ToEither(() => new ConfigFault(at, FaultCode.Variable, $"environment variable {name} is not set; set it, or write ${{{name}:-default}}"));
    }

    private static bool Continues(string text, int at, string with) => string.CompareOrdinal(text, at, with, 0, with.Length) == 0;

    private static bool IsName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return true;
    }
}
