using System;
using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using Fairlead.Resilience;

namespace Fairlead.HttpClients;

/// <summary>What an exception of the handlers below says about the backend.</summary>
internal static class AttemptOutcome
{
    /// <summary>
    /// <paramref name="isCancelled"/>: the caller's token is cancelled, so that nothing is the backend's fault unless it had been <paramref name="waitedLong"/>. A cancellation without it is
    /// a timeout of the handlers below (SocketsHttpHandler's ConnectTimeout).
    /// </summary>
    public static Outcome Of(Exception failure, bool isCancelled, bool waitedLong) => failure switch
    {
        _ when isCancelled => waitedLong ? Outcome.ResponseHeadTimeout : Outcome.ClientGone,
        OperationCanceledException { InnerException: TimeoutException } => Outcome.ConnectTimeout,
        HttpRequestException request => Of(request),
        IOException => Outcome.UpstreamReset,
        _ => Outcome.HookFailed,                                      // a handler or the request's own content threw
    };

    private static Outcome Of(HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Outcome.NameNotResolved,
        HttpRequestError.ConnectionError => failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? Outcome.ConnectRefused : Outcome.ConnectFailed,
        HttpRequestError.SecureConnectionError => Outcome.TlsFailed,
        HttpRequestError.ResponseEnded => Outcome.UpstreamClosed,
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError or HttpRequestError.ConfigurationLimitExceeded => Outcome.BadResponse,
        HttpRequestError.Unknown when failure.InnerException is IOException => Outcome.UpstreamReset,
        _ => Outcome.HookFailed,                                      // what the client's own proxy, credentials or handlers did
    };
}
