using System;
using System.Globalization;
using System.Text;

namespace Fairlead.Balancing;

/// <summary>
/// The value of a <c>Set-Cookie</c> field (RFC 6265 §4.1.1). Attributes that are not set are left out; without Path a browser sends the cookie only below the directory of the request.
/// Whatever the settings hold, the result is one cookie in one field: characters that would end the attribute or the field are dropped.
/// </summary>
internal static class SetCookie
{
    /// <summary>The field value that stores <paramref name="token"/> under those settings.</summary>
    public static string Of(StickySettings settings, string token)
    {
        var text = new StringBuilder();
        text.Append(Kept(settings.CookieName, isName: true)).Append('=').Append(token);
        settings.Path.IfSome(path => text.Append("; Path=").Append(Kept(path)));
        settings.Domain.IfSome(domain => text.Append("; Domain=").Append(Kept(domain)));
        settings.MaxAge.IfSome(age => text.Append("; Max-Age=").Append(Seconds(age)));
        text.Append(settings.Secure ? "; Secure" : "").Append(settings.HttpOnly ? "; HttpOnly" : "");
        settings.SameSite.IfSome(site => text.Append("; SameSite=").Append(NameOf(site)));
        return text.ToString();
    }

    private static string Seconds(TimeSpan age) => Math.Max(0, age.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);

    private static string NameOf(SameSite site) => site switch
    {
        SameSite.Strict => "Strict",
        SameSite.None => "None",
        _ => "Lax",
    };

    private static string Kept(string text, bool isName = false)
    {
        var kept = new StringBuilder();
        foreach (var character in text)
        {
            if (character is >= ' ' and < '\x7f' and not ';' && !(isName && (character is '=' or ' ' or ',')))
                kept.Append(character);
        }

        return kept.ToString();
    }
}
