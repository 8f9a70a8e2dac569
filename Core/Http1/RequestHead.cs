using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>What a parser says about the bytes so far.</summary>
public enum ParseStatus : byte
{
    /// <summary>They are a beginning; nothing is wrong yet.</summary>
    NeedMore = 0,

    /// <summary>A whole element was read.</summary>
    Done,

    /// <summary>No continuation can be valid.</summary>
    Invalid,
}

/// <summary>The methods the relay treats specially (RFC 9110 §9); everything else is relayed unchanged.</summary>
public enum MethodKind : byte
{
    /// <summary>A valid token that is none of the others.</summary>
    Other = 0,
    /// <summary>GET.</summary>
    Get,
    /// <summary>HEAD.</summary>
    Head,
    /// <summary>POST.</summary>
    Post,
    /// <summary>PUT.</summary>
    Put,
    /// <summary>DELETE.</summary>
    Delete,
    /// <summary>CONNECT.</summary>
    Connect,
    /// <summary>OPTIONS.</summary>
    Options,
    /// <summary>TRACE.</summary>
    Trace,
    /// <summary>PATCH.</summary>
    Patch,
}

/// <summary>The two versions spoken here; HTTP/1.2 to 1.9 are handled as 1.1.</summary>
public enum HttpVersion : byte
{
    /// <summary>HTTP/1.1.</summary>
    Http11 = 0,

    /// <summary>HTTP/1.0.</summary>
    Http10,
}

/// <summary>How long a body is (RFC 9112 §6.3).</summary>
public enum BodyKind : byte
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>Exactly as many bytes as said (may be 0).</summary>
    Length,

    /// <summary>Chunked transfer coding.</summary>
    Chunked,

    /// <summary>Until the connection closes (responses only).</summary>
    UntilClose,
}

/// <summary>The framing of a body; <see cref="Length"/> means something only for <see cref="BodyKind.Length"/>. <c>default</c> is no body.</summary>
public readonly record struct BodyFraming(BodyKind Kind, long Length);

/// <summary>What the Connection field and its relatives say about this hop.</summary>
[System.Flags]
public enum HopOptions : byte
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Connection lists <c>close</c>.</summary>
    Close = 1,
    /// <summary>Connection lists <c>keep-alive</c>.</summary>
    KeepAlive = 2,
    /// <summary>Connection lists <c>upgrade</c> and there is an Upgrade field.</summary>
    Upgrade = 4,
    /// <summary>Expect lists <c>100-continue</c>.</summary>
    ExpectContinue = 8,
    /// <summary>TE lists <c>trailers</c>.</summary>
    TeTrailers = 16,
}

/// <summary>
/// The outcome of reading one request head. <c>default</c> is "need more". All slices lie inside the first <see cref="Length"/> bytes of the input.
/// </summary>
public readonly record struct RequestHead
{
    /// <summary>Whether there is a head.</summary>
    public ParseStatus Status { get; init; }

    /// <summary>What is wrong, when <see cref="ParseStatus.Invalid"/>.</summary>
    public HeadFault Fault { get; init; }

    /// <summary>Bytes the head takes, with its blank line and an empty line before it.</summary>
    public int Length { get; init; }

    /// <summary>Which method, for decisions.</summary>
    public MethodKind Kind { get; init; }

    /// <summary>HTTP/1.1 or 1.0.</summary>
    public HttpVersion Version { get; init; }

    /// <summary>The method as sent.</summary>
    public Slice Method { get; init; }

    /// <summary>The target as sent.</summary>
    public Slice Target { get; init; }

    /// <summary>The path of the target, without query: empty for <c>*</c>, and for an absolute form without path.</summary>
    public Slice Path { get; init; }

    /// <summary>The query with its <c>?</c>, or empty.</summary>
    public Slice Query { get; init; }

    /// <summary>The effective host: the target's authority in absolute form, else the value of Host; empty when there is none (HTTP/1.0).</summary>
    public Slice Authority { get; init; }

    /// <summary>True when the target has dot segments, which must be removed before routing and forwarding.</summary>
    public bool HasDotSegments { get; init; }

    /// <summary>True when the target is in absolute form.</summary>
    public bool IsAbsoluteForm { get; init; }

    /// <summary>True when the target is absolute with scheme https (undefined otherwise).</summary>
    public bool IsHttpsTarget { get; init; }

    /// <summary>True when the target is <c>*</c>.</summary>
    public bool IsAsteriskForm { get; init; }

    /// <summary>How many fields were written to the caller's array.</summary>
    public int FieldCount { get; init; }

    /// <summary>The body that follows.</summary>
    public BodyFraming Body { get; init; }

    /// <summary>What was asked of this hop.</summary>
    public HopOptions Hop { get; init; }
}

/// <summary>The outcome of reading one response head. <c>default</c> is "need more". All slices lie inside the first <see cref="Length"/> bytes of the input.</summary>
public readonly record struct ResponseHead
{
    /// <summary>Whether there is a head.</summary>
    public ParseStatus Status { get; init; }

    /// <summary>What is wrong, when <see cref="ParseStatus.Invalid"/>.</summary>
    public HeadFault Fault { get; init; }

    /// <summary>Bytes the head takes, with its blank line.</summary>
    public int Length { get; init; }

    /// <summary>HTTP/1.1 or 1.0.</summary>
    public HttpVersion Version { get; init; }

    /// <summary>100–599.</summary>
    public int StatusCode { get; init; }

    /// <summary>The reason phrase as sent, often empty.</summary>
    public Slice Reason { get; init; }

    /// <summary>How many fields were written to the caller's array.</summary>
    public int FieldCount { get; init; }

    /// <summary>The body that follows.</summary>
    public BodyFraming Body { get; init; }

    /// <summary>What the backend said about this hop.</summary>
    public HopOptions Hop { get; init; }
}

/// <summary>Sizes a head may have; the caller takes them from its settings.</summary>
public readonly record struct HeadLimits(int LineBytesMax, int HeadBytesMax, int FieldsMax)
{
    /// <summary>Longest method accepted (Kestrel has the same).</summary>
    public const int MethodBytesMax = 32;

    /// <summary>8 KiB, 32 KiB, 100 (Kestrel's values; nginx: 8 KiB lines, 32 KiB in all).</summary>
    public static HeadLimits Request => new(8 * 1024, 32 * 1024, 100);

    /// <summary>8 KiB, 64 KiB, 200.</summary>
    public static HeadLimits Response => new(8 * 1024, 64 * 1024, 200);
}
