namespace Fairlead.Http1;

/// <summary>
/// What is wrong with a message's head, one case per cause, or with a request whose head is well-formed but must not be forwarded. The status each one is answered with, and
/// the words for it, are <c>HeadFaults.StatusOf</c> and <c>HeadFaults.Describe</c>. In a response every fault is a 502.
/// </summary>
public enum HeadFault : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    // Lines (RFC 9112 §2.2): nothing after such a byte can be trusted.

    /// <summary>A line ends in LF without CR.</summary>
    BareLf,
    /// <summary>A CR that no LF follows.</summary>
    BareCr,
    /// <summary>More than one empty line before the request line.</summary>
    EmptyLines,
    /// <summary>The first byte cannot begin a message (a TLS hello, noise).</summary>
    NotHttp,

    // Request line (RFC 9112 §3).

    /// <summary>Not <c>method SP target SP version</c>.</summary>
    BadRequestLine,
    /// <summary>The request line is longer than the limit.</summary>
    RequestLineTooLong,
    /// <summary>The method is no token.</summary>
    BadMethod,
    /// <summary>The method is longer than any known one.</summary>
    MethodTooLong,
    /// <summary>A byte that must not stand in a target, or no form of target at all.</summary>
    BadTarget,
    /// <summary>A percent sign without two hex digits after it, or <c>%00</c>, in the path.</summary>
    BadPercentEncoding,
    /// <summary>Dot segments climb above the root.</summary>
    PathAboveRoot,
    /// <summary>The target's form does not fit the method (<c>*</c> without OPTIONS, an authority without CONNECT).</summary>
    TargetFormMismatch,
    /// <summary>An absolute target with a scheme other than http and https.</summary>
    UnknownScheme,
    /// <summary>User information in an authority.</summary>
    UserInfo,
    /// <summary>Not <c>HTTP/d.d</c>, or no version at all.</summary>
    BadVersion,
    /// <summary>A major version other than 1.</summary>
    UnsupportedVersion,

    // Status line (RFC 9112 §4).

    /// <summary>Not <c>HTTP/1.x SP 3DIGIT</c> with a valid status and reason.</summary>
    BadStatusLine,

    // Field lines (RFC 9112 §5).

    /// <summary>The name is empty or no token, there is no colon, or white space stands before it.</summary>
    BadFieldName,
    /// <summary>A control character in a value.</summary>
    BadFieldValue,
    /// <summary>A line that begins with white space (obs-fold).</summary>
    FoldedLine,
    /// <summary>The header section is larger than the limit.</summary>
    HeadTooLarge,
    /// <summary>More fields than the limit.</summary>
    TooManyFields,

    // Host (RFC 9112 §3.2).

    /// <summary>HTTP/1.1 without Host.</summary>
    MissingHost,
    /// <summary>More than one Host.</summary>
    RepeatedHost,
    /// <summary>Not <c>host[:port]</c>.</summary>
    BadHost,

    // Framing (RFC 9112 §6).

    /// <summary>Transfer-Encoding and Content-Length together.</summary>
    LengthAndTransferEncoding,
    /// <summary>Transfer-Encoding in an HTTP/1.0 message.</summary>
    TransferEncodingOnHttp10,
    /// <summary>Transfer-Encoding is not exactly one <c>chunked</c>.</summary>
    BadTransferEncoding,
    /// <summary>A transfer coding before a final <c>chunked</c> that is not understood here.</summary>
    UnknownTransferCoding,
    /// <summary>Content-Length is not one plain decimal number that fits 63 bits.</summary>
    BadContentLength,
    /// <summary>More than one Content-Length, or a list in it.</summary>
    RepeatedContentLength,

    // Well-formed, but not to be forwarded (RequestRules, HopByHop).

    /// <summary>Connection nominates ten fields or more.</summary>
    TooManyNominations,
    /// <summary>Connection nominates something that is no field name.</summary>
    BadNomination,
    /// <summary>Connection nominates a field that must reach the backend (Host, framing, forwarding, credentials).</summary>
    ForbiddenNomination,
    /// <summary>CONNECT.</summary>
    ConnectRefused,
    /// <summary>TRACE.</summary>
    TraceRefused,
    /// <summary>The target's scheme is not the listener's.</summary>
    SchemeMismatch,
    /// <summary>An Expect other than 100-continue.</summary>
    UnknownExpectation,
    /// <summary>The announced body is larger than the limit.</summary>
    BodyTooLarge,
}
