using System;
using Fairlead.Http1;

namespace Fairlead.Http;

/// <summary>What is well-formed and still not forwarded. Decided from the fields as received, before any is stripped, and before a client that waits for 100 (Continue) gets one.</summary>
public static class RequestRules
{
    /// <summary>The first rule broken, or <see cref="HeadFault.None"/>. A limit of null is no limit; it is checked against an announced length only, chunks are counted as they come. CONNECT is for routes to decide where any allows it, and refused elsewhere.</summary>
    public static HeadFault Check(in RequestHead head, bool isTls, long? bodyBytesMax, ReadOnlySpan<byte> bytes, ReadOnlySpan<HeaderField> fields, bool allowsConnect = false)
    {
        if (head.Kind == MethodKind.Connect && (!allowsConnect || head.Body.Kind != BodyKind.None))
            return HeadFault.ConnectRefused;                         // a body would be taken for the first bytes of the tunnel (RFC 9110 §9.3.6)
        if (head.Kind == MethodKind.Trace)
            return HeadFault.TraceRefused;                           // it would echo credentials that proxies added
        if (head.IsAbsoluteForm && head.IsHttpsTarget != isTls)
            return HeadFault.SchemeMismatch;                         // RFC 9110 §7.4
        if (HasUnknownExpectation(bytes, fields))
            return HeadFault.UnknownExpectation;                     // RFC 9110 §10.1.1
        return head.Body.Kind == BodyKind.Length && bodyBytesMax is { } max && head.Body.Length > max ? HeadFault.BodyTooLarge : HeadFault.None;
    }

    /// <summary>True when the body may be held back until a 100 (Continue): asked for in HTTP/1.1, and there is a body (RFC 9110 §10.1.1). Otherwise the expectation is ignored, and goes no further.</summary>
    public static bool ExpectsContinue(in RequestHead head) =>
        (head.Hop & HopOptions.ExpectContinue) != 0 && head.Version == HttpVersion.Http11 && head.Body is { Kind: BodyKind.Chunked } or { Kind: BodyKind.Length, Length: > 0 };

    private static bool HasUnknownExpectation(ReadOnlySpan<byte> bytes, ReadOnlySpan<HeaderField> fields)
    {
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Expect)
                continue;
            foreach (var member in new ListMembers(bytes, field.Value))
            {
                if (!FieldNames.EqualsIgnoreCase(member.Of(bytes), "100-continue"u8))
                    return true;
            }
        }

        return false;
    }
}
