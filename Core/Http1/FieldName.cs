namespace Fairlead.Http1;

/// <summary>Field names the relay must recognise; everything else is <see cref="Other"/>.</summary>
public enum FieldName : byte
{
    /// <summary>Any name not listed here.</summary>
    Other = 0,
    /// <summary>Host.</summary>
    Host,
    /// <summary>Connection.</summary>
    Connection,
    /// <summary>Content-Length.</summary>
    ContentLength,
    /// <summary>Transfer-Encoding.</summary>
    TransferEncoding,
    /// <summary>Keep-Alive.</summary>
    KeepAlive,
    /// <summary>Proxy-Connection.</summary>
    ProxyConnection,
    /// <summary>Proxy-Authenticate.</summary>
    ProxyAuthenticate,
    /// <summary>Proxy-Authorization.</summary>
    ProxyAuthorization,
    /// <summary>TE.</summary>
    Te,
    /// <summary>Trailer.</summary>
    Trailer,
    /// <summary>Upgrade.</summary>
    Upgrade,
    /// <summary>HTTP2-Settings.</summary>
    Http2Settings,
    /// <summary>Expect.</summary>
    Expect,
    /// <summary>Date.</summary>
    Date,
    /// <summary>Via.</summary>
    Via,
    /// <summary>Forwarded.</summary>
    Forwarded,
    /// <summary>X-Forwarded-For.</summary>
    XForwardedFor,
    /// <summary>X-Forwarded-Proto.</summary>
    XForwardedProto,
    /// <summary>X-Forwarded-Host.</summary>
    XForwardedHost,
    /// <summary>X-Real-IP.</summary>
    XRealIp,
    /// <summary>Cookie.</summary>
    Cookie,
    /// <summary>Authorization.</summary>
    Authorization,
    /// <summary>Max-Forwards.</summary>
    MaxForwards,
}
