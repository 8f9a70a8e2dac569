using System;
using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Proxy.Sessions;

/// <summary>The trailer fields of one response that may be passed on, held until the last chunk is written.</summary>
internal sealed class TrailerFilter
{
    /// <summary>Names of fields that may be nominated; usually it is <c>close</c> or nothing.</summary>
    private const int NominatedBytesMax = 256;

    private readonly byte[] _kept = new byte[ChunkedLimits.Default.TrailerBytesMax + 64];

    private readonly byte[] _nominated = new byte[NominatedBytesMax];
    private int _nominatedLength;

    /// <summary>Bytes of the field lines kept.</summary>
    public int Length { get; private set; }

    /// <summary>Before the body of a response with that head; null, to drop them all, when it nominates too much to be remembered.</summary>
    public TrailerFilter? Begin(ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        Length = 0;
        _nominatedLength = HopByHop.WriteNominations(_nominated, head, fields);
        return _nominatedLength < 0 ? null : this;
    }

    /// <summary>Takes a raw trailer section; what must not be in a trailer, or is malformed, is left out.</summary>
    public void Take(ReadOnlySpan<byte> section)
    {
        Span<HeaderField> fields = stackalloc HeaderField[ChunkedLimits.Default.TrailerFieldsMax];
        var count = TrailerSection.ParseForResponse(section, fields, _nominated.AsSpan(0, _nominatedLength));
        var writer = new HeadWriter(_kept);
        for (var i = 0; i < count; i++)
            writer.Field(fields[i].Name.Of(section), fields[i].Value.Of(section));
        Length = writer.Overflowed ? 0 : writer.Written;
    }

    /// <summary>Writes the last chunk with the trailers, and says how long it is.</summary>
    public int WriteLastChunk(Span<byte> destination)
    {
        "0\r\n"u8.CopyTo(destination);
        _kept.AsSpan(0, Length).CopyTo(destination[3..]);
        ChunkedWriter.Crlf.CopyTo(destination[(3 + Length)..]);
        return 3 + Length + ChunkedWriter.Crlf.Length;
    }
}
