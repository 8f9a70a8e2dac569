namespace Fairlead.Resilience;

/// <summary>
/// One row for each <see cref="Outcome"/>: the status to answer, the name in logs and metrics, who ended it in which phase, and a sentence for the client that tells nothing about
/// the inside. A value that is no named outcome reads as a fault of ours.
/// </summary>
public static class Outcomes
{
    /// <summary>The status to answer with; 0 when there is nobody to answer, or an answer has begun and can only be cut off.</summary>
    public static int StatusOf(Outcome outcome) => RowOf(outcome).Status;

    /// <summary>A plain sentence for the client.</summary>
    public static string Describe(Outcome outcome) => RowOf(outcome).Sentence;

    /// <summary>One word in lower case with dashes, unique; <c>ok</c> for <see cref="Outcome.None"/>.</summary>
    public static string NameOf(Outcome outcome) => RowOf(outcome).Name;

    /// <summary>
    /// Two letters as in HAProxy's log. Who: C, c the client (lower case: by a timeout), S, s the backend, P a rule of the proxy, R nothing left to use, I a fault inside,
    /// K the operator, L answered here. Phase: R request, Q choosing a backend, C connecting, H waiting for the response head, D moving data, T in a tunnel, - none in particular.
    /// </summary>
    public static string TerminationOf(Outcome outcome) => RowOf(outcome).Termination;

    /// <summary>True when the attempt ended before a connection stood: nothing of the request can have reached the backend.</summary>
    public static bool IsConnectFailure(Outcome outcome) => outcome is Outcome.NameNotResolved or Outcome.ConnectRefused or Outcome.ConnectUnreachable
        or Outcome.ConnectTimeout or Outcome.ConnectFailed or Outcome.TlsFailed or Outcome.TlsTimeout or Outcome.CertificateRejected;

    /// <summary>True when nothing went wrong: a whole response, or a tunnel that one of its sides ended.</summary>
    public static bool IsOrderly(Outcome outcome) => outcome is Outcome.None or Outcome.TunnelClosedByClient or Outcome.TunnelClosedByBackend;

    private readonly record struct Row(int Status, string Name, string Termination, string Sentence);

    private static Row RowOf(Outcome outcome) => outcome switch
    {
        Outcome.None => new(0, "ok", "--", "The request was served."),
        Outcome.AnsweredHere => new(0, "answered-here", "LR", "The request was answered by the proxy."),

        Outcome.BadRequest => new(400, "bad-request", "PR", "The request is malformed or not allowed."),
        Outcome.ClientHeadTimeout => new(408, "client-head-timeout", "cR", "The request took too long to arrive."),
        Outcome.BadRequestBody => new(400, "bad-request-body", "PR", "The request body is malformed."),
        Outcome.RequestTooLarge => new(413, "request-too-large", "PR", "The request body is too large."),
        Outcome.ClientBodyTimeout => new(408, "client-body-timeout", "cD", "The request body took too long to arrive."),
        Outcome.ClientGone => new(0, "client-gone", "CD", "The client closed the connection."),
        Outcome.ClientWriteTimeout => new(0, "client-write-timeout", "cD", "The client did not take the response in time."),
        Outcome.Loop => new(502, "loop", "PR", "The request has passed through this proxy too many times."),

        Outcome.NoRoute => new(404, "no-route", "PR", "Nothing is served at this address."),
        Outcome.NoBackend => new(503, "no-backend", "RQ", "No server is available for this request at the moment."),
        Outcome.QueueFull => new(503, "queue-full", "RQ", "Too many requests are waiting for a server at the moment."),
        Outcome.QueueTimeout => new(503, "queue-timeout", "sQ", "No server had room for this request in time."),
        Outcome.StickyGone => new(503, "sticky-gone", "PQ", "The server that this client belongs to is not available at the moment."),
        Outcome.Draining => new(503, "draining", "KR", "The proxy is shutting down."),
        Outcome.NoDescriptors => new(503, "no-descriptors", "R-", "The proxy cannot open another connection at the moment."),
        Outcome.HookFailed => new(500, "hook-failed", "I-", "The proxy failed to handle this request."),   // a hook runs in any phase

        Outcome.NameNotResolved => new(502, "name-not-resolved", "SC", "The server for this request could not be found."),
        Outcome.ConnectRefused => new(502, "refused", "SC", "The server for this request refused the connection."),
        Outcome.ConnectUnreachable => new(502, "unreachable", "SC", "The server for this request could not be reached."),
        Outcome.ConnectTimeout => new(504, "connect-timeout", "sC", "The server for this request did not accept a connection in time."),
        Outcome.ConnectFailed => new(502, "connect-failed", "SC", "The server for this request could not be connected to."),
        Outcome.TlsFailed => new(502, "tls-failed", "SC", "No secure connection to the server for this request could be made."),
        Outcome.TlsTimeout => new(504, "tls-timeout", "sC", "The server for this request did not complete a secure connection in time."),
        Outcome.CertificateRejected => new(502, "certificate-rejected", "PC", "The server for this request could not be verified."),

        Outcome.RequestSendTimeout => new(504, "send-timeout", "sH", "The server did not take the request in time."),
        Outcome.UpstreamClosed => new(502, "closed", "SH", "The server closed the connection without a response."),
        Outcome.UpstreamReset => new(502, "reset", "SH", "The server broke the connection without a response."),
        Outcome.ResponseHeadTimeout => new(504, "response-head-timeout", "sH", "The server did not respond in time."),
        Outcome.BadResponse => new(502, "bad-response", "PH", "The server sent an invalid response."),

        Outcome.BadResponseBody => new(0, "bad-response-body", "PD", "The server sent an invalid response body."),
        Outcome.ResponseBodyTimeout => new(0, "response-body-timeout", "sD", "The server did not complete its response in time."),
        Outcome.ResponseTruncated => new(0, "truncated", "SD", "The server did not complete its response."),
        Outcome.TotalTimeout => new(504, "total-timeout", "sH", "The request took too long in all."),

        Outcome.TunnelClosedByClient => new(0, "tunnel-closed-by-client", "CT", "The client ended the tunnel."),
        Outcome.TunnelClosedByBackend => new(0, "tunnel-closed-by-backend", "ST", "The server ended the tunnel."),
        Outcome.TunnelBrokenByClient => new(0, "tunnel-broken-by-client", "CD", "The client broke the tunnel off."),
        Outcome.TunnelBrokenByBackend => new(0, "tunnel-broken-by-backend", "SD", "The server broke the tunnel off."),
        Outcome.TunnelIdle => new(0, "tunnel-idle", "PT", "Nothing went through the tunnel for too long."),
        Outcome.TunnelTimeout => new(0, "tunnel-timeout", "PT", "The tunnel stood for as long as one may."),

        _ => new(500, "unknown", "I-", "The proxy failed to handle this request."),
    };
}
