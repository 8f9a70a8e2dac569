using System;
using Fairlead.Http1;

namespace Fairlead.Proxy.Sessions;

/// <summary>The trailer fields of one response that may be passed on, held until the last chunk is written.</summary>
internal sealed class TrailerFilter
{
    private readonly byte[] _kept = new byte[ChunkedLimits.Default.TrailerBytesMax + 64];

    /// <summary>Bytes of the field lines kept.</summary>
    public int Length { get; private set; }

    public TrailerFilter Begin()
    {
        Length = 0;
        return this;
    }

    /// <summary>Takes a raw trailer section; what must not be in a trailer, or is malformed, is left out.</summary>
    public void Take(ReadOnlySpan<byte> section)
    {
        Span<HeaderField> fields = stackalloc HeaderField[ChunkedLimits.Default.TrailerFieldsMax];
        var count = TrailerSection.ParseForResponse(section, fields);
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
