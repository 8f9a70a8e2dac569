using System;
using System.Globalization;
using Fairlead.Http1;

namespace Fairlead.Http;

/// <summary>
/// How a message is framed when it is sent on, and whether the connection it went over can carry another one (RFC 9112 §6, §9.3). Framing is always written anew, never
/// copied, so that both sides of the proxy agree on where a message ends.
/// </summary>
public static class Persistence
{
    /// <summary>The framing of a request towards a backend: its length (also 0, when the client said so), chunks, or nothing.</summary>
    public static BodyFraming ToUpstream(in RequestHead head) => head.Body.Kind switch
    {
        BodyKind.Length or BodyKind.Chunked => head.Body,
        _ => default,                                                // a request is never delimited by the end of its connection
    };

    /// <summary>
    /// The framing that the head of a response announces to the client. <paramref name="declaredLength"/> (see <see cref="DeclaredLength"/>) counts where the length is information
    /// and no body follows: an answer to HEAD, and 304.
    /// </summary>
    public static BodyFraming ToClient(in ResponseHead response, MethodKind requestMethod, HttpVersion clientVersion, long? declaredLength)
    {
        if (response.StatusCode is < 200 or 204)
            return default;
        if (requestMethod == MethodKind.Head || response.StatusCode == 304)
            return declaredLength is { } length ? new BodyFraming(BodyKind.Length, length) : default;
        return response.Body.Kind switch
        {
            BodyKind.None => new BodyFraming(BodyKind.Length, 0),    // without it the client would wait for the end of the connection
            BodyKind.Length => response.Body,
            _ => new BodyFraming(clientVersion == HttpVersion.Http10 ? BodyKind.UntilClose : BodyKind.Chunked, 0),
        };
    }

    /// <summary>The value of a response's only Content-Length, whether or not a body follows; null when there is none, more than one, or it is no plain number. Ask before stripping.</summary>
    public static long? DeclaredLength(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        long? declared = null;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.ContentLength)
                continue;
            if (declared is not null || !long.TryParse(field.Value.Of(head), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return null;
            declared = length;
        }

        return declared;
    }

    /// <summary>
    /// Whether the client's connection stays open after the response. HTTP/1.0 has to ask for it, and a body that ends with the connection forbids it. A request body that will
    /// stay unread does too: what follows could not be told from it; and so does CONNECT, after which a client may have sent the first bytes of a tunnel.
    /// </summary>
    public static bool KeepsClient(in RequestHead request, BodyFraming toClient, bool requestBodyWillBeRead, bool isDraining) =>
        requestBodyWillBeRead && !isDraining && request.Kind != MethodKind.Connect && toClient.Kind != BodyKind.UntilClose && Persists(request.Version, request.Hop);

    /// <summary>Whether the client itself said, or its version implies, that it sends nothing after this request; then nothing it still sends can turn a close into a reset.</summary>
    public static bool IsLast(in RequestHead request) => !Persists(request.Version, request.Hop);

    /// <summary>Whether the backend's connection may carry another request: the exchange is complete both ways, nothing surplus came, and the backend did not say or imply <c>close</c>.</summary>
    public static bool KeepsUpstream(in ResponseHead response, bool requestSentWhole, bool hasSurplus) =>
        requestSentWhole && !hasSurplus && response.StatusCode >= 200 && response.Body.Kind != BodyKind.UntilClose && Persists(response.Version, response.Hop);

    private static bool Persists(HttpVersion version, HopOptions hop) =>
        (hop & HopOptions.Close) == 0 && (version == HttpVersion.Http11 || (hop & HopOptions.KeepAlive) != 0);
}
