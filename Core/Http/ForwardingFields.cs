namespace Fairlead.Http;

/// <summary>In which fields a backend is told whom a request comes from; received ones are believed from trusted proxies only, in the same fields.</summary>
public enum ForwardingFields : byte
{
    /// <summary>X-Forwarded-For, -Proto and -Host: what nearly everything reads.</summary>
    XForwarded = 0,

    /// <summary>Forwarded (RFC 7239) alone.</summary>
    Forwarded,

    /// <summary>All of them. The client's address is read from X-Forwarded-For.</summary>
    Both,

    /// <summary>None. What a trusted proxy said passes as it is.</summary>
    Off,
}
