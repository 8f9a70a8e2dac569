using Fairlead.Balancing;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads where the key of a hash policy comes from.</summary>
internal static class KeySourceReader
{
    private const string Wanted = "a key: client-ip, 'header NAME', 'cookie NAME', 'query NAME', path or uri";

    /// <summary>The <c>key</c> of a policy; the client's address when nothing is said.</summary>
    public static Validation<ConfigFault, KeySource> Of(Fields fields) => fields.Optional("key", Read, new KeySource.ClientIp());

    private static Validation<ConfigFault, KeySource> Read(ConfigNode node) => ScalarReader.Parsed(node, FaultCode.KeySource, Wanted, static text => text.Split(' ', 2) switch
    {
        ["client-ip"] => Some<KeySource>(new KeySource.ClientIp()),
        ["path"] => Some<KeySource>(new KeySource.Path()),
        ["uri"] => Some<KeySource>(new KeySource.Uri()),
        ["header", var name] when FieldRules.IsToken(name) => Some<KeySource>(new KeySource.Header(name.ToLowerInvariant())),
        ["cookie", var name] when FieldRules.IsToken(name) => Some<KeySource>(new KeySource.Cookie(name)),
        ["query", var name] when IsQueryName(name) => Some<KeySource>(new KeySource.Query(name)),
        _ => Option<KeySource>.None,
    });

    /// <summary>A name that can stand before the <c>=</c> of a parameter, as sent.</summary>
    private static bool IsQueryName(string name)
    {
        foreach (var c in name)
        {
            if (c is <= ' ' or >= '\x7f' or '&' or '=' or '#')
                return false;
        }

        return name.Length > 0;
    }
}
