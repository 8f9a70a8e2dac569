using System;
using Fairlead.Http;
using Fairlead.Primitives;

namespace Fairlead.Http1;

/// <summary>What the fields of one head say about framing, host and hop, gathered while they are read.</summary>
internal ref struct FieldFacts
{
    private int _transferEncodings;
    private int _contentLengths;
    private bool _hasUpgrade;
    private Slice _transferEncoding;
    private Slice _contentLength;
    private HopOptions _hop;

    public int Hosts { get; private set; }

    public Slice Host { get; private set; }

    /// <summary>An Upgrade option without an Upgrade field asks for nothing.</summary>
    public readonly HopOptions Hop => _hasUpgrade ? _hop : _hop & ~HopOptions.Upgrade;

    public void Note(ReadOnlySpan<byte> input, in HeaderField field)
    {
        switch (field.Known)
        {
            case FieldName.Host:
                Hosts++;
                Host = field.Value;
                break;
            case FieldName.ContentLength:
                _contentLengths++;
                _contentLength = field.Value;
                break;
            case FieldName.TransferEncoding:
                _transferEncodings++;
                _transferEncoding = field.Value;
                break;
            case FieldName.Connection:
                _hop |= ConnectionOptions(input, field.Value);
                break;
            case FieldName.Upgrade:
                _hasUpgrade = true;
                break;
            case FieldName.Expect when Lists(input, field.Value, "100-continue"u8):
                _hop |= HopOptions.ExpectContinue;
                break;
            case FieldName.Te when Lists(input, field.Value, "trailers"u8):
                _hop |= HopOptions.TeTrailers;
                break;
            default:
                break;
        }
    }

    /// <summary>The framing that the fields announce (RFC 9112 §6.3), or what is wrong with them. None of both is <paramref name="otherwise"/>.</summary>
    public readonly HeadFault Framing(ReadOnlySpan<byte> input, HttpVersion version, BodyKind otherwise, out BodyFraming framing)
    {
        framing = new BodyFraming(otherwise, 0);
        if (_transferEncodings > 0)
        {
            framing = new BodyFraming(BodyKind.Chunked, 0);
            return version == HttpVersion.Http10 ? HeadFault.TransferEncodingOnHttp10
                : _contentLengths > 0 ? HeadFault.LengthAndTransferEncoding
                : _transferEncodings > 1 ? HeadFault.BadTransferEncoding
                : TransferEncoding(_transferEncoding.Of(input));
        }

        if (_contentLengths == 0)
            return HeadFault.None;
        var value = _contentLength.Of(input);
        if (_contentLengths > 1 || value.Contains((byte)','))
            return HeadFault.RepeatedContentLength;
        if (!TryLength(value, out var length))
            return HeadFault.BadContentLength;
        framing = new BodyFraming(BodyKind.Length, length);
        return HeadFault.None;
    }

    private static HeadFault TransferEncoding(ReadOnlySpan<byte> value)
    {
        if (FieldNames.EqualsIgnoreCase(value, "chunked"u8))
            return HeadFault.None;
        while (true)                                                 // codings before a final chunked: understood as such, not supported
        {
            var comma = value.IndexOf((byte)',');
            var coding = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            var isChunked = FieldNames.EqualsIgnoreCase(coding, "chunked"u8);
            if (comma < 0)
                return isChunked ? HeadFault.UnknownTransferCoding : HeadFault.BadTransferEncoding;
            if (isChunked || !FieldNames.IsToken(coding) || FieldNames.EqualsIgnoreCase(coding, "identity"u8))
                return HeadFault.BadTransferEncoding;
            value = value[(comma + 1)..];
        }
    }

    /// <summary>1–19 digits within 63 bits; no sign, no white space, no leading zero.</summary>
    private static bool TryLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.Length is 0 or > 19 || (value[0] == (byte)'0' && value.Length > 1))
            return false;
        ulong sum = 0;
        foreach (var b in value)
        {
            if (b is < (byte)'0' or > (byte)'9')
                return false;
            sum = (sum * 10) + (uint)(b - '0');
        }

        length = (long)sum;
        return sum <= long.MaxValue;
    }

    private static HopOptions ConnectionOptions(ReadOnlySpan<byte> input, Slice value)
    {
        var options = HopOptions.None;
        foreach (var member in new ListMembers(input, value))
        {
            var option = member.Of(input);
            options |= option.Length switch
            {
                5 when FieldNames.EqualsIgnoreCase(option, "close"u8) => HopOptions.Close,
                10 when FieldNames.EqualsIgnoreCase(option, "keep-alive"u8) => HopOptions.KeepAlive,
                7 when FieldNames.EqualsIgnoreCase(option, "upgrade"u8) => HopOptions.Upgrade,
                _ => HopOptions.None,
            };
        }

        return options;
    }

    private static bool Lists(ReadOnlySpan<byte> input, Slice value, ReadOnlySpan<byte> wanted)
    {
        foreach (var member in new ListMembers(input, value))
        {
            if (FieldNames.EqualsIgnoreCase(member.Of(input), wanted))
                return true;
        }

        return false;
    }
}
