namespace Fairlead.Resilience;

/// <summary>
/// How an exchange, or one attempt of it, ended: the phase and the side to blame. In order of blame: nobody, the client, the proxy, then the backend from connecting to the last
/// byte. What each one is answered with and called is one row in <see cref="Outcomes"/>.
/// </summary>
public enum Outcome : byte
{
    /// <summary>A complete response was relayed.</summary>
    None = 0,
    /// <summary>Answered here by intent; no backend was asked.</summary>
    AnsweredHere,

    // The client.

    /// <summary>The head was refused; a <c>HeadFault</c> says why.</summary>
    BadRequest,
    /// <summary>The head did not arrive in time.</summary>
    ClientHeadTimeout,
    /// <summary>The framing of the request body is broken.</summary>
    BadRequestBody,
    /// <summary>The request body went over the limit while it came.</summary>
    RequestTooLarge,
    /// <summary>The request body stopped coming.</summary>
    ClientBodyTimeout,
    /// <summary>The client closed or reset its connection.</summary>
    ClientGone,
    /// <summary>The client does not take the response.</summary>
    ClientWriteTimeout,
    /// <summary>The request has been through this proxy too often.</summary>
    Loop,

    // The proxy.

    /// <summary>No route takes the request.</summary>
    NoRoute,
    /// <summary>No backend may take the request.</summary>
    NoBackend,
    /// <summary>Every backend was full, and so was the queue.</summary>
    QueueFull,
    /// <summary>No backend had room in time.</summary>
    QueueTimeout,
    /// <summary>The backend of the client's cookie cannot be used, and no other is to be.</summary>
    StickyGone,
    /// <summary>The proxy is being stopped.</summary>
    Draining,
    /// <summary>No descriptor is left for a connection to a backend.</summary>
    NoDescriptors,
    /// <summary>A hook threw, or said it had answered and had not.</summary>
    HookFailed,

    // The backend, before anything was sent.

    /// <summary>Its name has no address.</summary>
    NameNotResolved,
    /// <summary>Nothing listens at the address.</summary>
    ConnectRefused,
    /// <summary>No way to the address.</summary>
    ConnectUnreachable,
    /// <summary>No connection in time.</summary>
    ConnectTimeout,
    /// <summary>No connection for another reason.</summary>
    ConnectFailed,
    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,
    /// <summary>No TLS handshake in time.</summary>
    TlsTimeout,
    /// <summary>The certificate is not one to trust for this backend.</summary>
    CertificateRejected,

    // The backend, waiting for the head of its response.

    /// <summary>It does not take the request.</summary>
    RequestSendTimeout,
    /// <summary>It closed before its response.</summary>
    UpstreamClosed,
    /// <summary>It reset the connection before its response.</summary>
    UpstreamReset,
    /// <summary>No head in time.</summary>
    ResponseHeadTimeout,
    /// <summary>The head is malformed or not allowed.</summary>
    BadResponse,

    // The backend, in its response.

    /// <summary>The framing of the response body is broken.</summary>
    BadResponseBody,
    /// <summary>The response body stopped coming.</summary>
    ResponseBodyTimeout,
    /// <summary>The response body ended too early.</summary>
    ResponseTruncated,
    /// <summary>The exchange took longer than it may in all.</summary>
    TotalTimeout,

    // A tunnel, after the protocol was changed.

    /// <summary>The client was the first to say that no more is coming.</summary>
    TunnelClosedByClient,
    /// <summary>The backend was the first to say so.</summary>
    TunnelClosedByBackend,
    /// <summary>The client's connection broke.</summary>
    TunnelBrokenByClient,
    /// <summary>The backend's connection broke.</summary>
    TunnelBrokenByBackend,
    /// <summary>No byte went either way for too long.</summary>
    TunnelIdle,
    /// <summary>The tunnel stood for as long as one may.</summary>
    TunnelTimeout,
}
