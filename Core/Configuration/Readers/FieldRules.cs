using System;

namespace Fairlead.Configuration.Readers;

/// <summary>What a header edit may say (RFC 9110 §5), and which fields are the proxy's own (RFC 9110 §7.6.1, RFC 9112 §6).</summary>
internal static class FieldRules
{
    /// <summary>RFC 9110 §5.6.2.</summary>
    public static bool IsToken(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c))
                return false;
        }

        return text.Length > 0;
    }

    /// <summary>RFC 9110 §5.5: no control character but tab, nothing that does not fit one byte, no white space at the ends (it would be lost).</summary>
    public static bool IsValue(string text)
    {
        foreach (var c in text)
        {
            if ((c < ' ' && c != '\t') || c is '\x7f' or > '\xff')
                return false;
        }

        return text.Length == 0 || (text[0] is not (' ' or '\t') && text[^1] is not (' ' or '\t'));
    }

    /// <summary>Why an edit of this field would break the message or the connection; null when it would not.</summary>
    public static string? WhyRefused(string name)
    {
        if (IsOneOf(name, "Content-Length", "Transfer-Encoding"))
            return "says where the message ends, and the proxy sets it from the body it sends";
        if (IsOneOf(name, "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Proxy-Authenticate", "Proxy-Authorization"))
            return "belongs to one connection, not to the message, and is the proxy's own on each side";
        return IsOneOf(name, "Expect") ? "steers when the body is sent, and the proxy takes part in that" : null;
    }

    private static bool IsOneOf(string name, params ReadOnlySpan<string> names)
    {
        foreach (var other in names)
        {
            if (string.Equals(name, other, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
