using System;
using System.Buffers.Text;
using Fairlead.Http;

namespace Fairlead.Http1;

/// <summary>
/// Writes a head into a span lent by the caller. What does not fit is not written and sets <see cref="Overflowed"/>; the caller starts again with more room. Framing is only
/// ever written by <see cref="Framing"/>, so no head has two.
/// </summary>
public ref struct HeadWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>True when something did not fit: what was written is no head.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes written.</summary>
    public int Written { get; private set; }

    /// <summary>The first line of a request, in HTTP/1.1.</summary>
    public void RequestLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        Append(method);
        Append(" "u8);
        Append(target);
        Append(" HTTP/1.1\r\n"u8);
    }

    /// <summary>The first line of a response, in HTTP/1.1; <paramref name="status"/> has three digits.</summary>
    public void StatusLine(int status, ReadOnlySpan<byte> reason)
    {
        Append("HTTP/1.1 "u8);
        AppendNumber(status);
        Append(" "u8);
        Append(reason);
        Append("\r\n"u8);
    }

    /// <summary>A field line. Name and value are valid: <see cref="FieldNames.IsToken"/>, <see cref="FieldNames.IsValue"/>.</summary>
    public void Field(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        var rest = _destination[Written..];
        if (Overflowed || rest.Length < name.Length + value.Length + 4)
        {
            Overflowed = true;
            return;
        }

        name.CopyTo(rest);
        rest[name.Length] = (byte)':';
        rest[name.Length + 1] = (byte)' ';
        value.CopyTo(rest[(name.Length + 2)..]);
        ChunkedWriter.Crlf.CopyTo(rest[(name.Length + value.Length + 2)..]);
        Written += name.Length + value.Length + 4;
    }

    /// <summary>Field lines as they are, less framing and hop-by-hop ones, which belong to the connection they came over.</summary>
    public void Fields(ReadOnlySpan<byte> arena, ReadOnlySpan<HeaderField> fields)
    {
        foreach (ref readonly var field in fields)
        {
            if (!HopByHop.IsHopByHop(field.Known))
                Field(field.Name.Of(arena), field.Value.Of(arena));
        }
    }

    /// <summary>The field that says how long the body is; nothing for no body and for one that ends with the connection.</summary>
    public void Framing(BodyFraming framing)
    {
        if (framing.Kind == BodyKind.Chunked)
        {
            Append("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (framing.Kind == BodyKind.Length)
        {
            Append("Content-Length: "u8);
            AppendNumber(framing.Length);
            Append("\r\n"u8);
        }
    }

    /// <summary>The blank line.</summary>
    public void End() => Append("\r\n"u8);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Overflowed = Overflowed || !bytes.TryCopyTo(_destination[Written..]);
        if (!Overflowed)
            Written += bytes.Length;
    }

    private void AppendNumber(long number)
    {
        var count = 0;
        Overflowed = Overflowed || !Utf8Formatter.TryFormat(number, _destination[Written..], out count);
        if (!Overflowed)
            Written += count;
    }
}
