using System;
using System.Text;
using Fairlead.Balancing;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads the cookie that keeps a client with its backend (RFC 6265 §4.1).</summary>
internal static class StickyReader
{
    /// <summary>A signature is as hard to forge as its secret is to guess: 128 bits.</summary>
    private const int SecretBytesMin = 16;

    /// <summary>Without a path a cookie belongs to the directory of the request that happened to come first.</summary>
    private const string DefaultPath = "/";

    public static Validation<ConfigFault, StickySettings> Read(ConfigNode node) => Fields.Read(node, MapShape.Sticky, static fields =>
        (Signed(fields), Attributes(fields))
        .Apply(static (signed, attributes) => new StickySettings(
            signed.Cookie, signed.Secret, signed.WhenGone, attributes.Path, attributes.Domain, attributes.Secure, attributes.HttpOnly, attributes.SameSite, signed.MaxAge))
        .Bind(sticky => Kept(fields, sticky)));

    private static Validation<ConfigFault, (string Cookie, string Secret, StickyFailure WhenGone, Option<TimeSpan> MaxAge)> Signed(Fields fields) =>
        (fields.Required("cookie", Name, "name the cookie"),
         fields.Required("secret", Secret, "say what the cookie is signed with, at best from a variable: ${STICKY_SECRET}"),
         fields.Optional("when-gone", ChoiceReader.Of(("redistribute", StickyFailure.Redistribute), ("refuse", StickyFailure.Refuse)), StickyFailure.Redistribute),
         fields.Optional("max-age", DurationReader.WholeSeconds))
        .Apply(static (cookie, secret, gone, maxAge) => (cookie, secret, gone, maxAge));

    private static Validation<ConfigFault, (Option<string> Path, Option<string> Domain, bool Secure, bool HttpOnly, Option<SameSite> SameSite)> Attributes(Fields fields) =>
        (fields.Optional("path", Path, DefaultPath).Map(static path => Some(path)),
         fields.Optional("domain", static domain => HostReader.NameOrAddress(domain).Bind(host => host.IsAddress
             ? Bad<string>(domain, FaultCode.Host, $"'{host.Text}' is an address, and a cookie's domain is a name (RFC 6265 §5.1.3); leave 'domain' out")
             : Good(host.Text))),
         fields.Optional("secure", ChoiceReader.Switch, absent: false),
         fields.Optional("http-only", ChoiceReader.Switch, absent: true),
         fields.Optional("same-site", ChoiceReader.Of(("lax", SameSite.Lax), ("strict", SameSite.Strict), ("none", SameSite.None))))
        .Apply(static (path, domain, secure, httpOnly, sameSite) => (path, domain, secure, httpOnly, sameSite));

    /// <summary>What browsers would not keep.</summary>
    private static Validation<ConfigFault, StickySettings> Kept(Fields fields, StickySettings sticky)
    {
        if (sticky.SameSite == Some(SameSite.None) && !sticky.Secure)
            return Bad<StickySettings>(fields.AtKey("same-site"), FaultCode.ConflictingKeys, "browsers keep 'same-site: none' only with 'secure: true'; add it, or write lax");
        if (sticky.CookieName.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase) && !sticky.Secure)
            return Bad<StickySettings>(fields.AtKey("cookie"), FaultCode.ConflictingKeys, "browsers keep a '__Secure-' cookie only with 'secure: true'; add it, or rename the cookie");
        return sticky.CookieName.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase) && (!sticky.Secure || sticky.Domain.IsSome || sticky.Path != Some(DefaultPath))
            ? Bad<StickySettings>(fields.AtKey("cookie"), FaultCode.ConflictingKeys, "browsers keep a '__Host-' cookie only with 'secure: true', 'path: /' and no 'domain'; make it so, or rename the cookie")
            : Good(sticky);
    }

    private static Validation<ConfigFault, string> Name(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.CookieName, "a name for a cookie; use letters, digits and !#$%&'*+-.^_`|~", static text => FieldRules.IsToken(text) ? Some(text) : None);

    /// <summary>The fault does not show it.</summary>
    private static Validation<ConfigFault, string> Secret(ConfigNode node) => ScalarReader.Text(node, "a secret").Bind(text => Encoding.UTF8.GetByteCount(text) is >= SecretBytesMin
        ? Good(text)
        : Bad<string>(node, FaultCode.Secret, FormattableString.Invariant($"a secret shorter than {SecretBytesMin} bytes can be guessed; write a longer one, such as the output of: openssl rand -base64 32")));

    private static Validation<ConfigFault, string> Path(ConfigNode node) => ScalarReader.Text(node, "a path such as /").Bind(text => IsPath(text)
        ? Good(text)
        : Bad<string>(node, FaultCode.Path, $"'{Shapes.Shortened(text)}' is not a path for a cookie such as / (begins with '/', no ';', nothing beyond ASCII)"));

    private static bool IsPath(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or >= '\x7f' or ';')
                return false;
        }

        return text.StartsWith('/') && !text.EndsWith(' ');
    }
}
